/**
 * A run in simulated time, from its beginning or from where it stands.
 *
 * It schedules as `decide` does: by rank, no worker idle while a work may go, conflicts and slots of resources
 * kept. It does not know failures, quotas, starts per minute and resources that only some stages use.
 */
import type { Plan } from './plan.ts';
import { Lowest } from './lowest.ts';
import { relate } from './relations.ts';
import { Smallest } from './smallest.ts';

export type Simulated = Pick<Plan, 'works' | 'workflows' | 'settings'>;

/** The plan by index, as far as the simulation needs it. */
export interface Model {
  readonly seconds: Float64Array;
  readonly dependencies: Int32Array;
  readonly dependents: readonly (readonly number[])[];
  readonly conflicts: readonly (readonly number[])[];
  /** Indices into `slots`. */
  readonly uses: readonly (readonly number[])[];
  readonly slots: readonly number[];
}

/** The model of a plan that has not begun. */
export const makeModel = (plan: Simulated): Model => {
  const { dependencies, dependents, conflicts } = relate(plan.works);
  return { ...boundsOf(plan), dependencies: Int32Array.from(dependencies, countOf), dependents, conflicts };
};

const countOf = (list: readonly number[]): number => list.length;

/** How long each of these works takes, and what it holds meanwhile. */
export const boundsOf = ({ works, workflows, settings }: Simulated): Pick<Model, 'seconds' | 'uses' | 'slots'> => {
  const limited = Object.entries(settings.resources).flatMap(([name, { slots }]) =>
    slots === null ? [] : [{ name, slots }],
  );
  const numberOf = new Map(limited.map(({ name }, r) => [name, r]));
  const everyStage = new Map(Object.entries(workflows).map(([name, { stages }]) => [name, sharedUses(stages)]));
  const uses = works.map((work) => {
    const shared = everyStage.get(work.workflow) ?? none;
    if (limited.length === 0 || (work.uses.length === 0 && shared.length === 0)) return none;
    return [...new Set([...work.uses, ...shared])].flatMap((name) => numberOf.get(name) ?? []);
  });
  const seconds = new Float64Array(works.length);
  works.forEach((work, i) => (seconds[i] = work.expected_seconds));
  return { seconds, uses, slots: limited.map(({ slots }) => slots) };
};

const none: readonly never[] = [];

/** What every stage of a workflow uses is held from its start to its end. */
const sharedUses = (stages: readonly { readonly uses: readonly string[] }[]): readonly string[] =>
  (stages[0]?.uses ?? []).filter((name) => stages.every(({ uses }) => uses.includes(name)));

/** How a simulation begins; of a plan nothing has begun. */
export interface Start {
  readonly parallel: number;
  /** By index, instead of the model's. Of what runs: what is left. */
  readonly seconds?: Float64Array;
  /** What runs already. */
  readonly running?: readonly number[];
  /** By index, before how many seconds have passed it may not begin. */
  readonly releases?: Float64Array;
  /** Whether what does not run yet never will. */
  readonly isHeld?: boolean;
  onStart?(i: number): void;
}

/** Seconds until nothing runs and nothing may go. */
export const simulate = (model: Model, begin: Start): number => new Run(model, begin).toEnd();

/** Of a run in which nothing is held back. */
const atOnce = new Float64Array(0);

/** One run. A class, because closures made anew for each of many runs would be compiled anew for each. */
class Run {
  private readonly model: Model;
  private readonly begin: Start;
  private readonly seconds: Float64Array;
  private readonly releases: Float64Array;
  /** By index: dependencies that have not ended. */
  private readonly remaining: Int32Array;
  /** By resource: slots that nobody holds. */
  private readonly free: number[];
  private readonly ready: Lowest;
  private readonly ends: Float64Array;
  private readonly running: Smallest;
  private readonly held: Smallest;
  private readonly isRunning: Uint8Array;
  /** Works that wait for a resource stand aside, so that the ready ones are not walked again at every end. */
  private readonly parked: readonly Lowest[];
  private readonly parkedBehind = new Map<number, number[]>();
  private now = 0;

