/** Import cycles, by Tarjan's strongly connected components. */

/** A path's neighbours, in a fixed order. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/** One cycle for each knot of the graph, as a path whose last member is its first; shortest first member first. */
export const cyclesOf = (graph: Graph): readonly (readonly string[])[] =>
  knotsOf(graph).map((knot) => cycleThrough([...knot].sort()[0] ?? '', knot, graph));

const knotsOf = (graph: Graph): readonly ReadonlySet<string>[] => {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const knots: Set<string>[] = [];
  const visit = (node: string): void => {
    index.set(node, index.size);
    low.set(node, index.get(node) ?? 0);
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(node, Math.min(low.get(node) ?? 0, low.get(next) ?? 0));
    }
    if (low.get(node) !== index.get(node)) return;
    const knot = new Set(stack.splice(stack.indexOf(node)));
    if (knot.size > 1 || (graph.get(node) ?? []).includes(node)) knots.push(knot);
  };
  for (const node of graph.keys()) if (!index.has(node)) visit(node);
  return knots;
};

/** The shortest way from a node back to itself inside its knot. */
const cycleThrough = (start: string, knot: ReadonlySet<string>, graph: Graph): readonly string[] => {
  let paths: string[][] = [[start]];
  const seen = new Set<string>();
  while (paths.length > 0) {
    const longer: string[][] = [];
    for (const path of paths)
      for (const next of graph.get(path.at(-1) ?? '') ?? []) {
        if (next === start) return [...path, start];
        if (!knot.has(next) || seen.has(next)) continue;
        seen.add(next);
        longer.push([...path, next]);
      }
    paths = longer;
  }
  return [start];
};
