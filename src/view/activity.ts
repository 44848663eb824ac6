/** The activity feed: what changed lately, with the state before and after. */
import type { Event } from '../core/event.ts';
import { describeEvent } from './event.ts';

/** One entry of `activity` in `status --json`. */
export interface Activity {
  readonly seq: number;
  readonly at: string;
  /** The work; null for the batch. */
  readonly id: string | null;
  readonly actor: string;
  /** The state before; null where these events do not tell it. */
  readonly before: string | null;
  /** The state after; equal to `before` if the event changes none. */
  readonly after: string | null;
  readonly text: string;
}

/** The events that a person sees, in their order, oldest first. */
export const makeActivity = (events: readonly Event[]): readonly Activity[] => {
  const known = new Map<string, string>();
  return events.flatMap((event): Activity[] => {
    const key = subjectOf(event);
    const { before, after } = changeOf(event, known.get(key) ?? null);
    if (after !== null) known.set(key, after);
    const words = describeEvent(event);
    if (words === null) return [];
    return [{ seq: event.seq, at: event.at, id: words.id, actor: event.actor, before, after, text: words.text }];
  });
};

const subjectOf = (event: Event): string => ('id' in event && event.id !== null ? event.id : '');

interface Change {
  readonly before: string | null;
  readonly after: string | null;
}

/** The change of the work's, or the batch's, state as a person sees it. `known`: its state by an earlier event. */
const changeOf = (event: Event, known: string | null): Change => {
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
    case 'works_added':
    case 'works_removed':
    case 'journal_repaired':
      return same(known);
  }
};

const same = (state: string | null): Change => ({ before: state, after: state });
