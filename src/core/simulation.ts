/**
 * A run in simulated time, from its beginning or from where it stands.
 *
 * It schedules as `decide` does: by rank, no worker idle while a work may go, conflicts and slots of resources
 * kept. It does not know failures, quotas, starts per minute and resources that only some stages use.
 */
import type { Plan } from './plan.ts';
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

const none: readonly number[] = [];

/** The model of some works: dependencies on and conflicts with others do not count. */
export const makeModel = ({ works, workflows, settings }: Simulated): Model => {
  const indexOf = new Map<string, number>(works.map((work, i) => [work.id, i]));
  const known = (ids: readonly string[]): readonly number[] =>
    ids.length === 0 ? none : [...new Set(ids)].flatMap((id) => indexOf.get(id) ?? []);
  const dependents: number[][] = works.map(() => []);
  const conflicts: number[][] = works.map(() => []);
  const dependencies = Int32Array.from(works, (work, i) => {
    const list = known(work.dependencies);
    for (const d of list) dependents[d]?.push(i);
    return list.length;
  });
  works.forEach((work, i) =>
    known(work.conflicts).forEach((other) => {
      conflicts[i]?.push(other);
      conflicts[other]?.push(i);
    }),
  );
  const limited = Object.entries(settings.resources).flatMap(([name, { slots }]) =>
    slots === null ? [] : [{ name, slots }],
  );
  const numberOf = new Map(limited.map(({ name }, r) => [name, r]));
  const everyStage = new Map(Object.entries(workflows).map(([name, { stages }]) => [name, sharedUses(stages)]));
  const uses = works.map((work) => {
    const names = [...work.uses, ...(everyStage.get(work.workflow) ?? [])];
    return names.length === 0 ? none : [...new Set(names)].flatMap((name) => numberOf.get(name) ?? []);
  });
  return {
    seconds: Float64Array.from(works, (work) => work.expected_seconds),
    dependencies,
    dependents,
    conflicts,
    uses,
    slots: limited.map(({ slots }) => slots),
  };
};

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
  /** By index, what may not begin before so many seconds have passed. */
  readonly releases?: ReadonlyMap<number, number>;
  /** Whether what does not run yet never will. */
  readonly isHeld?: boolean;
  onStart?(i: number): void;
}

/** Seconds until nothing runs and nothing may go. */
export const simulate = (model: Model, begin: Start): number => {
  const { parallel, onStart, releases } = begin;
  const seconds = begin.seconds ?? model.seconds;
  const remaining = model.dependencies.slice();
  const free = [...model.slots];
  const ready = new Smallest((i) => i);
  const ends = new Float64Array(seconds.length);
  const running = new Smallest((i) => ends[i] as number);
  const held = new Smallest((i) => releases?.get(i) ?? 0);
  const isRunning = new Uint8Array(seconds.length);
  // Works that wait for a resource stand aside, so that the ready ones are not walked again at every end.
  const parked = model.slots.map(() => new Smallest((i) => i));
  const parkedBehind = new Map<number, number[]>();
  let now = 0;

  const go = (i: number): void => {
    for (const r of model.uses[i] as readonly number[]) free[r] = (free[r] as number) - 1;
    isRunning[i] = 1;
    ends[i] = now + (seconds[i] as number);
    running.push(i);
  };
  const beReady = (i: number): void => {
    if (begin.isHeld === true || isRunning[i] === 1) return;
    if ((releases?.get(i) ?? 0) > now) held.push(i);
    else ready.push(i);
  };

  const start = (): void => {
    while (running.size < parallel && ready.size > 0) {
      const i = ready.pop();
      const rival = (model.conflicts[i] as readonly number[]).find((other) => isRunning[other] === 1);
      const uses = model.uses[i] as readonly number[];
      const short = uses.find((r) => (free[r] as number) <= 0);
      if (rival === undefined && short === undefined) {
        onStart?.(i);
        go(i);
        continue;
      }
      if (rival !== undefined) parkBehind(rival, i);
      else (parked[short as number] as Smallest).push(i);
      // It may have been called for a slot that it does not take now: the next one in line is.
      for (const r of uses) if ((free[r] as number) > 0) wake(r);
    }
  };
  const parkBehind = (rival: number, i: number): void => {
    const line = parkedBehind.get(rival);
    if (line === undefined) parkedBehind.set(rival, [i]);
    else line.push(i);
  };
  const wake = (r: number): void => {
    const line = parked[r] as Smallest;
    if (line.size > 0) ready.push(line.pop());
  };
  const finish = (i: number): void => {
    isRunning[i] = 0;
    for (const r of model.uses[i] as readonly number[]) {
      free[r] = (free[r] as number) + 1;
      wake(r);
    }
    parkedBehind.get(i)?.forEach((other) => ready.push(other));
    parkedBehind.delete(i);
    for (const d of model.dependents[i] as readonly number[]) {
      remaining[d] = (remaining[d] as number) - 1;
      if (remaining[d] === 0) beReady(d);
    }
  };

  begin.running?.forEach(go);
  remaining.forEach((count, i) => count === 0 && beReady(i));
  for (start(); running.size + held.size > 0; start()) {
    const end = running.size > 0 ? (ends[running.first] as number) : Infinity;
    now = Math.min(end, held.size > 0 ? (releases?.get(held.first) ?? 0) : Infinity);
    while (running.size > 0 && (ends[running.first] as number) <= now) finish(running.pop());
    while (held.size > 0 && (releases?.get(held.first) ?? 0) <= now) ready.push(held.pop());
  }
  return now;
};
