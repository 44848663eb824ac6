/** The unfinished batch, as far as a change of the schedule is concerned: its works are frozen in its plan. */
import type { Changes } from '../core/compare-works.ts';
import { isActive } from '../core/state.ts';
import type { Client } from './client.ts';
import { isUnfinished } from './batch.ts';

export interface RunningBatch {
  readonly id: string;
  /** Ids, in lower case, of all its works. */
  readonly works: ReadonlySet<string>;
  /** Of those that run right now. */
  readonly running: ReadonlySet<string>;
}

/** Null if every batch is finished. */
export const findRunningBatch = async ({ store }: Pick<Client, 'store'>): Promise<RunningBatch | null> => {
  const journal = await store.openBatch();
  if (journal === null) return null;
  try {
    const state = await journal.read();
    if (!isUnfinished(state)) return null;
    const ids = state.works.map(({ id }) => id.toLowerCase());
    const isRunning = (i: number): boolean => {
      const record = state.records[i];
      return record !== undefined && isActive(record.state);
    };
    return { id: journal.batchRunId, works: new Set(ids), running: new Set(ids.filter((_, i) => isRunning(i))) };
  } finally {
    await journal.close();
  }
};

/** Ids that a notice names. */
const named = 5;

/** That the batch goes on as planned, and which of the changed works it has. */
export const frozenNotices = (batch: RunningBatch, { added, changed, removed }: Changes): readonly string[] => {
  const ids = [...changed.map(({ after }) => after), ...removed].map(({ id }) => id);
  const inside = ids.filter((id) => batch.works.has(id.toLowerCase()));
  const first = added.find(({ id }) => !batch.works.has(id.toLowerCase()));
  return [
    frozenNotice(batch),
    ...(inside.length === 0 ? [] : [`as they were planned, it has ${list(inside)}`]),
    ...(first === undefined ? [] : [`new works join it only when asked: wf0-batch add ${first.id}`]),
  ];
};

/** For changes that touch no work. */
export const frozenNotice = ({ id }: Pick<RunningBatch, 'id'>): string =>
  `the batch ${id} is not finished and keeps its own plan; the change counts from the next start on`;

const list = (ids: readonly string[]): string => {
  const more = ids.length - named;
  return ids.slice(0, named).join(', ') + (more > 0 ? ` and ${more} more` : '');
};
