/**
 * `decide(state, now) → { events, commands, wakeAt }`: all that the scheduler does by itself.
 *
 * The events are recorded first; the commands follow from the recorded state alone, so a scheduler that dies
 * between the two loses nothing: the next one sees an unanswered summons and repeats it. Deciding twice without
 * news gives nothing new (law 2). `wakeAt` is strictly after `now` (law 8), Infinity when only news can matter.
 */
import type { Command } from './command.ts';
import type { EventBody } from './event.ts';
import { findMachineHold } from './machine.ts';
import { addUses, countUses, findShortage, usesOf } from './resources.ts';
import { isContinued, type BatchState, type WorkerRecord, type WorkRecord } from './state.ts';
import { isSetBack } from './set-back.ts';
import { formatTime } from './time.ts';
import { describeUsedUp, findUsedUp } from './used-up.ts';
import type { PlannedWork } from './plan.ts';

export interface Decision {
  readonly events: readonly EventBody[];
  readonly commands: readonly Command[];
  /** Milliseconds since the epoch. */
  readonly wakeAt: number;
}

/** What a decision may not make up by itself. */
export interface Moment {
  readonly now: number;
  /** Random text, new for every decision: tokens and incarnations are made of it. */
  readonly nonce: string;
}

/** How long a summoned worker may take to answer. */
export const summonsMs = 10_000;
/** After so many summonings in a row that nobody answered, on every slot, the batch stops. */
export const maxUnanswered = 5;

export const decide = (state: BatchState, moment: Moment): Decision => {
  const { batch } = state;
  if (batch.status === 'stopped' || batch.status === 'completed')
    return { events: [], commands: [{ kind: 'end_batch' }], wakeAt: Infinity };
  if (batch.status === 'planned') return nothing;
  const end = decideEnd(state, moment.now);
  if (end.length > 0) return { events: end, commands: [], wakeAt: Infinity };
  if (batch.status === 'stopping') return nothing;
  if (batch.status !== 'running' || !hasCandidate(state)) return nothing;
  if (isSetBack(state.at, moment.now)) return tellOfClock(state.at - moment.now, moment.now);
  const summons = decideSummons(state, moment);
  const assignments = assign(state, moment);
  return {
    events: [...summons.events, ...assignments.events],
    commands: summons.commands,
    wakeAt: Math.max(moment.now + 1, Math.min(summons.wakeAt, assignments.wakeAt)),
  };
};

/** An event by the new time, with which all that is waited for moves back. */
const tellOfClock = (ms: number, now: number): Decision => ({
  events: [{ type: 'noted', id: null, text: `the clock was set back by ${Math.round(ms / 1000)} s` }],
  commands: [],
  wakeAt: now + 1,
});

const nothing: Decision = { events: [], commands: [], wakeAt: Infinity };

/** Whether no further work may start although the batch runs: enough works, a failure under `stop-new`, a budget. */
export const isHeld = (state: BatchState): boolean =>
  isFull(state) || isHeldByFailure(state) || findUsedUp(state) !== null;

/** `max_works` works have begun. Those that come back (retried, throttled, lost) still go on. */
const isFull = ({ plan: { settings }, batch }: BatchState): boolean =>
  settings.max_works !== null && batch.dispatched >= settings.max_works;

const isHeldByFailure = ({ plan: { settings }, batch, failed }: BatchState): boolean =>
  settings.on_failure === 'stop-new' && failed > batch.tolerated_failures;

/** Whether an open work may go, now or when something ends. */
const hasCandidate = (state: BatchState): boolean => {
  if (!isHeld(state)) return true;
  if (isHeldByFailure(state) || findUsedUp(state) !== null) return false;
  for (const i of state.ready) if (isContinued(state.records[i] as WorkRecord)) return true;
  return false;
};

