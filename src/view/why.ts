/** Why a work is not running: one sentence, and the command that changes it. */
import type { RequeueReason, StopCause } from '../core/event.ts';
import { heldReason, isHeld } from '../core/decide.ts';
import { findMachineHold } from '../core/machine.ts';
import { secondsLeft } from '../core/outlook.ts';
import { countUses, findShortage, usesOf, type Shortage, type Use } from '../core/resources.ts';
import { isActive, isSatisfied, type BatchState, type WorkRecord, type WorkState } from '../core/state.ts';
import { formatTime } from '../core/time.ts';
import { describeUsedUp } from '../core/used-up.ts';
import { clip } from './clean.ts';
import { etaWords, formatDuration } from './duration.ts';
import { describeFailure } from './failure.ts';
import { resourceName } from './resource-name.ts';

export interface Why {
  /** One sentence without a full stop, without control characters. */
  readonly sentence: string;
  /** What a person types to change it; null if only time or another work can. */
  readonly command: string | null;
}

/** What the state does not know by itself. */
export interface WhyOptions {
  /** Whether a scheduler lives; without it, whether the journal says so. */
  readonly schedulerIsAlive?: boolean;
}

/** Why the `i`-th work is where it is. For many works use `explainWorks`: this costs by the size of the batch. */
export const whyWork = (state: BatchState, i: number, now: number, options: WhyOptions = {}): Why =>
  explainWorks(state, now, options)(i);

/** Answers for any work of one state; what all answers need is computed once. `i` is an index of `state.works`. */
export const explainWorks = (state: BatchState, now: number, options: WhyOptions = {}): ((i: number) => Why) => {
  let left: ((i: number) => number) | null = null;
  let held: Why | null | undefined;
  const schedulerIsAlive = options.schedulerIsAlive ?? (state.scheduler !== null && state.scheduler.ended === null);
  const scene: Scene = {
    state,
    now,
    uses: countUses(state, -1),
    active: new Set(state.active),
    places: placesInLine(state, now),
    left: (i) => (left ??= secondsLeft(state, now))(i),
    held: () => (held === undefined ? (held = explainBatch(state, schedulerIsAlive)) : held),
  };
  return (i) => explain(scene, i);
};

interface Scene {
  readonly state: BatchState;
  readonly now: number;
  readonly uses: ReadonlyMap<string, Use>;
  readonly active: ReadonlySet<number>;
  readonly places: ReadonlyMap<number, number>;
  /** Expected seconds that a work has still to run. */
  readonly left: (i: number) => number;
  /** What holds every queued work of the batch, or null. */
  readonly held: () => Why | null;
}

/** For each work that could go now its place, from 1. */
const placesInLine = ({ ready, records }: BatchState, now: number): ReadonlyMap<number, number> => {
  const places = new Map<number, number>();
  for (const i of ready) {
    const record = records[i]?.state;
    if (record?.status === 'queued' && record.not_before <= now) places.set(i, places.size + 1);
  }
  return places;
};

const explain = (scene: Scene, i: number): Why => {
  const { state: work } = recordOf(scene, i);
  const id = idOf(scene, i);
  switch (work.status) {
    case 'queued':
      return explainQueued(scene, i, work);
    case 'assigned':
    case 'running':
      return explainActive(scene, i, work);
    case 'completed':
      return say(work.commit === null ? 'it is done' : `it is delivered as ${work.commit.slice(0, 12)}`, null);
    case 'failed':
      return say(`failed: ${describeFailure(work.failure)}`, `wf0-batch retry ${id}`);
    case 'stopped':
      return explainStopped(scene, id, work.cause);
    case 'skipped':
      return work.satisfied
        ? say('skipped by a person, who says that it is done', `wf0-batch retry ${id}`)
        : say('skipped by a person', `wf0-batch retry ${id}`);
  }
};

