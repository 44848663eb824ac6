/**
 * `evolve(state, events) → state`: the only code that makes a state.
 *
 * Total (law 1): an event that does not fit the state, which only a damaged journal can hold, changes nothing
 * but the sequence number. Copies the arrays once a call, not once an event; the caller's state stays as it was.
 */
import { change, changeBatch, copy, type Draft } from './draft.ts';
import { applyToAttempt } from './evolve-attempt.ts';
import { applyToBatch, applyToScheduler, applyToWorkers, changeWorks } from './evolve-batch.ts';
import { applyToOutcome } from './evolve-outcome.ts';
import { cool } from './evolve-resource.ts';
import type { Event, EventBody } from './event.ts';
import type { BatchState } from './state.ts';
import { parseTime } from './time.ts';

export const evolve = (state: BatchState, events: readonly Event[]): BatchState => {
  if (events.length === 0) return state;
  let draft = copy(state);
  for (const event of events) {
    draft.seq = event.seq;
    draft.at = parseTime(event.at);
    if (event.type === 'works_added' || event.type === 'works_removed') draft = copy(changeWorks(draft, event));
    else apply(draft, event);
  }
  return draft;
};

/** Every event but those that change which works there are. */
type PlainEvent = Exclude<EventBody, { type: 'works_added' | 'works_removed' }>;

const apply = (draft: Draft, event: PlainEvent): void => {
  switch (event.type) {
    case 'batch_created':
      return changeBatch(draft, { created_at: draft.at, parallel: event.parallel, plan_hash: event.plan_hash });
    case 'scheduler_started':
    case 'scheduler_ended':
      return applyToScheduler(draft, event);
    case 'worker_summoned':
    case 'worker_started':
    case 'worker_ended':
      return applyToWorkers(draft, event);
    case 'work_assigned':
    case 'work_prepared':
    case 'stage_started':
    case 'stage_passed':
    case 'stage_failed':
    case 'work_publishing':
    case 'work_pushed':
    case 'stage_spent':
    case 'attention_changed':
      return applyToAttempt(draft, event);
    case 'work_requeued':
    case 'work_completed':
    case 'work_failed':
    case 'work_stopped':
    case 'work_skipped':
    case 'work_retried':
      return applyToOutcome(draft, event);
    case 'worktree_removed':
      return change(draft, event.id, () => ({ worktree_removed: true }));
    case 'noted':
      return event.id === null
        ? undefined
        : change(draft, event.id, (record) => ({ notes: [...record.notes, event.text] }));
    case 'resource_cooled':
      return cool(draft, event.resource, parseTime(event.until));
    case 'batch_paused':
    case 'batch_resumed':
    case 'stop_requested':
    case 'batch_stopped':
    case 'batch_completed':
      return applyToBatch(draft, event);
    case 'terminal_typed':
    case 'journal_repaired':
      return undefined;
  }
};
