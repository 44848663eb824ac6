import type { BatchState } from '../core/state.ts';
import type { ControlAnswer } from '../view/api.ts';
import { countWorks } from '../view/work.ts';
import { timeNow, type Scope } from './scope.ts';

/** What every change answers with: the batch as it is behind it. */
export const controlAnswer = (scope: Pick<Scope, 'client'>, state: BatchState): ControlAnswer => ({
  at: timeNow(scope),
  batch_run_id: state.plan.batch_run_id,
  plan_hash: state.plan.plan_hash,
  state: state.batch.status,
  counts: countWorks(state),
  seq: state.seq,
});