  constructor(model: Model, begin: Start) {
    const { seconds = model.seconds, releases = atOnce } = begin;
    const count = seconds.length;
    this.model = model;
    this.begin = begin;
    this.seconds = seconds;
    this.releases = releases;
    this.remaining = model.dependencies.slice();
    this.free = [...model.slots];
    this.ready = new Lowest(count);
    this.ends = new Float64Array(count);
    this.running = new Smallest(this.ends);
    this.held = new Smallest(releases);
    this.isRunning = new Uint8Array(count);
    this.parked = model.slots.map(() => new Lowest(count));
  }

  toEnd(): number {
    const { running, held, ends, releases, remaining } = this;
    this.begin.running?.forEach((i) => this.go(i));
    for (let i = 0; i < remaining.length; i++) if (remaining[i] === 0) this.beReady(i);
    for (this.start(); running.size + held.size > 0; this.start()) {
      const end = running.size > 0 ? (ends[running.first] as number) : Infinity;
      const now = Math.min(end, held.size > 0 ? (releases[held.first] as number) : Infinity);
      this.now = now;
      while (running.size > 0 && (ends[running.first] as number) <= now) this.finish(running.pop());
      while (held.size > 0 && (releases[held.first] as number) <= now) this.ready.push(held.pop());
    }
    return this.now;
  }

  private start(): void {
    const { ready, running, model } = this;
    const { parallel, onStart } = this.begin;
    while (running.size < parallel && ready.size > 0) {
      const i = ready.pop();
      const rival = this.rivalOf(i);
      const short = this.shortageOf(i);
      if (rival === -1 && short === -1) {
        onStart?.(i);
        this.go(i);
        continue;
      }
      if (rival !== -1) this.parkBehind(rival, i);
      else (this.parked[short] as Lowest).push(i);
      // It may have been called for a slot that it does not take now: the next one in line is.
      for (const r of model.uses[i] as readonly number[]) if ((this.free[r] as number) > 0) this.wake(r);
    }
  }

  private go(i: number): void {
    const { free } = this;
    for (const r of this.model.uses[i] as readonly number[]) free[r] = (free[r] as number) - 1;
    this.isRunning[i] = 1;
    this.ends[i] = this.now + (this.seconds[i] as number);
    this.running.push(i);
  }

  private finish(i: number): void {
    const { model, remaining, free } = this;
    this.isRunning[i] = 0;
    for (const r of model.uses[i] as readonly number[]) {
      free[r] = (free[r] as number) + 1;
      this.wake(r);
    }
    if (this.parkedBehind.size > 0) this.wakeBehind(i);
    for (const d of model.dependents[i] as readonly number[]) {
      const left = (remaining[d] as number) - 1;
      remaining[d] = left;
      if (left === 0) this.beReady(d);
    }
  }

  private beReady(i: number): void {
    if (this.begin.isHeld === true || this.isRunning[i] === 1) return;
    if ((this.releases[i] ?? 0) > this.now) this.held.push(i);
    else this.ready.push(i);
  }

  /** A work that runs and conflicts with this one, or -1. */
  private rivalOf(i: number): number {
    for (const other of this.model.conflicts[i] as readonly number[]) if (this.isRunning[other] === 1) return other;
    return -1;
  }

  /** A resource that it needs and that has no slot, or -1. */
  private shortageOf(i: number): number {
    for (const r of this.model.uses[i] as readonly number[]) if ((this.free[r] as number) <= 0) return r;
    return -1;
  }

  private parkBehind(rival: number, i: number): void {
    const line = this.parkedBehind.get(rival);
    if (line === undefined) this.parkedBehind.set(rival, [i]);
    else line.push(i);
  }

  private wakeBehind(rival: number): void {
    for (const i of this.parkedBehind.get(rival) ?? none) this.ready.push(i);
    this.parkedBehind.delete(rival);
  }

  private wake(r: number): void {
    const line = this.parked[r] as Lowest;
    if (line.size > 0) this.ready.push(line.pop());
  }
}
