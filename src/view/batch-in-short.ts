/** What is said of a batch wherever it is named: in a list of batches, and at the head of its status. */
import type { BatchState, BatchStatus } from '../core/state.ts';
import { formatTime } from '../core/time.ts';
import { countWorks, type Counts } from './work.ts';

export interface BatchInShort {
  readonly batch_run_id: string;
  readonly state: BatchStatus;
  readonly plan_hash: string;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly parallel: number;
  readonly counts: Counts;
}

export const batchInShort = (state: BatchState): BatchInShort => {
  const { plan, batch } = state;
  return {
    batch_run_id: plan.batch_run_id,
    state: batch.status,
    plan_hash: plan.plan_hash,
    created_at: plan.created_at,
    started_at: timeOrNull(batch.started_at),
    ended_at: timeOrNull(batch.ended_at),
    parallel: batch.parallel,
    counts: countWorks(state),
  };
};

/** ISO 8601 UTC of milliseconds since the epoch. */
export const timeOrNull = (ms: number | null): string | null => (ms === null ? null : formatTime(ms));
