/**
 * The forecast: how long a plan takes with N workers, by running it in simulated time.
 *
 * It schedules as `decide` does: by rank, no worker idle while a work may go, conflicts and slots of resources
 * kept. It does not know failures, back-off, quotas, starts per minute and resources that only some stages use.
 */
import type { Plan, PlannedWork } from './plan.ts';
import { topologicalOrder } from './graph.ts';

export type Planned = Pick<Plan, 'works' | 'workflows' | 'settings'>;

export interface Forecast {
  readonly parallel: number;
  /** From the first start to the last end. */
  readonly makespan_seconds: number;
}

/** Forecasts for each number of workers, in the given order. The plan's works have no cycle. */
export const forecast = (plan: Planned, parallels: readonly number[]): readonly Forecast[] => {
  const model = makeModel(plan);
  return parallels.map((parallel) => ({ parallel, makespan_seconds: simulate(model, parallel) }));
};

/** The works' indices in the order in which they would be given out: no work stands before what it depends on. */
export const dispatchOrder = (plan: Planned, parallel: number): readonly number[] => {
  const order: number[] = [];
  simulate(makeModel(plan), parallel, (i) => order.push(i));
  return order;
};

/** The chain of dependencies that takes longest, first work first: no number of workers is faster. */
export const criticalPath = (
  works: readonly PlannedWork[],
): { readonly ids: readonly string[]; readonly seconds: number } => {
  const byId = new Map<string, PlannedWork>(works.map((work) => [work.id, work]));
  const dependenciesOf = (id: string): readonly string[] => byId.get(id)?.dependencies ?? [];
  const ends = new Map<string, { readonly seconds: number; readonly after: string | null }>();
  let last: string | null = null;
  for (const id of topologicalOrder([...byId.keys()], dependenciesOf) ?? []) {
    let after: string | null = null;
    let seconds = 0;
    for (const dependency of dependenciesOf(id)) {
      const end = ends.get(dependency)?.seconds ?? -1;
      if (end >= 0 && (after === null || end > seconds)) [after, seconds] = [dependency, end];
    }
    ends.set(id, { seconds: seconds + (byId.get(id)?.expected_seconds ?? 0), after });
    if (last === null || (ends.get(id)?.seconds ?? 0) > (ends.get(last)?.seconds ?? 0)) last = id;
  }
  const ids: string[] = [];
  for (let id = last; id !== null; id = ends.get(id)?.after ?? null) ids.push(id);
  return { ids: ids.reverse(), seconds: last === null ? 0 : (ends.get(last)?.seconds ?? 0) };
};

/** The plan by index, as far as the simulation needs it. */
interface Model {
  readonly seconds: Float64Array;
  readonly dependencies: Int32Array;
  readonly dependents: readonly (readonly number[])[];
  readonly conflicts: readonly (readonly number[])[];
  /** Indices into `slots`. */
  readonly uses: readonly (readonly number[])[];
  readonly slots: readonly number[];
}

const none: readonly number[] = [];

const makeModel = ({ works, workflows, settings }: Planned): Model => {
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

const simulate = (model: Model, parallel: number, onStart?: (i: number) => void): number => {
  const remaining = model.dependencies.slice();
  const free = [...model.slots];
  const ready = new Smallest((i) => i);
  const ends = new Float64Array(model.seconds.length);
  const running = new Smallest((i) => ends[i] as number);
  const isRunning = new Uint8Array(model.seconds.length);
  // Works that wait for a resource stand aside, so that the ready ones are not walked again at every end.
  const parked = model.slots.map(() => new Smallest((i) => i));
  const parkedBehind = new Map<number, number[]>();
  remaining.forEach((count, i) => count === 0 && ready.push(i));
  let now = 0;

  const start = (): void => {
    while (running.size < parallel && ready.size > 0) {
      const i = ready.pop();
      const rival = (model.conflicts[i] as readonly number[]).find((other) => isRunning[other] === 1);
      const uses = model.uses[i] as readonly number[];
      const short = uses.find((r) => (free[r] as number) <= 0);
      if (rival === undefined && short === undefined) {
        for (const r of uses) free[r] = (free[r] as number) - 1;
        isRunning[i] = 1;
        onStart?.(i);
        ends[i] = now + (model.seconds[i] as number);
        running.push(i);
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
      if (remaining[d] === 0) ready.push(d);
    }
  };

  for (start(); running.size > 0; start()) {
    const first = running.pop();
    now = ends[first] as number;
    finish(first);
    while (running.size > 0 && ends[running.first] === now) finish(running.pop());
  }
  return now;
};

/** A binary heap of indices, the smallest key first. Keys of what is inside do not change. */
class Smallest {
  readonly #items: number[] = [];
  readonly #key: (item: number) => number;

  constructor(key: (item: number) => number) {
    this.#key = key;
  }

  get size(): number {
    return this.#items.length;
  }

  /** Only when not empty, as `pop`. */
  get first(): number {
    return this.#items[0] as number;
  }

  push(item: number): void {
    const items = this.#items;
    let i = items.length;
    const key = this.#key(item);
    for (let up = (i - 1) >> 1; i > 0 && this.#key(items[up] as number) > key; up = (i - 1) >> 1) {
      items[i] = items[up] as number;
      i = up;
    }
    items[i] = item;
  }

  pop(): number {
    const items = this.#items;
    const first = items[0] as number;
    const last = items.pop() as number;
    if (items.length > 0) this.#sink(last);
    return first;
  }

  #sink(item: number): void {
    const items = this.#items;
    const key = this.#key(item);
    let i = 0;
    for (let down = 1; down < items.length; down = 2 * i + 1) {
      if (down + 1 < items.length && this.#key(items[down + 1] as number) < this.#key(items[down] as number)) down++;
      if (this.#key(items[down] as number) >= key) break;
      items[i] = items[down] as number;
      i = down;
    }
    items[i] = item;
  }
}
