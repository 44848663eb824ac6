/** How fast a batch is. */
import type { BatchState } from '../core/state.ts';

/** Completed works an hour since the batch began, to one decimal. */
export const throughputPerHour = (state: BatchState, now: number): number => {
  const { started_at, ended_at } = state.batch;
  if (started_at === null) return 0;
  const hours = ((ended_at ?? now) - started_at) / 3_600_000;
  const completed = state.records.filter((record) => record.state.status === 'completed').length;
  return hours > 0 ? Math.round((completed / hours) * 10) / 10 : 0;
};
