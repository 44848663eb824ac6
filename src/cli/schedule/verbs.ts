/** The verbs of `wf0-schedule`. */
import type { Verbs } from '../cli.ts';

export const scheduleVerbs: Verbs = {
  create: { summary: 'make the schedule from sources', load: () => import('./create.ts') },
  show: { summary: 'show the schedule', load: () => import('./show.ts') },
  edit: { summary: 'change a work of the schedule', load: () => import('./edit.ts') },
  order: { summary: 'set the order of groups', load: () => import('./order.ts') },
  validate: { summary: 'check the schedule', load: () => import('./validate.ts') },
  clear: { summary: 'remove the schedule', load: () => import('./clear.ts') },
};
