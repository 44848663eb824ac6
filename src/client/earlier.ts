/** What earlier batches of this repository left: what is delivered, and which places and pushes are ours. */
import type { PlannedWork, Previous } from '../core/plan.ts';
import type { WorkRecord } from '../core/state.ts';
import type { WorkId } from '../core/work.ts';
import type { Client } from './client.ts';

export interface EarlierWork extends Previous {
  readonly commit: string | null;
  readonly source: string;
  readonly content_hash: string;
  /** Delivered, then to run again in a newer batch, and not completed there. */
  readonly rerun_is_due: boolean;
  readonly begun_in: readonly string[];
}

/** By id, the newest batch that knows something of the work. A delivery stays one until a rerun delivers again. */
export const readEarlier = async ({ store }: Pick<Client, 'store'>): Promise<ReadonlyMap<WorkId, EarlierWork>> => {
  const earlier = new Map<WorkId, EarlierWork>();
  for (const id of await store.listBatches()) {
    const journal = await store.openBatch(id);
    if (journal === null) continue;
    try {
      const state = await journal.read();
      state.works.forEach((work, i) => remember(earlier, id, work, state.records[i] as WorkRecord));
    } finally {
      await journal.close();
    }
  }
  return earlier;
};

const remember = (
  earlier: Map<WorkId, EarlierWork>,
  batchRunId: string,
  work: PlannedWork,
  record: WorkRecord,
): void => {
  const before = earlier.get(work.id);
  const isDelivered = record.state.status === 'completed';
  const rerun_is_due = !isDelivered && (before?.was_completed ?? false);
  const isUntouched = record.attempts === 0 && !isDelivered;
  if (isUntouched) {
    if (before !== undefined) earlier.set(work.id, { ...before, rerun_is_due });
    return;
  }
  earlier.set(work.id, {
    batch_run_id: batchRunId,
    was_completed: isDelivered || (before?.was_completed ?? false),
    commit: record.state.status === 'completed' ? record.state.commit : (before?.commit ?? null),
    source: sourceOf(work),
    content_hash: isDelivered || before === undefined ? work.content_hash : before.content_hash,
    place: record.place ?? before?.place ?? null,
    pushed_commit: record.pushed_commit ?? before?.pushed_commit ?? null,
    own_heads: [...new Set([...(before?.own_heads ?? []), ...record.own_heads])],
    rerun_is_due,
    begun_in: record.place === null && work.worktree !== null ? [...(before?.begun_in ?? []), batchRunId] : [],
  });
};

/** Tells works of the same id and different origin apart. */
export const sourceOf = ({ source }: Pick<PlannedWork, 'source'>): string => `${source.type}:${source.ref}`;