const decideEnd = (state: BatchState, now: number): readonly EventBody[] => {
  const { batch, active } = state;
  if (batch.status === 'stopping')
    return active.length === 0 ? [{ type: 'batch_stopped', reason: stopReason(state) }] : [];
  if (isStoppedByFailure(state) && active.length > 0) return [{ type: 'stop_requested', ids: null, mode: 'graceful' }];
  if (active.length > 0 || batch.status === 'paused') return [];
  if (!state.ready.isEmpty() && !hasCandidate(state)) return [{ type: 'batch_stopped', reason: heldReason(state) }];
  if (isStoppedByFailure(state)) return [{ type: 'batch_stopped', reason: stopReason(state) }];
  if (!state.ready.isEmpty())
    return isDeserted(state, now) ? [{ type: 'batch_stopped', reason: 'no worker could be started' }] : [];
  const waits = state.records.some(({ state: { status } }, i) => status === 'queued' && state.doomedBy[i] === -1);
  return waits
    ? [{ type: 'batch_stopped', reason: 'what remains waits for stopped or blocked works' }]
    : [{ type: 'batch_completed' }];
};

const isStoppedByFailure = ({ plan: { settings }, failed, batch }: BatchState): boolean =>
  settings.on_failure === 'stop-all' && failed > batch.tolerated_failures;

const stopReason = (state: BatchState): string =>
  isStoppedByFailure(state) ? 'a work failed and on_failure is stop-all' : 'stopped by the operator';

/** Why nothing new starts, in words; of a state that `isHeld`. */
export const heldReason = (state: BatchState): string => {
  if (isHeldByFailure(state)) return 'a work failed and on_failure is stop-new';
  const usedUp = findUsedUp(state);
  return usedUp === null
    ? `batch.max_works is ${state.plan.settings.max_works}`
    : describeUsedUp(`budget.${usedUp.of}`, usedUp);
};

/** Every slot was given up. */
const isDeserted = ({ workers, batch }: BatchState, now: number): boolean =>
  workers.filter((worker) => slotOf(worker.worker) <= batch.parallel && isGivenUp(worker, now)).length >=
  batch.parallel;

/** So many summonings in a row went unanswered that the slot is tried no more until a resume. */
const isGivenUp = ({ status, deadline, unanswered }: WorkerRecord, now: number): boolean =>
  status === 'summoned' && unanswered >= maxUnanswered && now >= deadline;

/** A worker for every slot that will have work to do: as many as works are open, at most `parallel`. */
const decideSummons = (state: BatchState, { now, nonce }: Moment): Decision => {
  const { workers } = state;
  const events: EventBody[] = [];
  const commands: Command[] = [];
  let wakeAt = Infinity;
  let wanted = countWanted(state);
  for (let slot = 1; slot <= state.batch.parallel && wanted > 0; slot++) {
    const name = `worker-${slot}`;
    const worker = workers.find((each) => each.worker === name);
    // The next slot takes the place of one that was given up, or that rests.
    if (worker !== undefined && (isGivenUp(worker, now) || isResting(state, worker, now))) continue;
    wanted--;
    if (worker?.status === 'live') continue;
    if (worker?.status === 'summoned' && now < worker.deadline) {
      wakeAt = Math.min(wakeAt, worker.deadline);
      commands.push({ kind: 'start_worker', worker: name, incarnation: worker.incarnation });
      continue;
    }
    const incarnation = `${nonce}-${name}`;
    events.push({ type: 'worker_summoned', worker: name, incarnation, deadline: formatTime(now + summonsMs) });
    commands.push({ kind: 'start_worker', worker: name, incarnation });
    wakeAt = Math.min(wakeAt, now + summonsMs);
  }
  return { events, commands, wakeAt };
};

const countWanted = ({ records, doomedBy, active, batch: { parallel } }: BatchState): number => {
  let wanted = active.length;
  for (let i = 0; i < records.length && wanted < parallel; i++)
    if (records[i]?.state.status === 'queued' && doomedBy[i] === -1) wanted++;
  return Math.min(wanted, parallel);
};

