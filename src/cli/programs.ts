/** Both programs by their names: what help, completion and the man pages are made of. */
import { batchVerbs } from './batch/verbs.ts';
import type { Verbs } from './cli.ts';
import { scheduleVerbs } from './schedule/verbs.ts';

export interface ProgramWords {
  readonly description: string;
  readonly verbs: Verbs;
}

export const programs = {
  'wf0-batch': {
    description:
      'Runs many pieces of work for one repository: in dependency order, several at a time, each in its own worktree.',
    verbs: batchVerbs,
  },
  'wf0-schedule': { description: 'Makes and edits the schedule that wf0-batch runs.', verbs: scheduleVerbs },
} satisfies Readonly<Record<string, ProgramWords>>;
