/** Whether the frozen plan of a batch is what it was when the batch began: its commands are what runs. */
import type { BatchState } from '../core/state.ts';
import { Problem } from '../ports/problem.ts';
import type { Journal } from '../ports/store.ts';
import { planHash } from '../protocol/plan.ts';
import type { Client } from './client.ts';

/** Throws a Problem if plan.json was changed. */
export const requireIntactPlan = async (journal: Journal<BatchState>): Promise<void> => {
  const fault = planFault(journal, await journal.read());
  if (fault !== null) throw fault;
};

/** What is wrong with plan.json, by the hash that the batch's first event holds; null if nothing is. Costs 20 µs a work. */
const planFault = ({ plan, directory }: Journal<BatchState>, { batch }: BatchState): Problem | null => {
  if (batch.plan_hash === planHash(plan)) return null;
  return new Problem({
    what: 'plan.json was changed after the batch began; nothing new starts from it',
    where: `${directory}/plan.json`,
    hint: 'put it back as it was, then wf0-batch resume; or leave the batch behind: wf0-batch start --fresh',
    code: 'refused',
  });
};

/** A scheduler that finds the plan changed pauses the batch; whoever looks at it is told why. */
export const warnOfPlan = ({ say }: Pick<Client, 'say'>, journal: Journal<BatchState>, state: BatchState): void => {
  const fault = state.batch.status === 'paused' ? planFault(journal, state) : null;
  if (fault !== null) say(`warning: ${fault.what} (${fault.where}); ${fault.hint}`);
};
