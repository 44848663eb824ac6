/** `start`: a plan becomes a batch that runs. */
import type { Plan } from '../core/plan.ts';
import type { BatchState } from '../core/state.ts';
import { Problem } from '../ports/problem.ts';
import type { Journal } from '../ports/store.ts';
import { isSchedulerAlive, isUnfinished } from './batch.ts';
import { markWorktreeFolder } from './check-environment.ts';
import type { Client } from './client.ts';
import { launchScheduler } from './launch.ts';
import { stopEverything } from './stop.ts';

export interface Started {
  readonly journal: Journal<BatchState>;
  readonly state: BatchState;
}

/** Freezes the plan and starts its scheduler. `fresh`: an unfinished batch is stopped and left behind instead of refused. */
export const startBatch = async (
  client: Client,
  plan: Plan,
  { fresh }: { readonly fresh: boolean },
): Promise<Started> => {
  const config = await client.readConfig();
  await client.prepareFolder();
  await markWorktreeFolder(client, plan);
  if (fresh) await leaveUnfinished(client);
  const journal = await client.store.createBatch(plan, (newest) => newest === null || !isUnfinished(newest) || fresh);
  if (journal === null) throw unfinished(client);
  return { journal, state: await launchScheduler(client, journal, config) };
};

/** Throws a Problem while a batch is unfinished; gives the state of the newest one that ended, null if there is none. */
export const requireFinished = async (client: Client): Promise<BatchState | null> => {
  const newest = await client.store.openBatch();
  if (newest === null) return null;
  try {
    const state = await newest.read();
    if (!isUnfinished(state)) return state;
    if (!isSchedulerAlive(client, state)) throw unfinished(client);
    if (state.batch.status === 'paused') throw paused(newest.batchRunId);
    throw new Problem({
      what: 'a batch is already running',
      where: newest.batchRunId,
      hint: 'look at it: wf0-batch status; end it: wf0-batch stop (wf0-batch resume goes on with it later); or leave it behind: --fresh',
      code: 'refused',
    });
  } finally {
    await newest.close();
  }
};

/** The refusal of a plan without works. */
export const emptyPlan = ({ root }: Client): Problem =>
  new Problem({
    what: 'the plan is empty',
    where: `${root}/.wf/schedule.json`,
    hint: 'add works: wf0-schedule create md=tasks/',
    code: 'refused',
  });

/** The refusal of a start while a batch is unfinished. */
export const unfinished = ({ root }: Client): Problem =>
  new Problem({
    what: 'a batch of this repository is unfinished',
    where: `${root}/.wf/batches/latest`,
    hint: 'go on with it: wf0-batch resume; or leave it behind and begin anew: wf0-batch start --fresh',
    code: 'refused',
  });

const paused = (batchRunId: string): Problem =>
  new Problem({
    what: 'a batch of this repository is paused',
    where: batchRunId,
    hint: 'go on with it: wf0-batch resume; or leave it behind and begin anew: wf0-batch start --fresh',
    code: 'refused',
  });

const leaveUnfinished = async (client: Client): Promise<void> => {
  const newest = await client.store.openBatch();
  if (newest === null) return;
  try {
    if (isUnfinished(await newest.read())) await stopEverything(client, newest, 'graceful');
  } finally {
    await newest.close();
  }
};
