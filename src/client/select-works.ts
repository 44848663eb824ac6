/** The schedule as a selection of the pages sees it, and what it becomes for a run. */
import type { Schedule, Work } from '../core/work.ts';
import { Problem } from '../ports/problem.ts';
import type { PlanRequest } from '../protocol/api-request.ts';
import { withCarried } from '../protocol/carried-workflow.ts';
import { nearest } from '../protocol/nearest.ts';
import { makeSelector, type Selectable } from '../protocol/selection.ts';
import type { Client } from './client.ts';
import type { PlanWishes } from './plan-batch.ts';
import { quoteId } from './schedule.ts';

export const toSelectable = ({ id, title, group, params }: Work): Selectable => ({
  id,
  title,
  group,
  model: paramOf(params['model']),
  variant: paramOf(params['variant']),
});

const paramOf = (value: Work['params'][string] | undefined): string | null =>
  value === undefined || value === null ? null : String(value);

export interface Selected {
  /** With the wished order of groups, and the wished workflow in the chosen works. */
  readonly schedule: Schedule;
  readonly wishes: PlanWishes;
  /** How many works are chosen. */
  readonly count: number;
}

/** What a request means for the planning that the command line uses, too. Throws a Problem for a workflow that is not there. */
export const selectWorks = async (client: Client, schedule: Schedule, request: PlanRequest): Promise<Selected> => {
  const isChosen = makeSelector(request.selection);
  const chosen = schedule.works.filter((work) => isChosen(toSelectable(work)));
  const ids = new Set(chosen.map(({ id }) => id));
  const workflow = request.workflow === undefined ? null : await knownWorkflow(client, schedule, request.workflow);
  const works = schedule.works.map((work) => (workflow === null || !ids.has(work.id) ? work : { ...work, workflow }));
  const { order, pinned } = schedule.groups;
  return {
    schedule: {
      ...schedule,
      // No id at all means everything to the planning.
      works: chosen.length === 0 ? [] : works,
      groups: { order: request.group_order ?? order, pinned: request.pinned ?? pinned },
    },
    wishes: {
      parallel: request.parallel ?? null,
      engine: request.engine ?? null,
      only: chosen.length === works.length ? [] : [...ids],
      group: null,
      until: request.until ?? null,
      allowMissing: request.allow_missing === true,
      rerun: request.rerun === true,
    },
    count: chosen.length,
  };
};

const knownWorkflow = async (client: Client, schedule: Schedule, name: string): Promise<string> => {
  const known = Object.keys(withCarried(await client.readConfig(), schedule.workflows).workflows);
  if (known.includes(name)) return name;
  const near = nearest(name, known);
  throw new Problem({
    what: `the config has no workflow ${quoteId(name)}`,
    where: 'workflow',
    hint: near === null ? `workflows there are: ${known.slice(0, 20).join(', ')}` : `did you mean ${near}?`,
    code: 'usage',
  });
};
