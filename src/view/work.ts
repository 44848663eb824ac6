/** A work as a person sees it: its state, its time, what is known of its delivery. */
import type { BatchState, WorkRecord } from '../core/state.ts';

/** A work's state as a person sees it: assigned is running, doomed is skipped. */
export type ShownState = 'queued' | 'running' | 'completed' | 'failed' | 'skipped' | 'stopped';

export type Counts = Readonly<Record<ShownState | 'total', number>>;

/** The state that a person sees of the `i`-th work. */
export const shownState = (state: BatchState, i: number): ShownState => {
  const { status } = (state.records[i] as WorkRecord).state;
  if (status === 'assigned') return 'running';
  return status === 'queued' && (state.doomedBy[i] as number) >= 0 ? 'skipped' : status;
};

/** How many works are in each state that a person sees. */
export const countWorks = (state: BatchState): Counts => {
  const counts = { queued: 0, running: 0, completed: 0, failed: 0, skipped: 0, stopped: 0, total: state.works.length };
  state.works.forEach((_, i) => counts[shownState(state, i)]++);
  return counts;
};

/** Milliseconds that a work has spent in stages, the running one included; null before its first attempt. */
export const durationMs = ({ state, run_ms, started_at }: WorkRecord, now: number): number | null => {
  if (started_at === null) return null;
  return state.status === 'running' ? run_ms + Math.max(0, now - state.stage_since) : run_ms;
};

/** The commit that is known of a work, and whether the remote holds it. */
export const delivery = (record: WorkRecord): { readonly commit: string | null; readonly pushed: boolean } => {
  if (record.state.status === 'completed') return { commit: record.state.commit, pushed: record.state.pushed };
  const boundary = record.stage_index > 0 ? (record.boundaries[record.stage_index] ?? null) : null;
  const commit = boundary ?? record.pushed_commit;
  return { commit, pushed: commit !== null && commit === record.pushed_commit };
};
