/** How the events that end an attempt, or bring its work back, change a state. */
import { patch, setState, type Draft, type Of } from './draft.ts';
import { mergeNotes } from './evolve-attempt.ts';
import { firstVisit, stageCount, type BatchState, type WorkRecord } from './state.ts';
import { parseTime } from './time.ts';

/** Queued again, completed, failed, stopped, skipped, retried. */
export const applyToOutcome = (
  draft: Draft,
  event: Of<'work_requeued' | 'work_completed' | 'work_failed' | 'work_stopped' | 'work_skipped' | 'work_retried'>,
): void => {
  const i = draft.relations.indexOf.get(event.id);
  if (i === undefined) return;
  const record = draft.records[i] as WorkRecord;
  switch (event.type) {
    case 'work_requeued': {
      const not_before = event.not_before === null ? 0 : parseTime(event.not_before);
      if (event.reason.kind === 'throttled')
        patch(draft, i, { throttles: record.throttles + 1, run_ms: record.run_ms + unreportedMs(draft, record) });
      return setState(draft, i, { status: 'queued', reason: event.reason, not_before });
    }
    case 'work_completed':
      patch(draft, i, {
        ended_at: draft.at,
        notes: mergeNotes(record.notes, event.notes),
        pushed_commit: event.pushed ? event.commit : record.pushed_commit,
        stage_index: stageCount(draft.plan, draft.works[i] as BatchState['works'][number]),
      });
      return setState(draft, i, { status: 'completed', commit: event.commit, pushed: event.pushed });
    case 'work_failed':
      patch(draft, i, { ended_at: draft.at, last_failure: { at: draft.at, failure: event.failure } });
      return setState(draft, i, { status: 'failed', failure: event.failure });
    case 'work_stopped':
      patch(draft, i, { ended_at: draft.at, run_ms: record.run_ms + unreportedMs(draft, record) });
      return setState(draft, i, { status: 'stopped', cause: event.cause });
    case 'work_skipped':
      patch(draft, i, { ended_at: draft.at });
      return setState(draft, i, { status: 'skipped', satisfied: event.satisfied });
    case 'work_retried':
      return retry(draft, i, event);
  }
};

/** Time in a stage whose end gave neither `stage_passed` nor `stage_failed`: it was throttled, blocked or stopped. */
const unreportedMs = (draft: Draft, { state }: WorkRecord): number =>
  state.status === 'running' && state.publishing === null ? Math.max(0, draft.at - state.stage_since) : 0;

const retry = (draft: Draft, i: number, event: Of<'work_retried'>): void => {
  const record = draft.records[i] as WorkRecord;
  const stage_index = event.rerun ? 0 : (event.from_index ?? record.stage_index);
  const stages = record.visits.length;
  const run_ms = event.rerun ? 0 : record.run_ms;
  patch(draft, i, {
    stage_index,
    failures: 0,
    throttles: 0,
    visits: firstVisit(stages, stage_index),
    boundaries: event.rerun ? [] : record.boundaries.slice(0, stage_index + 1),
    restart: event.rerun ? 'rerun' : event.from_index !== null ? 'reset' : record.restart,
    answer: event.answer,
    ended_at: null,
    run_ms,
    granted: { spent: record.spent, run_ms },
  });
  setState(draft, i, { status: 'queued', reason: null, not_before: 0 });
};
