/** What became last of each work, over all batches: what the grid of the builder shows beside it. */
import { formatTime } from '../core/time.ts';
import type { BatchState, WorkRecord } from '../core/state.ts';
import type { BatchListAnswer, CatalogueWork } from '../view/api.ts';
import { countWorks, shownState } from '../view/work.ts';

export type LastState = NonNullable<CatalogueWork['last']>;
export type BatchEntry = BatchListAnswer['batches'][number];

/** A batch in short, and what became of its works. */
export interface PastBatch {
  readonly entry: BatchEntry;
  readonly works: ReadonlyMap<string, LastState>;
}

export const summarizeBatch = (state: BatchState): PastBatch => ({
  entry: entryOf(state),
  works: new Map(
    state.works.map(({ id }, i) => {
      const { ended_at, started_at, quality } = state.records[i] as WorkRecord;
      const last = { state: shownState(state, i), at: timeOrNull(ended_at ?? started_at), quality };
      return [id, { batch_run_id: state.plan.batch_run_id, ...last }];
    }),
  ),
});

const entryOf = (state: BatchState): BatchEntry => {
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

const timeOrNull = (ms: number | null): string | null => (ms === null ? null : formatTime(ms));

/** Of each work what the newest batch that has it says. */
export const lastStates = (batches: Iterable<PastBatch>): ReadonlyMap<string, LastState> => {
  const last = new Map<string, LastState>();
  for (const { works } of batches) for (const [id, state] of works) last.set(id, state);
  return last;
};
