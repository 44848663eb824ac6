/**
 * The state of a batch: what the events say, and what follows from them and is kept because recomputing it
 * for every decision would cost by the size of the batch.
 *
 *     queued ──► assigned ──► running ──► completed
 *       ▲  ▲         │           │  └───► failed ──┐
 *       │  └─────────┴───────────┤        stopped ─┤
 *       │   lost, retry,         └──────► skipped  │
 *       │   throttled, waiting                     │
 *       └──────────────── retry, resume ───────────┘
 *
 * Works stand in arrays by rank: index 0 is dispatched first. `doomed` (a dependency failed) is derived, never
 * an event: such works are queued for the journal and skipped for a person.
 */
import { Bits } from './bits.ts';
import { noSpending, type Spent } from './budget.ts';
import type { Place, ProcessIdentity, RequeueReason, StopCause, StopMode, WorkerId } from './event.ts';
import type { Failure } from './failure.ts';
import type { Plan, PlannedWork } from './plan.ts';
import { rank } from './rank.ts';
import { relate, type Relations } from './relations.ts';

/** What a work is doing. Times are milliseconds since the epoch. */
export type WorkState =
  /** Waiting for its turn; not before `not_before`. */
  | { readonly status: 'queued'; readonly reason: RequeueReason | null; readonly not_before: number }
  /** Given to a worker that prepares its place. Shown as running. */
  | {
      readonly status: 'assigned';
      readonly token: string;
      readonly worker: WorkerId;
      readonly since: number;
      readonly stop: StopMode | null;
    }
  /** A stage runs, or (`stage_index` past the last) the work is being published. */
  | {
      readonly status: 'running';
      readonly token: string;
      readonly worker: WorkerId;
      readonly since: number;
      readonly stage_since: number;
      readonly publishing: string | null;
      readonly stop: StopMode | null;
      readonly attention: { readonly since: number; readonly question: string } | null;
    }
  /** Delivered. */
  | { readonly status: 'completed'; readonly commit: string | null; readonly pushed: boolean }
  /** Failed until someone retries it. */
  | { readonly status: 'failed'; readonly failure: Failure }
  /** Stopped at its last boundary. */
  | { readonly status: 'stopped'; readonly cause: StopCause }
  /** Taken out by a person; `satisfied` lets its dependents go on. */
  | { readonly status: 'skipped'; readonly satisfied: boolean };

export type WorkStatus = WorkState['status'];

/** What is known of a work over all its attempts. */
export interface WorkRecord {
  readonly state: WorkState;
  /** Starts so far; the number of the newest attempt. */
  readonly attempts: number;
  /** Token of the newest attempt. */
  readonly token: string | null;
  /** The durable boundary: the stage that runs next, or now. */
  readonly stage_index: number;
  /** Failures in a row at this boundary. */
  readonly failures: number;
  /** How often the work came by each stage since it was last queued by a person. */
  readonly visits: readonly number[];
  readonly throttles: number;
  readonly place: Place | null;
  /** The head of the branch at the start of each stage, where known. */
  readonly boundaries: readonly (string | null)[];
  /** What this work last pushed: the only `seen` of its next push. */
  readonly pushed_commit: string | null;
  /** Commits of this work that a push of its own may have brought to the remote. */
  readonly own_heads: readonly string[];
  /** Milliseconds spent in stages, over all attempts. */
  readonly run_ms: number;
  readonly started_at: number | null;
  readonly ended_at: number | null;
  readonly last_failure: { readonly at: number; readonly failure: Failure } | null;
  /** Of the newest result file that says so, 0 to 1. */
  readonly quality: number | null;
  /** Of all its stages that say so, over all attempts. */
  readonly spent: Spent;
  /** What was used up when a person last queued it: its own budget counts from there. */
  readonly granted: { readonly spent: Spent; readonly run_ms: number };
  readonly notes: readonly string[];
  /** The next preparation resets the worktree: to the base (`rerun`) or to the boundary (`reset`). */
  readonly restart: 'none' | 'reset' | 'rerun';
  /** Answer of a person to the stage's question. */
  readonly answer: string | null;
  readonly worktree_removed: boolean;
}

/** A worker slot's newest incarnation. */
export interface WorkerRecord {
  readonly worker: WorkerId;
  readonly incarnation: string;
  readonly status: 'summoned' | 'live' | 'gone';
  /** When a summoned worker must have answered. */
  readonly deadline: number;
  readonly process: ProcessIdentity | null;
  readonly session: string | null;
  /** The index of the work it holds, -1 for none. */
  readonly work: number;
  /** When it last let go of a work; for `batch.cooldown`. */
  readonly freed_at: number;
  /** Summonings in a row that nobody answered. */
  readonly unanswered: number;
}

