/** Who waits for whom, and who may not run beside whom: the relations of works, by index. */
import type { PlannedWork } from './plan.ts';
import type { WorkId } from './work.ts';

/** They do not change while the works are the same. */
export interface Relations {
  readonly indexOf: ReadonlyMap<WorkId, number>;
  readonly dependencies: readonly (readonly number[])[];
  readonly dependents: readonly (readonly number[])[];
  readonly conflicts: readonly (readonly number[])[];
}

/** Works that are not among these do not count, nor does a conflict of a work with itself. Costs by the size of the graph. */
export const relate = (works: readonly Pick<PlannedWork, 'id' | 'dependencies' | 'conflicts'>[]): Relations => {
  const indexOf = new Map(works.map((work, i) => [work.id, i]));
  const dependencies = works.map((work) => indicesOf(work.dependencies, indexOf));
  const dependents = new Lists(works.length);
  for (let i = 0; i < works.length; i++) for (const d of dependencies[i] as readonly number[]) dependents.add(d, i);
  return { indexOf, dependencies, dependents: dependents.all, conflicts: conflictsOf(works, indexOf) };
};

/** The relations among some of them, ascending, by their place there. */
export const relateSome = (
  { dependents, conflicts }: Relations,
  some: readonly number[],
): Pick<Relations, 'dependents' | 'conflicts'> => {
  if (some.length === dependents.length) return { dependents, conflicts };
  const placeOf = new Int32Array(dependents.length).fill(-1);
  some.forEach((i, place) => (placeOf[i] = place));
  const placed = (others: readonly number[]): readonly number[] =>
    others.length === 0 ? none : others.map((i) => placeOf[i] as number).filter((place) => place >= 0);
  return {
    dependents: some.map((i) => placed(dependents[i] as readonly number[])),
    conflicts: some.map((i) => placed(conflicts[i] as readonly number[])),
  };
};

const none: readonly number[] = [];

const indicesOf = (ids: readonly WorkId[], indexOf: ReadonlyMap<WorkId, number>): readonly number[] => {
  const [first] = ids;
  if (first === undefined) return none;
  if (ids.length > 1) return [...new Set(ids)].flatMap((id) => indexOf.get(id) ?? []);
  const index = indexOf.get(first);
  return index === undefined ? none : [index];
};

/** Few works have conflicts: a set for each of them would be most of the cost of a large plan. */
const conflictsOf = (
  works: readonly Pick<PlannedWork, 'conflicts'>[],
  indexOf: ReadonlyMap<WorkId, number>,
): readonly (readonly number[])[] => {
  const sets = new Map<number, Set<number>>();
  const add = (i: number, other: number): void => {
    sets.set(i, (sets.get(i) ?? new Set()).add(other));
  };
  works.forEach((work, i) => {
    for (const other of indicesOf(work.conflicts, indexOf)) {
      if (other === i) continue;
      add(i, other);
      add(other, i);
    }
  });
  const conflicts = new Lists(works.length);
  for (const [i, others] of sets) for (const other of others) conflicts.add(i, other);
  return conflicts.all;
};

/** A list for each index; all that stay empty are one. */
class Lists {
  readonly all: (readonly number[])[];

  constructor(count: number) {
    this.all = new Array<readonly number[]>(count).fill(none);
  }

  add(at: number, value: number): void {
    const list = this.all[at] as number[];
    if (list === none) this.all[at] = [value];
    else list.push(value);
  }
}
