/**
 * Journal lines: from parsed JSON to an event, or null. Checks every member that `evolve` reads, so that it can
 * never be fed a wrong shape; members that this version does not know are let through.
 */
import type { Event, EventBody, Place, ProcessIdentity, RequeueReason, StopCause } from '../core/event.ts';
import { failureShape, stageResultShape } from './failure.ts';
import { plannedWorkShape } from './plan-shape.ts';
import { flag, integer, isObject, list, matching, nullable, number, object, oneOf, text, union } from './shape.ts';
import type { Shape } from './shape.ts';
import { idShape, workLimit } from './work.ts';

/** The event of one journal line, given as parsed JSON; null if it is none. Never throws, copies nothing. */
export const parseEvent = (json: unknown): Event | null => (eventFault(json) === null ? (json as Event) : null);

/** Whether a value is an ISO 8601 time in UTC that exists: `2026-01-31T08:00:00.000Z`. */
export const isTime = (value: unknown): value is string =>
  typeof value === 'string' && timePattern.test(value) && !Number.isNaN(Date.parse(value));

const timePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

const time: Shape = matching('a time such as 2026-01-31T08:00:00Z', isTime);
const worker: Shape = matching(
  'a worker such as worker-1',
  (value) => typeof value === 'string' && workerPattern.test(value),
);
const workerPattern = /^worker-[1-9]\d{0,5}$/;
const actor: Shape = (value) =>
  value === 'scheduler' || value === 'operator' || value === 'recovery' ? null : worker(value);

const identity: Shape = object<ProcessIdentity>({ pid: integer(1), started: text(), boot: text() });
const place: Shape = object<Place>({ worktree: text(), branch: text(), base_commit: text() });

const requeueReason: Shape = union<RequeueReason, 'kind'>('kind', {
  retry: { failure: failureShape },
  throttled: { resource: nullable(text()), message: text() },
  lost: { failure: failureShape },
  waiting: { resource: text() },
});

const stopCause: Shape = union<StopCause, 'kind'>('kind', {
  operator: {},
  until: { stage: text() },
  blocked: { question: text() },
  failure: { id: idShape },
});

const token = text();
const id = idShape;
const notes = list(text());

const body: Shape = union<EventBody, 'type'>('type', {
  batch_created: { plan_hash: text(), parallel: integer(1), works: integer(0) },
  scheduler_started: { generation: integer(0), process: identity, session: nullable(text()) },
  scheduler_ended: { generation: integer(0), reason: text() },
  worker_summoned: { worker, incarnation: text(), deadline: time },
  worker_started: { worker, incarnation: text(), process: identity, session: nullable(text()) },
  worker_ended: { worker, incarnation: text(), reason: text() },
  work_assigned: { id, attempt: integer(1), token, worker },
  work_prepared: { id, token, place: nullable(place), notes },
  stage_started: { id, token, stage: text(), stage_index: integer(0), visit: integer(1) },
  stage_passed: {
    id,
    token,
    stage: text(),
    stage_index: integer(0),
    next_index: integer(0),
    duration_ms: number(0),
    commit: nullable(text()),
    result: nullable(stageResultShape),
  },
  stage_failed: { id, token, failure: failureShape, duration_ms: number(0) },
  stage_spent: { id, token, stage: text(), cost_usd: nullable(number(0)), tokens: nullable(number(0)) },
  work_requeued: { id, token, reason: requeueReason, not_before: nullable(time) },
  resource_cooled: { resource: text(), until: time, message: text() },
  work_publishing: { id, token, commit: text() },
  work_pushed: { id, token, commit: text() },
  work_completed: { id, token, commit: nullable(text()), pushed: flag, notes },
  work_failed: { id, failure: failureShape },
  work_stopped: { id, cause: stopCause },
  work_skipped: { id, satisfied: flag },
  work_retried: { id, from_index: nullable(integer(0)), rerun: flag, answer: nullable(text()) },
  worktree_removed: { id },
  noted: { id: nullable(id), text: text() },
  attention_changed: { id, token, question: nullable(text()) },
  terminal_typed: { id, bytes: integer(1) },
  works_added: { works: list(plannedWorkShape, workLimit) },
  works_removed: { ids: list(id, workLimit) },
  batch_paused: {},
  batch_resumed: { parallel: integer(1), engine: oneOf('tmux', 'process') },
  stop_requested: { ids: nullable(list(id, workLimit)), mode: oneOf('graceful', 'force', 'drain') },
  batch_stopped: { reason: text() },
  batch_completed: {},
  journal_repaired: { dropped_lines: integer(0), set_aside: text() },
});

const seq = integer(1);

/** Of `parseEvent`: what is wrong first, for messages about a damaged journal. Null: it is an event. */
export const eventFault: Shape = (value) => body(value) ?? (isObject(value) ? envelope(value) : null);

const envelope: Shape = object({ seq, at: time, actor });
