/** The forecast of a plan with known durations: how long it takes with N workers, in which order, along which chain. */
import { topologicalOrder } from './graph.ts';
import type { PlannedWork } from './plan.ts';
import { makeModel, simulate, type Simulated } from './simulation.ts';

export type Planned = Simulated;

export interface Forecast {
  readonly parallel: number;
  /** From the first start to the last end. */
  readonly makespan_seconds: number;
}

/** Forecasts for each number of workers, in the given order. The plan's works have no cycle. */
export const forecast = (plan: Planned, parallels: readonly number[]): readonly Forecast[] => {
  const model = makeModel(plan);
  return parallels.map((parallel) => ({ parallel, makespan_seconds: simulate(model, { parallel }) }));
};

/** The works' indices in the order in which they would be given out: no work stands before what it depends on. */
export const dispatchOrder = (plan: Planned, parallel: number): readonly number[] => {
  const order: number[] = [];
  simulate(makeModel(plan), { parallel, onStart: (i) => order.push(i) });
  return order;
};

/** The chain of dependencies that takes longest, first work first: no number of workers is faster. */
export const criticalPath = (
  works: readonly Pick<PlannedWork, 'id' | 'dependencies' | 'expected_seconds'>[],
): { readonly ids: readonly string[]; readonly seconds: number } => {
  const byId = new Map<string, (typeof works)[number]>(works.map((work) => [work.id, work]));
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