export interface SchedulerRecord {
  readonly generation: number;
  readonly process: ProcessIdentity;
  readonly session: string | null;
  readonly started_at: number;
  readonly ended: string | null;
}

export type BatchStatus = 'planned' | 'running' | 'paused' | 'stopping' | 'stopped' | 'completed';

export interface BatchRecord {
  /** Of the plan that was frozen at the start: what plan.json must still have. */
  readonly plan_hash: string;
  readonly status: BatchStatus;
  /** While stopping. */
  readonly stop_mode: StopMode | null;
  readonly reason: string | null;
  readonly parallel: number;
  readonly engine: 'tmux' | 'process';
  readonly created_at: number;
  readonly started_at: number | null;
  readonly ended_at: number | null;
  /** Works that began since the batch last began to run, each once whatever its attempts; for `batch.max_works`. */
  readonly dispatched: number;
  /** When it last began to run. */
  readonly running_since: number | null;
  /** What its stages have used up since then. */
  readonly spent: Spent;
  /** How many stages have said what they used. */
  readonly spendings: number;
  /** Failed works that a resume left failed; only more of them hold the queue under `stop-new`. */
  readonly tolerated_failures: number;
}

/** When a resource gives something out again, and its newest starts. */
export interface ResourceRecord {
  readonly cooled_until: number;
  /** Why it cools down, as it was said last. */
  readonly message: string;
  /** How many works may hold it at once since its quota was hit; null: as many as its slots allow. */
  readonly narrowed_to: number | null;
  /** Times of stage starts in the last minute, oldest first. */
  readonly starts: readonly number[];
}

/** A resource that nothing has happened to. */
export const freshResource: ResourceRecord = { cooled_until: 0, message: '', narrowed_to: null, starts: [] };

export interface BatchState {
  readonly plan: Plan;
  readonly batch: BatchRecord;
  readonly scheduler: SchedulerRecord | null;
  readonly workers: readonly WorkerRecord[];
  /** The works in order of dispatch; `records` and all derived arrays go by the same index. */
  readonly works: readonly PlannedWork[];
  readonly records: readonly WorkRecord[];
  readonly resources: ReadonlyMap<string, ResourceRecord>;
  /** Sequence number of the newest event. */
  readonly seq: number;
  /** Time of the newest event. */
  readonly at: number;

  // Derived. Law 11: equal to their recomputation.
  readonly relations: Relations;
  /** Dependencies that are neither completed nor skipped as satisfied. */
  readonly remaining: Int32Array;
  /** Queued, nothing remaining, not doomed. Back-off and resources are looked at when deciding. */
  readonly ready: Bits;
  /** The index of a failed or skipped work behind which this one waits for ever, -1 for none. */
  readonly doomedBy: Int32Array;
  /** Indices of works that are assigned or running. */
  readonly active: readonly number[];
  readonly failed: number;
}

/** The state before the first event. */
export const startState = (plan: Plan): BatchState =>
  derive({
    plan,
    batch: {
      plan_hash: plan.plan_hash,
      status: 'planned',
      stop_mode: null,
      reason: null,
      parallel: plan.parallel,
      engine: plan.engine,
      created_at: 0,
      started_at: null,
      ended_at: null,
      dispatched: 0,
      running_since: null,
      spent: noSpending,
      spendings: 0,
      tolerated_failures: 0,
    },
    scheduler: null,
    workers: [],
    works: plan.works,
    records: plan.works.map((work) => freshRecord(plan, work)),
    resources: new Map(),
    seq: 0,
    at: 0,
  });

// A plan has 10,000 works, and what is the same of them all is made once.
const freshQueued: WorkState = { status: 'queued', reason: null, not_before: 0 };
const nothingGranted: WorkRecord['granted'] = { spent: noSpending, run_ms: 0 };
const none: readonly never[] = [];

/** A work that no event has touched. What an earlier batch left of it is taken over. */
export const freshRecord = (plan: Plan, work: PlannedWork): WorkRecord => ({
  state: freshQueued,
  attempts: 0,
  token: null,
  stage_index: 0,
  failures: 0,
  visits: firstVisit(stageCount(plan, work), 0),
  throttles: 0,
  place: work.previous?.place ?? null,
  boundaries: none,
  pushed_commit: work.previous?.pushed_commit ?? null,
  own_heads: work.previous?.own_heads ?? none,
  run_ms: 0,
  started_at: null,
  ended_at: null,
  last_failure: null,
  quality: null,
  spent: noSpending,
  granted: nothingGranted,
  notes: none,
  restart: work.previous?.was_completed === true ? 'rerun' : 'none',
  answer: null,
  worktree_removed: false,
});

