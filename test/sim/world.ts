/**
 * The simulated world: a clock that jumps from step to step, one journal behind its lock, a remote that compares
 * and sets, processes that may die, and faults. Every step is atomic; between two steps anything may happen.
 */
import type { Actor, Event, EventBody } from '../../src/core/event.ts';
import type { Plan, PlannedWork } from '../../src/core/plan.ts';
import type { Accepted } from '../../src/core/refusal.ts';
import type { Request } from '../../src/core/request.ts';
import type { BatchState } from '../../src/core/state.ts';
import { formatTime } from '../../src/core/time.ts';
import { enter, openBooks, type Books } from './books.ts';
import { compareWithBooks, compareWithItself } from './compare.ts';
import { checkEvent, type Submitter, type Truth } from './laws.ts';
import type { Parts } from './parts.ts';
import { randomPlan } from './plans.ts';
import { makeRandom, type Random } from './random.ts';
import { demand, Violation } from './violation.ts';

export interface Process {
  readonly pid: number;
  isAlive: boolean;
  /** Somebody took it for dead although it lives. */
  isZombie: boolean;
  /** Since when it shows no sign of life, Infinity if it does. */
  silentSince: number;
  /** The work for which something of it runs. */
  busyWith: string | null;
}

export interface WorkerProcess extends Process {
  readonly worker: string;
  readonly incarnation: string;
}

/** What happened in a run, for the table. */
export interface Stats {
  works: number;
  events: number;
  faults: number;
  undecided: number;
  refusedZombies: number;
  rejectedPushes: number;
  staleDecisions: number;
  repeats: number;
  controls: number;
}

export interface World {
  readonly random: Random;
  readonly parts: Parts;
  readonly plan: Plan;
  readonly spare: PlannedWork[];
  readonly stats: Stats;
  readonly books: Books;
  readonly events: Event[];
  readonly workers: Map<string, WorkerProcess[]>;
  readonly heads: Map<string, string>;
  readonly endedRuns: Map<string, number>;
  readonly waiting: Set<() => void>;
  state: BatchState;
  scheduler: Process | null;
  now: number;
  /** Faults that may still happen; none once it is calm. */
  faultsLeft: number;
  isCalm: boolean;
  steps: Step[];
  count: number;
  readonly truth: Truth;
  /** Told of every push that the remote took. Law 12: nothing replaces what a completed work has delivered. */
  readonly onPush: (id: string, commit: string) => void;
}

