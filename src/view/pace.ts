/** How fast a batch is, and how long it has to go. */
import type { BatchState, WorkRecord } from '../core/state.ts';
import { durationMs, shownState } from './work.ts';

/** Completed works an hour since the batch began, to one decimal. */
export const throughputPerHour = (state: BatchState, now: number): number => {
  const { started_at, ended_at } = state.batch;
  if (started_at === null) return 0;
  const hours = ((ended_at ?? now) - started_at) / 3_600_000;
  const completed = state.records.filter((record) => record.state.status === 'completed').length;
  return hours > 0 ? Math.round((completed / hours) * 10) / 10 : 0;
};

/**
 * Seconds until nothing is left: the expected durations of what remains, corrected by how long completed works
 * took, over the slots in use. Dependencies are not looked at. Null unless the batch runs and something is left.
 */
export const etaSeconds = (state: BatchState, now: number): number | null => {
  if (state.batch.status !== 'running') return null;
  const sum = { left: 0, works: 0, expected: 0, took: 0 };
  state.works.forEach((work, i) => {
    const record = state.records[i] as WorkRecord;
    const shown = shownState(state, i);
    if (shown === 'completed') {
      sum.expected += work.expected_seconds;
      sum.took += record.run_ms / 1000;
    } else if (shown === 'queued' || shown === 'running') {
      sum.left += Math.max(0, work.expected_seconds - (durationMs(record, now) ?? 0) / 1000);
      sum.works++;
    }
  });
  if (sum.works === 0) return null;
  const pace = sum.expected > 0 && sum.took > 0 ? sum.took / sum.expected : 1;
  return Math.ceil((sum.left * pace) / Math.min(state.batch.parallel, sum.works));
};
