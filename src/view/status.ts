/** The status document: what `status --json`, the panel, the pages and the API show of a batch. SPEC 10. */
import type { Event } from '../core/event.ts';
import type { PlannedWork } from '../core/plan.ts';
import type { Pulse } from '../core/pulse.ts';
import { stageCount, type BatchState, type BatchStatus, type WorkerRecord, type WorkRecord } from '../core/state.ts';
import { formatTime } from '../core/time.ts';
import type { WorkSource } from '../core/work.ts';
import { makeActivity, type Activity } from './activity.ts';
import { batchInShort, timeOrNull } from './batch-in-short.ts';
import { clip } from './clean.ts';
import { describeFailure } from './failure.ts';
import { etaOf, type Eta } from './forecast.ts';
import { throughputPerHour } from './pace.ts';
import { explainWorks } from './why.ts';
import { delivery, durationMs, shownState, type Counts, type ShownState } from './work.ts';

export type { Counts, ShownState } from './work.ts';

export interface WorkerStatus {
  readonly id: string;
  /** Null on the engine without sessions, and before the worker has answered. */
  readonly session: string | null;
  readonly state: 'starting' | 'idle' | 'running' | 'waiting' | 'dead';
  readonly work_id: string | null;
  readonly stage: string | null;
  readonly pid: number | null;
}

export interface ItemStatus {
  readonly id: string;
  readonly title: string;
  readonly group: string | null;
  readonly state: ShownState;
  /** Why it is queued, failed, stopped or skipped, in one sentence; null for others. */
  readonly reason: string | null;
  readonly attempts: number;
  /** The stage that runs, or that it stands at; null before the first attempt and when completed. */
  readonly stage: string | null;
  readonly stage_index: number;
  readonly stage_count: number;
  readonly phase: string | null;
  /** 0 to 1. */
  readonly progress: number | null;
  readonly pid: number | null;
  readonly last_output: readonly string[];
  readonly source: WorkSource;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  /** Time spent in stages over all attempts, the running stage included. */
  readonly duration_ms: number | null;
  readonly branch: string | null;
  readonly worktree: string | null;
  readonly base_commit: string | null;
  /** What was delivered; before that the newest commit that the journal knows. */
  readonly commit: string | null;
  readonly pushed: boolean;
  readonly dependencies: readonly string[];
  readonly needs_attention: { readonly since: string; readonly question: string } | null;
  /** The newest failure, retried ones included; null when completed. */
  readonly last_error: string | null;
}

export interface RecentFailure {
  readonly id: string;
  readonly at: string;
  readonly stage: string;
  readonly reason: string;
}

export interface StatusDocument {
  readonly batch_run_id: string | null;
  readonly state: BatchStatus | null;
  readonly plan_hash: string | null;
  readonly created_at: string | null;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly parallel: number | null;
  readonly counts: Counts;
  /** Completed works an hour since the batch began. */
  readonly throughput_per_hour: number;
  /** Null when nothing runs or nothing is left. */
  readonly eta_seconds: number | null;
  /** The interval around it holds the end four times in five. */
  readonly eta_low_seconds: number | null;
  readonly eta_high_seconds: number | null;
  readonly scheduler: { readonly running: boolean; readonly pid: number | null; readonly session: string | null };
  readonly workers: readonly WorkerStatus[];
  /** In order of dispatch. */
  readonly items: readonly ItemStatus[];
  /** The newest first, at most 10. */
  readonly recent_failures: readonly RecentFailure[];
  /** The newest last, at most 50. */
  readonly activity: readonly Activity[];
}

/** What was seen of processes just now. */
export interface Live {
  readonly schedulerIsAlive: boolean;
  /** Names of workers whose process is gone or unknown although the journal holds them for live. */
  readonly deadWorkers: ReadonlySet<string>;
}

export interface StatusInput {
  readonly state: BatchState;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** By worker. */
  readonly pulses: ReadonlyMap<string, Pulse>;
  /** The newest, oldest first; about 50 are enough. */
  readonly events: readonly Event[];
  readonly live: Live;
  /** What a view that stays open has by its forecaster; without it the forecast is made anew. */
  readonly eta?: Eta | null;
  /** Whether works that are in this state are wanted as items; all by default. A person's screen has no row for most. */
  readonly isWanted?: (state: ShownState) => boolean;
  /** Of a view that stays open: items of earlier looks, given out again where nothing of them has changed. */
  readonly known?: KnownItems;
}