interface Step {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

const startMs = 1_767_225_600_000;

export const makeWorld = (seed: number, parts: Parts): World => {
  const random = makeRandom(seed);
  const { plan, spare } = randomPlan(random);
  const stats: Stats = {
    works: plan.works.length,
    events: 0,
    faults: 0,
    undecided: 0,
    refusedZombies: 0,
    rejectedPushes: 0,
    staleDecisions: 0,
    repeats: 0,
    controls: 0,
  };
  const workers = new Map<string, WorkerProcess[]>();
  const heads = new Map<string, string>();
  const endedRuns = new Map<string, number>();
  const truth: Truth = {
    remoteHead: (branch) => heads.get(branch) ?? null,
    livesAttempt: (id) =>
      [...workers.values()].some((list) => list.some((each) => each.isAlive && !each.isZombie && each.busyWith === id)),
    endedRuns: (token) => endedRuns.get(token) ?? 0,
  };
  const books = openBooks(plan);
  const onPush = (id: string, commit: string): void => {
    const book = books.works.get(id);
    demand(
      book?.status !== 'completed' || !book.isPushed || book.commit === commit,
      12,
      () => `${commit} replaces ${book?.commit}, which ${id} has delivered`,
    );
  };
  return {
    onPush,
    ...{ random, parts, plan, spare: [...spare], stats, books, events: [], workers, heads, endedRuns, truth },
    ...{
      waiting: new Set(),
      state: parts.start(plan),
      scheduler: null,
      now: startMs,
      isCalm: false,
      steps: [],
      count: 0,
    },
    faultsLeft: random.int(1, 9),
  };
};

/** Does something later. */
export const after = (world: World, delayMs: number, run: () => void): void => {
  const step = { at: world.now + Math.max(1, Math.round(delayMs)), order: world.count++, run };
  let i = world.steps.length;
  while (i > 0 && (world.steps[i - 1] as Step).at <= step.at) i--;
  world.steps.splice(i, 0, step);
};

/** The next step, or false if nothing is left to happen. */
export const doStep = (world: World): boolean => {
  const step = world.steps.pop();
  if (step === undefined) return false;
  world.now = Math.max(world.now, step.at);
  step.run();
  return true;
};

/** Whether a fault happens here. */
export const isFault = (world: World, probability: number): boolean => {
  if (world.isCalm || world.faultsLeft === 0 || !world.random.chance(probability)) return false;
  world.faultsLeft--;
  world.stats.faults++;
  return true;
};

/** Runs `wake` once: when the journal has grown, or at `untilMs`. The news may be late, never lost: there is a slow poll. */
export const waitForNews = (world: World, untilMs: number, wake: () => void): void => {
  let isDone = false;
  const once = (): void => {
    if (isDone) return;
    isDone = true;
    world.waiting.delete(notify);
    wake();
  };
  const notify = (): void =>
    after(world, isFault(world, 0.002) ? world.random.int(1_000, 30_000) : world.random.int(1, 60), once);
  world.waiting.add(notify);
  if (untilMs !== Infinity) after(world, untilMs - world.now, once);
};

/** Asks for a change under the lock. */
export const ask = (world: World, by: Submitter, request: Request): Accepted<EventBody> =>
  transact(world, by, (state) => world.parts.accept(state, request, world.now));

/** Under the lock: asks `body` for events with the newest state, checks them, appends them. */
export const transact = (
  world: World,
  by: Submitter,
  body: (state: BatchState) => Accepted<EventBody>,
): Accepted<EventBody> => {
  const answer = body(world.state);
  if (!answer.ok || answer.events.length === 0) return answer;
  const actor: Actor = by.kind === 'worker' ? by.worker : by.kind;
  const events = answer.events.map((each, i): Event => ({
    ...each,
    seq: world.state.seq + 1 + i,
    at: formatTime(world.now),
    actor,
  }));
  for (const event of events) {
    checkEvent(event, { books: world.books, truth: world.truth, by, at: world.now });
    enter(world.books, event);
    world.events.push(event);
  }
  evolveWorld(world, events);
  for (const notify of [...world.waiting]) {
    world.waiting.delete(notify);
    notify();
  }
  return answer;
};

const evolveWorld = (world: World, events: readonly Event[]): void => {
  const before = world.state;
  const isWatched = world.random.chance(0.01);
  const text = isWatched ? JSON.stringify(world.parts.toSnapshot(before)) : '';
  try {
    world.state = world.parts.evolve(before, events);
  } catch (error) {
    throw new Violation(1, `evolve threw ${String(error)}`);
  }
  if (isWatched)
    demand(JSON.stringify(world.parts.toSnapshot(before)) === text, 1, () => "evolve changed the caller's state");
  compareWithBooks(world.state, world.books);
  if (isWatched) compareWithItself(world.state, world.parts);
};

export const newProcess = (world: World): Process => ({
  pid: 1000 + world.count++,
  isAlive: true,
  isZombie: false,
  silentSince: Infinity,
  busyWith: null,
});

export const identityOf = ({ pid }: Process): { pid: number; started: string; boot: string } => ({
  pid,
  started: `${pid}`,
  boot: 'boot',
});

export const kill = (process: Process): void => {
  process.isAlive = false;
  process.busyWith = null;
};

/** The process of a worker's incarnation that enlisted, or any. */
export const findProcess = (world: World, incarnation: string, pid: number | undefined): WorkerProcess | undefined =>
  world.workers.get(incarnation)?.find((each) => each.pid === pid);