/** Gives ready works to idle workers, by rank. Never leaves a worker idle while a work could go. */
const assign = (
  state: BatchState,
  { now, nonce }: Moment,
): { readonly events: readonly EventBody[]; readonly wakeAt: number } => {
  const slots = findIdle(state, now);
  let wakeAt = slots.wakeAt;
  if (slots.idle.length === 0) return { events: [], wakeAt };
  const events: EventBody[] = [];
  let assigned = 0;
  const inUse = countUses(state, -1);
  const taken = new Set(state.active);
  const { max_works } = state.plan.settings;
  let roomForNew = max_works === null ? Infinity : max_works - state.batch.dispatched;
  const room = Math.min(slots.idle.length, state.batch.parallel - state.active.length);
  for (const i of state.ready) {
    if (assigned >= room) break;
    const work = state.works[i] as PlannedWork;
    const record = state.records[i] as WorkRecord;
    const isNew = !isContinued(record);
    if (isNew && roomForNew <= 0) continue;
    const notBefore = record.state.status === 'queued' ? record.state.not_before : Infinity;
    if (notBefore > now) {
      wakeAt = Math.min(wakeAt, notBefore);
      continue;
    }
    const held = findMachineHold(state, work, now);
    if (held !== null) {
      wakeAt = Math.min(wakeAt, held.until);
      continue;
    }
    if ((state.relations.conflicts[i] as readonly number[]).some((other) => taken.has(other))) continue;
    const uses = usesOf(state, i, record.stage_index);
    const shortage = uses.length === 0 ? null : findShortage(state, uses, inUse, now);
    if (shortage !== null) {
      if (shortage.until !== null) wakeAt = Math.min(wakeAt, shortage.until);
      continue;
    }
    const worker = slots.idle[assigned] as WorkerRecord;
    const attempt = record.attempts + 1;
    events.push({
      type: 'work_assigned',
      id: work.id,
      attempt,
      token: `${nonce}-${worker.worker}-${attempt}`,
      worker: worker.worker,
    });
    events.push(...beginAtOnce(state, i, `${nonce}-${worker.worker}-${attempt}`));
    assigned++;
    taken.add(i);
    if (isNew) roomForNew--;
    addUses(inUse, uses, true);
  }
  return { events, wakeAt };
};

/** A work without a worktree needs no preparation: its stage begins with its assignment, which saves a round trip. */
const beginAtOnce = (state: BatchState, i: number, token: string): readonly EventBody[] => {
  const { id, workflow: name, worktree } = state.works[i] as PlannedWork;
  const workflow = state.plan.workflows[name];
  const { stage_index, visits } = state.records[i] as WorkRecord;
  const stage = workflow?.stages[stage_index];
  if ((workflow?.worktree !== false && worktree !== null) || stage === undefined) return [];
  const visit = visits[stage_index] ?? 1;
  return [
    { type: 'work_prepared', id, token, place: null, notes: [] },
    { type: 'stage_started', id, token, stage: stage.name, stage_index, visit },
  ];
};

/** Live workers without work within `parallel`, past their cool-down. */
const findIdle = (
  state: BatchState,
  now: number,
): { readonly idle: readonly WorkerRecord[]; readonly wakeAt: number } => {
  let wakeAt = Infinity;
  const idle = state.workers.filter((worker) => {
    if (worker.status !== 'live' || worker.work >= 0 || slotOf(worker.worker) > state.batch.parallel) return false;
    if (!isResting(state, worker, now)) return true;
    wakeAt = Math.min(wakeAt, restedAt(state, worker));
    return false;
  });
  return { idle: [...idle].sort((a, b) => slotOf(a.worker) - slotOf(b.worker)), wakeAt };
};

/** Whether a slot is within `batch.cooldown` after its last work. */
const isResting = (state: BatchState, worker: WorkerRecord, now: number): boolean =>
  worker.status === 'live' && worker.work < 0 && worker.freed_at > 0 && restedAt(state, worker) > now;

const restedAt = ({ plan: { settings } }: BatchState, worker: WorkerRecord): number =>
  worker.freed_at + settings.cooldown_ms;

/** 3 of `worker-3`. */
export const slotOf = (worker: string): number => Number(worker.slice(worker.lastIndexOf('-') + 1));