/** Begins empty: `new WeakMap()`. */
export type KnownItems = WeakMap<WorkRecord, { readonly work: PlannedWork; readonly item: ItemStatus }>;

const shownFailures = 10;
const shownActivity = 50;
const shownOutputLines = 20;
const outputLineLimit = 500;

/** The status of a batch. All texts from outside are cleaned; costs by the size of the batch. */
export const makeStatus = (input: StatusInput): StatusDocument => {
  const { state, now, live } = input;
  const { scheduler } = state;
  const why = explainWorks(state, now, { schedulerIsAlive: live.schedulerIsAlive });
  const eta = live.schedulerIsAlive ? (input.eta === undefined ? etaOf(state, now) : input.eta) : null;
  return {
    ...batchInShort(state),
    throughput_per_hour: throughputPerHour(state, now),
    eta_seconds: eta?.seconds ?? null,
    eta_low_seconds: eta?.low_seconds ?? null,
    eta_high_seconds: eta?.high_seconds ?? null,
    scheduler: {
      running: live.schedulerIsAlive,
      pid: live.schedulerIsAlive ? (scheduler?.process.pid ?? null) : null,
      session: live.schedulerIsAlive ? (scheduler?.session ?? null) : null,
    },
    workers: [...state.workers]
      .filter(isShown(state, live))
      .sort(bySlot)
      .map((worker) => makeWorker(input, worker)),
    items: makeItems(input, (i) => why(i).sentence),
    recent_failures: recentFailures(state),
    activity: makeActivity(input.events).slice(-shownActivity),
  };
};

/** The status where there is no batch. */
export const emptyStatus = (): StatusDocument => ({
  batch_run_id: null,
  state: null,
  plan_hash: null,
  created_at: null,
  started_at: null,
  ended_at: null,
  parallel: null,
  counts: { queued: 0, running: 0, completed: 0, failed: 0, skipped: 0, stopped: 0, total: 0 },
  throughput_per_hour: 0,
  eta_seconds: null,
  eta_low_seconds: null,
  eta_high_seconds: null,
  scheduler: { running: false, pid: null, session: null },
  workers: [],
  items: [],
  recent_failures: [],
  activity: [],
});

const isShown =
  ({ batch }: BatchState, live: Live) =>
  ({ status, worker }: WorkerRecord): boolean => {
    // A worker that left is no news; one that is wanted again is summoned again.
    if (status === 'gone') return false;
    const isOver = batch.status === 'stopped' || batch.status === 'completed';
    return !isOver || !live.deadWorkers.has(worker);
  };

const bySlot = (a: WorkerRecord, b: WorkerRecord): number =>
  a.worker.length - b.worker.length || (a.worker < b.worker ? -1 : 1);

const makeWorker = (input: StatusInput, worker: WorkerRecord): WorkerStatus => {
  const { state, live } = input;
  const work = state.works[worker.work];
  const record = state.records[worker.work];
  return {
    id: worker.worker,
    session: worker.session,
    state: workerState(worker, live, record === undefined ? null : { record, pulse: pulseOf(input, worker.work) }),
    work_id: work?.id ?? null,
    stage: work === undefined || record === undefined ? null : stageOf(state, work, record),
    pid: worker.process?.pid ?? null,
  };
};

const workerState = (
  worker: WorkerRecord,
  live: Live,
  held: { readonly record: WorkRecord; readonly pulse: Pulse | null } | null,
): WorkerStatus['state'] => {
  if (live.deadWorkers.has(worker.worker)) return 'dead';
  if (worker.status === 'summoned') return 'starting';
  if (held === null) return 'idle';
  return attentionOf(held.record, held.pulse) === null ? 'running' : 'waiting';
};

/** The pulse of a running work's own attempt; an older one, of a worker that died, tells nothing. */
const pulseOf = ({ state, pulses }: StatusInput, i: number): Pulse | null => {
  const { state: work } = state.records[i] as WorkRecord;
  if (work.status !== 'running') return null;
  const pulse = pulses.get(work.worker);
  return pulse !== undefined && pulse.id === state.works[i]?.id && pulse.at >= work.since ? pulse : null;
};

