/** What became last of each work, over all batches: what the grid of the builder shows beside it. */
import type { BatchState, WorkRecord } from '../core/state.ts';
import type { BatchListAnswer, CatalogueWork } from '../view/api.ts';
import { batchInShort, timeOrNull } from '../view/batch-in-short.ts';
import { shownState } from '../view/work.ts';

export type LastState = NonNullable<CatalogueWork['last']>;
export type BatchEntry = BatchListAnswer['batches'][number];

/** A batch in short, and what became of its works. */
export interface PastBatch {
  readonly entry: BatchEntry;
  readonly works: ReadonlyMap<string, LastState>;
}

export const summarizeBatch = (state: BatchState): PastBatch => ({
  entry: batchInShort(state),
  works: new Map(
    state.works.map(({ id }, i) => {
      const { ended_at, started_at, quality } = state.records[i] as WorkRecord;
      const last = { state: shownState(state, i), at: timeOrNull(ended_at ?? started_at), quality };
      return [id, { batch_run_id: state.plan.batch_run_id, ...last }];
    }),
  ),
});

/** Of each work what the newest batch that has it says. */
export const lastStates = (batches: Iterable<PastBatch>): ReadonlyMap<string, LastState> => {
  const last = new Map<string, LastState>();
  for (const { works } of batches) for (const [id, state] of works) last.set(id, state);
  return last;
};
