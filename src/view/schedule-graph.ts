/** The dependencies of a schedule as data: what every drawing of it starts from, and `show --graph --format json`. */
import { findCycle, levels } from '../core/graph.ts';
import type { Work } from '../core/work.ts';

export interface GraphNode {
  readonly id: string;
  readonly title: string;
  readonly group: string | null;
  /** From 0; null for works in or behind a circle. */
  readonly level: number | null;
  /** Those that are works of the schedule. */
  readonly dependencies: readonly string[];
  readonly dependents: readonly string[];
  /** References that lead to no work of the schedule. */
  readonly missing: readonly string[];
  readonly conflicts: readonly string[];
}

export interface ScheduleGraph {
  /** In the order of the schedule. */
  readonly works: readonly GraphNode[];
  /** Ids by level, from 0. */
  readonly levels: readonly (readonly string[])[];
  /** One circle as its path, `[a, b, a]`; null if there is none. */
  readonly cycle: readonly string[] | null;
}

export const scheduleGraph = (works: readonly Work[]): ScheduleGraph => {
  const ids = works.map(({ id }) => id as string);
  const known = new Set(ids);
  const needed = new Map(
    works.map((work) => [work.id as string, [...new Set(work.dependencies)].filter((id) => known.has(id))]),
  );
  const dependenciesOf = (id: string): readonly string[] => needed.get(id) ?? [];
  const dependents = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const [id, list] of needed) for (const each of list) dependents.get(each)?.push(id);
  const level = levels(ids, dependenciesOf);
  const byLevel: string[][] = [];
  for (const id of ids) {
    const at = level.get(id);
    if (at !== undefined) (byLevel[at] ??= []).push(id);
  }
  return {
    works: works.map(({ id, title, group, dependencies, conflicts }) => ({
      id,
      title,
      group,
      level: level.get(id) ?? null,
      dependencies: dependenciesOf(id),
      dependents: dependents.get(id) ?? [],
      missing: dependencies.filter((each) => !known.has(each)),
      conflicts,
    })),
    levels: byLevel,
    cycle: findCycle(ids, dependenciesOf),
  };
};