const makeItems = (input: StatusInput, why: (i: number) => string): readonly ItemStatus[] => {
  const { state, isWanted } = input;
  const items: ItemStatus[] = [];
  for (let i = 0; i < state.works.length; i++) {
    const shown = shownState(state, i);
    if (isWanted === undefined || isWanted(shown)) items.push(makeItem(input, i, { shown, why }));
  }
  return items;
};

interface ItemInput {
  readonly shown: ShownState;
  readonly why: (i: number) => string;
}

const makeItem = (input: StatusInput, i: number, { shown, why }: ItemInput): ItemStatus => {
  const work = input.state.works[i] as PlannedWork;
  const record = input.state.records[i] as WorkRecord;
  // Of what runs time and pulse tell, too.
  if (shown === 'running') return describeItem(input, i, { shown, reason: null });
  const reason = shown === 'completed' ? null : why(i);
  const known = input.known?.get(record);
  if (known?.work === work && known.item.state === shown && known.item.reason === reason) return known.item;
  const item = describeItem(input, i, { shown, reason });
  input.known?.set(record, { work, item });
  return item;
};

const describeItem = (
  input: StatusInput,
  i: number,
  { shown, reason }: { readonly shown: ShownState; readonly reason: string | null },
): ItemStatus => {
  const { state, now } = input;
  const work = state.works[i] as PlannedWork;
  const record = state.records[i] as WorkRecord;
  const pulse = pulseOf(input, i);
  return {
    id: work.id,
    title: clip(work.title, 500),
    group: work.group === null ? null : clip(work.group, 200),
    state: shown,
    reason,
    attempts: record.attempts,
    stage: stageOf(state, work, record),
    stage_index: record.stage_index,
    stage_count: stageCount(state.plan, work),
    phase: pulse?.phase == null ? null : clip(pulse.phase, 200),
    progress: pulse?.progress ?? null,
    pid: pulse?.pid ?? null,
    last_output:
      pulse === null ? [] : pulse.last_output.slice(-shownOutputLines).map((line) => clip(line, outputLineLimit)),
    source: work.source,
    started_at: timeOrNull(record.started_at),
    ended_at: timeOrNull(record.ended_at),
    duration_ms: durationMs(record, now),
    branch: record.place?.branch ?? work.branch,
    worktree: record.worktree_removed ? null : (record.place?.worktree ?? null),
    base_commit: record.place?.base_commit ?? null,
    ...delivery(record),
    dependencies: work.dependencies,
    needs_attention: attentionOf(record, pulse),
    last_error:
      record.last_failure === null || shown === 'completed' ? null : describeFailure(record.last_failure.failure),
  };
};

/** The stage that a work runs or stands at. */
const stageOf = (state: BatchState, work: PlannedWork, record: WorkRecord): string | null => {
  const { status } = record.state;
  if (status === 'completed' || record.attempts === 0) return null;
  const stages = state.plan.workflows[work.workflow]?.stages ?? [];
  const isStage = (wanted: string): boolean => stages.some(({ name }) => name === wanted);
  // A failure may name another stage, the one that was visited too often; where none runs it names what else failed.
  if (record.state.status === 'failed' && !isStage(record.state.failure.stage))
    return clip(record.state.failure.stage, 80);
  if (status === 'assigned') return 'prepare';
  const stage = stages[record.stage_index];
  return stage === undefined ? 'push' : clip(stage.name, 80);
};

const attentionOf = ({ state, ended_at }: WorkRecord, pulse: Pulse | null): ItemStatus['needs_attention'] => {
  if (state.status === 'stopped' && state.cause.kind === 'blocked')
    return { since: formatTime(ended_at ?? 0), question: clip(state.cause.question, 1000) };
  if (state.status !== 'running') return null;
  if (state.attention !== null)
    return { since: formatTime(state.attention.since), question: clip(state.attention.question, 1000) };
  return pulse?.question == null ? null : { since: formatTime(pulse.at), question: clip(pulse.question, 1000) };
};

const recentFailures = (state: BatchState): readonly RecentFailure[] =>
  state.records
    .flatMap(({ last_failure }, i) =>
      last_failure === null ? [] : [{ ...last_failure, id: state.works[i]?.id ?? '' }],
    )
    .sort((a, b) => b.at - a.at)
    .slice(0, shownFailures)
    .map(({ id, at, failure }) => ({
      id,
      at: formatTime(at),
      stage: clip(failure.stage, 80),
      reason: describeFailure(failure),
    }));
