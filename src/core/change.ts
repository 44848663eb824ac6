/**
 * The change of state that an event makes, as a person sees it. The journal's lines carry it, so that they can be read
 * without replaying what came before.
 */
import type { EventBody } from './event.ts';
import type { BatchState } from './state.ts';
import type { WorkId } from './work.ts';

export interface Change {
  /** Null where it is not known, or was none. */
  readonly before: string | null;
  readonly after: string | null;
}

/** Of each of the events that follow a state: its change, or null if it changes no state of a work or the batch. */
export const changesOf = (state: BatchState, events: readonly EventBody[]): readonly (Change | null)[] => {
  const known = new Map<string, string>();
  return events.map((event) => {
    const subject = subjectOf(event);
    const change = changeOf(event, known.get(subject) ?? stateOf(state, subject));
    if (change.after !== null) known.set(subject, change.after);
    return change.before === change.after ? null : change;
  });
};

/** The id of the work that an event is about; empty for the batch. */
export const subjectOf = (event: EventBody): WorkId | '' => ('id' in event && event.id !== null ? event.id : '');

const stateOf = ({ batch, records, relations }: BatchState, subject: WorkId | ''): string | null => {
  if (subject === '') return batch.status;
  const status = records[relations.indexOf.get(subject) ?? -1]?.state.status ?? null;
  return status === 'assigned' ? 'running' : status;
};

/** The change of the work's, or the batch's, state as a person sees it. `known`: its state by an earlier event. */
export const changeOf = (event: EventBody, known: string | null): Change => {
  switch (event.type) {
    case 'batch_created':
      return { before: null, after: 'planned' };
    case 'scheduler_started':
      return event.generation === 1
        ? { before: known ?? 'planned', after: known === 'paused' ? 'paused' : 'running' }
        : same(known);
    case 'batch_paused':
      return { before: known ?? 'running', after: 'paused' };
    case 'batch_resumed':
      return { before: known, after: 'running' };
    case 'stop_requested':
      return event.ids === null ? { before: known ?? 'running', after: 'stopping' } : same(known);
    case 'batch_stopped':
      return { before: known ?? 'stopping', after: 'stopped' };
    case 'batch_completed':
      return { before: known ?? 'running', after: 'completed' };
    case 'work_assigned':
      return { before: 'queued', after: 'running' };
    case 'work_prepared':
    case 'stage_started':
    case 'stage_passed':
    case 'stage_failed':
    case 'work_publishing':
    case 'stage_spent':
    case 'attention_changed':
      return same('running');
    case 'work_requeued':
      return { before: 'running', after: 'queued' };
    case 'work_completed':
      return { before: known ?? 'running', after: 'completed' };
    case 'work_failed':
      return { before: 'running', after: 'failed' };
    case 'work_stopped':
      return { before: known ?? (event.cause.kind === 'operator' ? null : 'running'), after: 'stopped' };
    case 'work_skipped':
      return { before: known, after: 'skipped' };
    case 'work_retried':
      return { before: known ?? (event.rerun ? 'completed' : null), after: 'queued' };
    case 'scheduler_ended':
    case 'worker_summoned':
    case 'worker_started':
    case 'worker_ended':
    case 'work_pushed':
    case 'resource_cooled':
    case 'worktree_removed':
    case 'noted':
    case 'terminal_typed':
    case 'works_added':
    case 'works_removed':
    case 'journal_repaired':
      return same(known);
  }
};

const same = (state: string | null): Change => ({ before: state, after: state });
