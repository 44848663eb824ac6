/** The verbs of `wf0-batch`. Each module is loaded only when its verb is called. */
import type { Verbs } from '../cli.ts';

export const batchVerbs: Verbs = {
  init: { summary: 'write a .wf/config.json to begin with', load: () => import('./init.ts') },
  start: { summary: 'run the schedule', load: () => import('./start.ts') },
  run: { summary: 'schedule task files or a folder of them, run them, follow', load: () => import('./run.ts') },
  status: { summary: 'show what is done, running, waiting and failed', load: () => import('./status.ts') },
  watch: { summary: 'follow the batch; leaving ends nothing', load: () => import('./watch.ts') },
  wait: { summary: 'wait until the batch has ended', load: () => import('./wait.ts') },
  pause: { summary: 'start nothing new; what runs finishes', load: () => import('./pause.ts') },
  resume: { summary: 'go on after a pause, a stop, a failure or a crash', load: () => import('./resume.ts') },
  stop: { summary: 'stop everything, or the named works', load: () => import('./stop.ts') },
  retry: { summary: 'queue works again', load: () => import('./retry.ts') },
  skip: { summary: 'take works out of the run', load: () => import('./skip.ts') },
  add: { summary: 'add works of the schedule to the run', load: () => import('./add.ts') },
  remove: { summary: 'remove queued works from the run', load: () => import('./remove.ts') },
  tell: { summary: 'inside a stage: say that it waits, goes on or is done', load: () => import('./tell.ts') },
  trust: { summary: 'allow the commands of a .wf that came from outside', load: () => import('./trust.ts') },
  why: { summary: 'say why works are not running', load: () => import('./why.ts') },
  attach: { summary: 'watch and type into a running work', load: () => import('./attach.ts') },
  logs: { summary: 'show the output of a work, the scheduler or a worker', load: () => import('./logs.ts') },
  report: { summary: 'print the report of the batch', load: () => import('./report.ts') },
  plan: { summary: 'save, list, show and load plans', load: () => import('./plan.ts') },
  clean: { summary: 'remove what finished works left behind', load: () => import('./clean.ts') },
  serve: { summary: 'serve the pages and the API', load: () => import('./serve.ts') },
  doctor: { summary: 'look whether everything that a run needs is there', load: () => import('./doctor.ts') },
  completion: { summary: 'print the completion of bash, zsh or fish', load: () => import('./completion.ts') },
};
