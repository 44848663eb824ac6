/** `start`: a plan becomes a batch that runs. */
import type { Plan } from '../core/plan.ts';
import type { BatchState } from '../core/state.ts';
import { Problem } from '../ports/problem.ts';
import type { Journal } from '../ports/store.ts';
import { isUnfinished } from './batch.ts';
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

/** The refusal of a start while a batch is unfinished. */
export const unfinished = ({ root }: Client): Problem =>
  new Problem({
    what: 'a batch of this repository is unfinished',
    where: `${root}/.wf/batches/latest`,
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