/** Visits of a work that stands at a stage for the first time. */
export const firstVisit = (stages: number, at: number): readonly number[] => {
  const visits = new Array<number>(stages).fill(0);
  if (at < stages) visits[at] = 1;
  return visits;
};

export const stageCount = (plan: Plan, work: PlannedWork): number => plan.workflows[work.workflow]?.stages.length ?? 0;

/** What is not derived. */
export type Recorded = Omit<BatchState, 'relations' | 'remaining' | 'ready' | 'doomedBy' | 'active' | 'failed'>;

/** Computes everything derived anew: at the start, from a snapshot, and when works join or leave. */
export const derive = (recorded: Recorded): BatchState => {
  const relations = relate(recorded.works);
  const remaining = new Int32Array(recorded.works.length);
  for (let i = 0; i < remaining.length; i++) remaining[i] = countRemaining(recorded.records, relations, i);
  const doomedBy = findDoomed(recorded.records, relations);
  const ready = Bits.empty(recorded.works.length);
  const active: number[] = [];
  let failed = 0;
  recorded.records.forEach(({ state }, i) => {
    if (isActive(state)) active.push(i);
    if (state.status === 'failed') failed++;
    ready.set(i, state.status === 'queued' && remaining[i] === 0 && doomedBy[i] === -1);
  });
  return { ...recorded, relations, remaining, doomedBy, ready, active, failed };
};

/** Puts works that joined into the order, and their records with them. */
export const reorder = (
  plan: Plan,
  works: readonly PlannedWork[],
  records: readonly WorkRecord[],
): { readonly works: readonly PlannedWork[]; readonly records: readonly WorkRecord[] } => {
  const recordOf = new Map(works.map((work, i) => [work.id, records[i] as WorkRecord]));
  const placed = rank(works, plan.groups).map(({ work, why }, order) => ({ ...work, order, why }));
  return { works: placed, records: placed.map((work) => recordOf.get(work.id) as WorkRecord) };
};

export const isActive = (state: WorkState): state is Extract<WorkState, { status: 'assigned' | 'running' }> =>
  state.status === 'assigned' || state.status === 'running';

/** Whether a queued work was dispatched before and came back: retried, throttled, lost or waiting for a resource. */
export const isContinued = ({ state }: WorkRecord): boolean => state.status === 'queued' && state.reason !== null;

/** Whether dependents may start: delivered, or skipped as satisfied. */
export const isSatisfied = (state: WorkState): boolean =>
  state.status === 'completed' || (state.status === 'skipped' && state.satisfied);

/** Whether dependents can never start as things stand. */
export const isDooming = (state: WorkState): boolean =>
  state.status === 'failed' || (state.status === 'skipped' && !state.satisfied);

/** For each work the index of a dooming work it waits behind, -1 for none; O(works + dependencies). */
export const findDoomed = (records: readonly WorkRecord[], relations: Relations): Int32Array => {
  const doomedBy = new Int32Array(records.length).fill(-1);
  records.forEach(({ state }, i) => {
    if (isDooming(state)) spreadDoom(doomedBy, records, relations, i);
  });
  return doomedBy;
};

/**
 * Marks all that waits behind a dooming work; returns what it marked. Behind several, the first by rank is named:
 * whatever order they came in, the marks are the same (law 11).
 */
export const spreadDoom = (
  doomedBy: Int32Array,
  records: readonly WorkRecord[],
  relations: Relations,
  root: number,
): readonly number[] => {
  const marked: number[] = [];
  for (const stack = [root]; stack.length > 0;) {
    for (const dependent of relations.dependents[stack.pop() as number] as readonly number[]) {
      const named = doomedBy[dependent] as number;
      if ((named !== -1 && named <= root) || (records[dependent] as WorkRecord).state.status !== 'queued') continue;
      doomedBy[dependent] = root;
      marked.push(dependent);
      stack.push(dependent);
    }
  }
  return marked;
};

/** How many dependencies of the `i`-th work do not let it start yet. */
const countRemaining = (records: readonly WorkRecord[], relations: Relations, i: number): number => {
  let count = 0;
  for (const d of relations.dependencies[i] as readonly number[])
    if (!isSatisfied((records[d] as WorkRecord).state)) count++;
  return count;
};