const explainActive = (scene: Scene, i: number, work: Extract<WorkState, { status: 'assigned' | 'running' }>): Why => {
  const id = idOf(scene, i);
  if (work.stop !== null && work.stop !== 'drain') return say(`${work.worker} is stopping it`, null);
  if (work.status === 'assigned') return say(`${work.worker} prepares it`, `wf0-batch attach ${id}`);
  if (work.attention !== null)
    return say(`it waits for an answer: ${question(work.attention.question)}`, `wf0-batch attach ${id}`);
  const record = recordOf(scene, i);
  const stage = scene.state.plan.workflows[scene.state.works[i]?.workflow ?? '']?.stages[record.stage_index];
  if (stage === undefined) return say(`${work.worker} pushes it`, `wf0-batch attach ${id}`);
  const since = formatDuration(scene.now - work.stage_since);
  return say(`${work.worker} runs ${clip(stage.name, 80)} since ${since}`, `wf0-batch attach ${id}`);
};

const explainStopped = ({ state }: Scene, id: string, cause: StopCause): Why => {
  const isEnded = state.batch.status === 'stopped' || state.batch.status === 'stopping';
  const goOn = isEnded ? 'wf0-batch resume' : `wf0-batch retry ${id}`;
  switch (cause.kind) {
    case 'operator':
      return say('stopped by a person', goOn);
    case 'until':
      return say(`stopped after ${clip(cause.stage, 80)}, as --until asked`, goOn);
    case 'blocked':
      return say(`blocked: ${question(cause.question)}`, `wf0-batch retry ${id} --answer TEXT`);
    case 'budget':
      return say(`stopped: ${describeUsedUp(`budget.per_work.${cause.of}`, cause)}`, goOn);
    case 'failure':
      return say(`stopped since ${cause.id} failed`, goOn);
  }
};

/** The reasons in the order in which they bind: what no time can change comes first. */
const explainQueued = (scene: Scene, i: number, work: Extract<WorkState, { status: 'queued' }>): Why => {
  const { state, now } = scene;
  if ((state.doomedBy[i] as number) >= 0) return explainDoomed(scene, state.doomedBy[i] as number);
  if (state.remaining[i] !== 0) return explainWaiting(scene, i);
  const held = scene.held();
  if (held !== null) return held;
  if (work.not_before > now) return explainBackOff(scene, i, work.not_before, work.reason);
  const machine = findMachineHold(state, state.works[i] ?? { worktree: null }, now);
  if (machine !== null)
    return say(`${clip(machine.message, 300)}; looked at again at ${clockTime(machine.until)}`, null);
  const rival = state.relations.conflicts[i]?.find((other) => scene.active.has(other));
  if (rival !== undefined) return say(`conflicts with ${idOf(scene, rival)}, which is running`, null);
  const shortage = findShortage(state, usesOf(state, i, recordOf(scene, i).stage_index), scene.uses, now);
  if (shortage !== null) return explainShortage(shortage, now);
  return explainLine(scene, scene.places.get(i) ?? 1);
};

const explainDoomed = (scene: Scene, root: number): Why => {
  const id = idOf(scene, root);
  const { state } = recordOf(scene, root);
  const what = state.status === 'failed' ? 'failed' : 'was skipped';
  return say(`skipped since ${id} ${what}`, `wf0-batch retry ${id}`);
};

const shownDependencies = 3;

const explainWaiting = (scene: Scene, i: number): Why => {
  const { state } = scene;
  const open = (state.relations.dependencies[i] ?? []).filter((d) => !isSatisfied(recordOf(scene, d).state));
  const stopped = open.find((d) => recordOf(scene, d).state.status === 'stopped');
  if (stopped !== undefined) {
    const why = explain(scene, stopped);
    return say(`waits for ${idOf(scene, stopped)}, which is ${why.sentence}`, why.command);
  }
  const held = scene.held();
  const tail = held === null ? '' : `; ${held.sentence}`;
  return say(`waits for ${nameDependencies(scene, open)}${tail}`, held?.command ?? null);
};

const nameDependencies = (scene: Scene, open: readonly number[]): string => {
  const [only] = open;
  if (open.length === 1 && only !== undefined) {
    return `${idOf(scene, only)}${isActive(recordOf(scene, only).state) ? howFar(scene, only) : ', which is queued'}`;
  }
  const names = open.slice(0, shownDependencies).map((d) => idOf(scene, d));
  const more = open.length - names.length;
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(' and ').replace(/ and (?=.* and )/g, ', ');
};

