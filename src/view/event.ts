/** Events in words: one clause each, for the activity list and for the plain lines of a follower. */
import type { Event, RequeueReason, StopCause } from '../core/event.ts';
import { clip } from './clean.ts';
import { formatDuration } from './duration.ts';
import { describeFailure } from './failure.ts';

/** What an event says to a person. */
export interface EventWords {
  /** The work it is about; null for the batch. */
  readonly id: string | null;
  readonly text: string;
}

/** The event in words, or null for what a person need not see. */
export const describeEvent = (event: Event): EventWords | null => {
  switch (event.type) {
    case 'batch_created':
      return batch(
        `batch created: ${event.works} ${event.works === 1 ? 'work' : 'works'}, ${event.parallel} at a time`,
      );
    case 'scheduler_started':
      return batch(event.generation === 1 ? 'scheduler started' : `scheduler started again (${event.generation})`);
    case 'scheduler_ended':
      return batch(`scheduler ended: ${clip(event.reason, 200)}`);
    case 'worker_ended':
      return event.actor === event.worker ? null : batch(`${event.worker} ended: ${clip(event.reason, 200)}`);
    case 'batch_paused':
      return batch('batch paused');
    case 'batch_resumed':
      return batch(`batch resumed, ${event.parallel} at a time`);
    case 'stop_requested':
      return batch(describeStop(event));
    case 'batch_stopped':
      return batch(`batch stopped: ${clip(event.reason, 200)}`);
    case 'batch_completed':
      return batch('batch completed');
    case 'journal_repaired':
      return batch(
        `${event.dropped_lines} lines of the journal were unreadable and are set aside in ${clip(event.set_aside, 200)}`,
      );
    case 'resource_cooled':
      return batch(
        `${clip(event.resource, 80)} cools down until ${event.until.slice(11, 19)}Z${behindColon(event.message)}`,
      );
    case 'works_added':
      return batch(`added ${list(event.works.map(({ id }) => id))}`);
    case 'works_removed':
      return batch(`removed ${list(event.ids)}`);
    case 'worker_summoned':
    case 'worker_started':
    case 'stage_failed':
    case 'worktree_removed':
      return null;
    case 'work_prepared':
      return event.notes.length === 0 ? null : { id: event.id, text: `note: ${clip(event.notes.join('; '), 300)}` };
    default:
      return describeWorkEvent(event);
  }
};

type WorkEvent = Extract<
  Event,
  {
    readonly type:
      | 'work_assigned'
      | 'stage_started'
      | 'stage_passed'
      | 'work_publishing'
      | 'work_pushed'
      | 'stage_spent'
      | 'work_requeued'
      | 'work_completed'
      | 'work_failed'
      | 'work_stopped'
      | 'work_skipped'
      | 'work_retried'
      | 'noted'
      | 'terminal_typed'
      | 'attention_changed';
  }
>;

const describeWorkEvent = (event: WorkEvent): EventWords => {
  const { id } = event;
  switch (event.type) {
    case 'work_assigned':
      return { id, text: `assigned to ${event.worker}${event.attempt > 1 ? `, attempt ${event.attempt}` : ''}` };
    case 'stage_started':
      return { id, text: `running ${clip(event.stage, 80)}${event.visit > 1 ? `, visit ${event.visit}` : ''}` };
    case 'stage_passed':
      return { id, text: `passed ${clip(event.stage, 80)} in ${formatDuration(event.duration_ms)}` };
    case 'work_publishing':
      return { id, text: `publishing ${event.commit.slice(0, 12)}` };
    case 'work_pushed':
      return { id, text: `pushed ${event.commit.slice(0, 12)}` };
    case 'stage_spent':
      return { id, text: describeSpending(event) };
    case 'work_requeued':
      return { id, text: `queued again${until(event.not_before)}: ${describeRequeue(event.reason)}` };
    case 'work_completed':
      return { id, text: event.commit === null ? 'completed' : `completed ${event.commit.slice(0, 12)}` };
    case 'work_failed':
      return { id, text: `failed: ${describeFailure(event.failure)}` };
    case 'work_stopped':
      return { id, text: describeCause(event.cause) };
    case 'work_skipped':
      return { id, text: event.satisfied ? 'skipped as satisfied' : 'skipped' };
    case 'work_retried':
      return { id, text: event.rerun ? 'queued for a rerun' : 'queued again' };
    case 'noted':
      return { id, text: `note: ${clip(event.text, 300)}` };
    case 'terminal_typed':
      return { id, text: `typed ${event.bytes} bytes through a page` };
    case 'attention_changed':
      return {
        id,
        text:
          event.question === null
            ? 'no longer waits for an answer'
            : `waits for an answer: ${clip(event.question, 300)}`,
      };
  }
};

const describeSpending = ({ stage, cost_usd, tokens }: Extract<WorkEvent, { type: 'stage_spent' }>): string => {
  const parts = [cost_usd === null ? [] : `$${cost_usd.toFixed(2)}`, tokens === null ? [] : `${tokens} tokens`].flat();
  return `used ${parts.join(', ')} in ${clip(stage, 80)}`;
};

const batch = (text: string): EventWords => ({ id: null, text });

const behindColon = (message: string): string => (message === '' ? '' : `: ${clip(message, 200)}`);

const until = (notBefore: string | null): string =>
  notBefore === null ? '' : `, not before ${notBefore.slice(11, 19)}Z`;

const describeRequeue = (reason: RequeueReason): string => {
  switch (reason.kind) {
    case 'retry':
    case 'lost':
      return describeFailure(reason.failure);
    case 'throttled':
      return `throttled${reason.resource === null ? '' : ` by ${clip(reason.resource, 80)}`}${behindColon(reason.message)}`;
    case 'waiting':
      return `waits for ${clip(reason.resource, 80)}`;
  }
};

const describeCause = (cause: StopCause): string => {
  switch (cause.kind) {
    case 'operator':
      return 'stopped';
    case 'until':
      return `stopped after ${clip(cause.stage, 80)}`;
    case 'blocked':
      return `blocked: ${clip(cause.question, 300)}`;
    case 'failure':
      return `stopped since ${cause.id} failed`;
  }
};

const describeStop = ({ ids, mode }: Extract<Event, { readonly type: 'stop_requested' }>): string => {
  const how = { graceful: 'stop', force: 'stop at once', drain: 'stop after what runs' }[mode];
  return ids === null ? `${how} requested` : `${how} requested for ${list(ids)}`;
};

const listed = 5;

const list = (ids: readonly string[]): string =>
  ids.length <= listed ? ids.join(', ') : `${ids.slice(0, listed).join(', ')} and ${ids.length - listed} more`;
