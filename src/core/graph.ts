/**
 * The dependency graph. Nodes are ids, `dependenciesOf` gives what a node needs; ids that are no nodes are
 * not looked at.
 *
 * toposort gives the order, but it recurses (a badly ordered chain of 8,000 overflows the stack), names one
 * node of a cycle and is not stable. So Kahn's algorithm goes first: it finds what lies in or behind a cycle,
 * keeps the given order among equals, and hands toposort a list that it can walk without depth.
 */
import toposort from 'toposort';

type DependenciesOf = (id: string) => readonly string[];

/** Dependencies before dependents, otherwise in the given order; null if there is a cycle. */
export const topologicalOrder = (
  nodes: readonly string[],
  dependenciesOf: DependenciesOf,
): readonly string[] | null => {
  const order = kahn(nodes, dependenciesOf);
  if (order.length < nodes.length) return null;
  const known = new Set(nodes);
  const edges = order.flatMap((id) =>
    dependenciesOf(id).flatMap((dependency): [string, string][] => (known.has(dependency) ? [[dependency, id]] : [])),
  );
  // toposort fills its result from the end, visiting nodes from the last on, so a sorted list stays as it is.
  return toposort.array([...order], edges);
};

/** One cycle as a path that ends where it begins, `[a, b, a]`: a needs b, b needs a. Null if there is none. */
export const findCycle = (nodes: readonly string[], dependenciesOf: DependenciesOf): readonly string[] | null => {
  const sorted = new Set(kahn(nodes, dependenciesOf));
  const rest = new Set(nodes.filter((id) => !sorted.has(id)));
  const first = nodes.find((id) => rest.has(id));
  if (first === undefined) return null;
  const path: string[] = [];
  const seenAt = new Map<string, number>();
  // Whatever Kahn left over has a dependency that is left over too, so the walk must come back to itself.
  for (let id = first; ; id = dependenciesOf(id).find((dependency) => rest.has(dependency)) as string) {
    const seen = seenAt.get(id);
    if (seen !== undefined) return canonicalCycle(path.slice(seen));
    seenAt.set(id, path.length);
    path.push(id);
  }
};

/** For each node the length of the longest chain of dependencies below it, from 0. The graph has no cycle. */
export const levels = (nodes: readonly string[], dependenciesOf: DependenciesOf): ReadonlyMap<string, number> => {
  const level = new Map<string, number>();
  for (const id of kahn(nodes, dependenciesOf)) {
    const below = dependenciesOf(id).flatMap((dependency) => level.get(dependency) ?? []);
    level.set(
      id,
      below.reduce((most, each) => Math.max(most, each + 1), 0),
    );
  }
  return level;
};

/** Starts a cycle at its smallest id, so that the same cycle always reads the same. */
const canonicalCycle = (cycle: readonly string[]): readonly string[] => {
  const smallest = cycle.reduce((best, id, i) => (id < (cycle[best] as string) ? i : best), 0);
  const turned = [...cycle.slice(smallest), ...cycle.slice(0, smallest)];
  return [...turned, turned[0] as string];
};

/** All nodes that are neither in a cycle nor behind one, dependencies first, equals in the given order. */
const kahn = (nodes: readonly string[], dependenciesOf: DependenciesOf): string[] => {
  const remaining = new Map(nodes.map((id) => [id, 0]));
  const dependents = new Map<string, string[]>();
  for (const id of remaining.keys()) {
    const needed = dependenciesOf(id);
    for (const dependency of needed.length < 2 ? needed : new Set(needed)) {
      if (!remaining.has(dependency)) continue;
      remaining.set(id, (remaining.get(id) as number) + 1);
      const list = dependents.get(dependency);
      if (list === undefined) dependents.set(dependency, [id]);
      else list.push(id);
    }
  }
  const order = [...remaining.keys()].filter((id) => remaining.get(id) === 0);
  for (let i = 0; i < order.length; i++) {
    for (const id of dependents.get(order[i] as string) ?? []) {
      const left = (remaining.get(id) as number) - 1;
      remaining.set(id, left);
      if (left === 0) order.push(id);
    }
  }
  return order;
};