/** ` in stage wf4-review, about 12m left`. */
const howFar = ({ state, left: secondsLeftOf }: Scene, i: number): string => {
  const record = state.records[i] as WorkRecord;
  const work = state.works[i];
  const stage = state.plan.workflows[work?.workflow ?? '']?.stages[record.stage_index];
  const seconds = secondsLeftOf(i);
  const left = seconds >= 1 ? `, ${etaWords(Math.ceil(seconds))}` : '';
  if (record.state.status === 'assigned') return `, which is being prepared${left}`;
  return stage === undefined ? ', which is being pushed' : ` in stage ${clip(stage.name, 80)}${left}`;
};

/** What holds every queued work of the batch, or null. */
const explainBatch = (state: BatchState, schedulerIsAlive: boolean): Why | null => {
  const { batch } = state;
  switch (batch.status) {
    case 'paused':
      return say('the batch is paused', 'wf0-batch resume');
    case 'stopping':
      return say('the batch is stopping', null);
    case 'stopped':
      return say(
        `the batch is stopped${batch.reason === null ? '' : ` (${clip(batch.reason, 200)})`}`,
        'wf0-batch resume',
      );
    case 'completed':
      return say('the batch has ended', 'wf0-batch resume');
    case 'planned':
    case 'running':
      if (!schedulerIsAlive)
        return say(
          batch.status === 'planned' ? 'the batch has not begun' : 'no scheduler is running',
          'wf0-batch resume',
        );
      if (!isHeld(state)) return null;
      return say(`nothing new starts: ${heldReason(state)}`, 'wf0-batch resume');
  }
};

const explainBackOff = (scene: Scene, i: number, until: number, reason: RequeueReason | null): Why => {
  const when = `${clockTime(until)} (in ${formatDuration(until - scene.now)})`;
  const retry = `wf0-batch retry ${idOf(scene, i)}`;
  switch (reason?.kind) {
    case 'retry':
    case 'lost':
      return say(`tries again at ${when} after: ${describeFailure(reason.failure)}`, retry);
    case 'throttled': {
      const message = clip(reason.message, 200);
      const of = reason.resource === null ? 'the quota' : `the quota of ${clip(reason.resource, 80)}`;
      return say(
        `waits until ${when} for ${of}${message === '' ? '' : `: ${message}`}`,
        reason.resource === null ? retry : null,
      );
    }
    case 'waiting':
      return say(`waits until ${when} for ${resourceName(reason.resource)}`, null);
    case undefined:
      return say(`waits until ${when}`, retry);
  }
};

const explainShortage = (shortage: Shortage, now: number): Why => {
  const name = clip(shortage.resource, 80);
  switch (shortage.kind) {
    case 'slots':
      return say(`every slot of ${name} is taken`, null);
    case 'narrowed':
      return say(`${name} goes to ${shortage.to} at a time until it has proved free again: its quota was hit`, null);
    case 'cooling':
      return say(
        `${name} cools down until ${clockTime(shortage.until)} (in ${formatDuration(shortage.until - now)})`,
        null,
      );
    case 'rate':
      return say(
        `${name} allows the next start at ${clockTime(shortage.until)} (in ${formatDuration(shortage.until - now)})`,
        null,
      );
  }
};

const explainLine = ({ state }: Scene, place: number): Why => {
  const { active, batch } = state;
  if (active.length < batch.parallel) return say(`is about to start, ${ordinal(place)} in line`, null);
  const slots = batch.parallel === 1 ? 'the only slot is taken' : `all ${batch.parallel} slots are taken`;
  return say(`no free slot, ${ordinal(place)} in line: ${slots}`, `wf0-batch resume --parallel ${batch.parallel + 1}`);
};

const ordinal = (n: number): string => {
  const teens = n % 100 >= 11 && n % 100 <= 13;
  return `${n}${teens ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th')}`;
};

/** `12:03:04Z` of milliseconds since the epoch. */
const clockTime = (ms: number): string => `${formatTime(ms).slice(11, 19)}Z`;

const question = (text: string): string => clip(text, 300) || 'it did not say what it asks';

const say = (sentence: string, command: string | null): Why => ({ sentence, command });
const recordOf = (scene: Scene, i: number): WorkRecord => scene.state.records[i] as WorkRecord;
const idOf = (scene: Scene, i: number): string => scene.state.works[i]?.id ?? '?';
