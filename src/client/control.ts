/** Controls of a batch: one request each, and a scheduler where the batch is to go on. */
import { accept } from '../core/accept.ts';
import type { Request } from '../core/request.ts';
import type { BatchState } from '../core/state.ts';
import type { WorkId } from '../core/work.ts';
import type { Journal } from '../ports/store.ts';
import type { Client } from './client.ts';
import { findIndex } from './find-work.ts';
import { requireIntactPlan } from './intact-plan.ts';
import { refused } from './refused.ts';
import { giveUpDeadWorkers, launchIfNeeded } from './resume.ts';

type Control = Extract<Request, { type: 'pause' | 'retry' | 'skip' | 'add' | 'remove' | 'stop' }>;

/** Asks; the answer follows the change. Throws a Problem if it is refused. */
export const control = async (
  { clock }: Client,
  journal: Journal<BatchState>,
  request: Control,
): Promise<BatchState> => {
  const answer = await journal.transact('operator', (state) => accept(state, request, clock.now()));
  if (!answer.ok) throw refused(answer.refusal);
  return answer.committed.state;
};

/** As `control`, and makes sure that a scheduler carries it out. */
export const controlAndRun = async (
  client: Client,
  journal: Journal<BatchState>,
  request: Control,
): Promise<BatchState> => {
  await requireIntactPlan(journal);
  await giveUpDeadWorkers(client, journal);
  await control(client, journal, request);
  return launchIfNeeded(client, journal);
};

/** The ids of works in the batch, upper and lower case folded; throws a Problem for one that is not there. */
export const resolveIds = async (
  client: Pick<Client, 'store'>,
  state: BatchState,
  ids: readonly string[],
): Promise<readonly WorkId[]> => {
  const byLowerCase = new Map(state.works.map(({ id }) => [id.toLowerCase(), id]));
  const found: WorkId[] = [];
  for (const id of ids) {
    const known = byLowerCase.get(id.toLowerCase()) ?? state.works[await findIndex(client, state, id)]?.id;
    if (known !== undefined) found.push(known);
  }
  return found;
};
