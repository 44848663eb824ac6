/** The dependencies of a schedule for other programs: mermaid and Graphviz. Arrows lead from a work to what depends on it. */
import { clip } from './clean.ts';
import type { GraphNode, ScheduleGraph } from './schedule-graph.ts';

const titleLimit = 80;

/**
 * A flow chart for mermaid. Whatever is no letter, digit or space of a label is written as its number (`#35;`), so that
 * no title ends a label, makes a link or passes for a directive.
 */
export const graphMermaid = ({ works }: ScheduleGraph): string => {
  const names = nameAll(works);
  const node = (each: GraphNode): string => `${names.of(each.id)}["${mermaidLabel(each)}"]`;
  const grouped = byGroup(works).flatMap(([group, nodes], i) =>
    group === null
      ? nodes.map((each) => `  ${node(each)}`)
      : [
          `  subgraph g${i}["${escapeMermaid(clip(group, titleLimit))}"]`,
          ...nodes.map((each) => `    ${node(each)}`),
          '  end',
        ],
  );
  const missing = names.missing.map(
    ([name, reference]) => `  ${name}("${escapeMermaid(clip(reference, titleLimit))}")`,
  );
  const edges = names.edges.map(([from, to, isMissing]) => `  ${from} ${isMissing ? '-.->' : '-->'} ${to}`);
  return ['flowchart LR', ...grouped, ...missing, ...edges].join('\n');
};

/** A directed graph for Graphviz: `wf0-schedule show --graph --format dot | dot -Tsvg`. */
export const graphDot = ({ works }: ScheduleGraph): string => {
  const names = nameAll(works);
  const node = ({ id, title }: GraphNode): string => {
    const label = title === id ? escapeDot(id) : `${escapeDot(id)}\\n${escapeDot(clip(title, titleLimit))}`;
    return `${names.of(id)} [label="${label}"];`;
  };
  const grouped = byGroup(works).flatMap(([group, nodes], i) =>
    group === null
      ? nodes.map((each) => `  ${node(each)}`)
      : [
          `  subgraph cluster_${i} {`,
          `    label="${escapeDot(clip(group, titleLimit))}";`,
          ...nodes.map((each) => `    ${node(each)}`),
          '  }',
        ],
  );
  const missing = names.missing.map(
    ([name, reference]) => `  ${name} [label="${escapeDot(clip(reference, titleLimit))}", style=dashed];`,
  );
  const edges = names.edges.map(([from, to, isMissing]) => `  ${from} -> ${to}${isMissing ? ' [style=dashed]' : ''};`);
  const head = ['digraph schedule {', '  rankdir=LR;', '  node [shape=box];'];
  return [...head, ...grouped, ...missing, ...edges, '}'].join('\n');
};

interface Names {
  of(id: string): string;
  /** References that lead to no work, each with a name of its own. */
  readonly missing: readonly (readonly [string, string])[];
  readonly edges: readonly (readonly [from: string, to: string, isMissing: boolean])[];
}

/** Names that need no quotes: `n0` for the first work, `m0` for the first missing reference. */
const nameAll = (works: readonly GraphNode[]): Names => {
  const names = new Map(works.map(({ id }, i) => [id, `n${i}`]));
  const of = (id: string): string => names.get(id) ?? '';
  const references = [...new Set(works.flatMap(({ missing }) => missing))];
  const missing = new Map(references.map((reference, i) => [reference, `m${i}`]));
  const edges = works.flatMap((work) => [
    ...work.dependencies.map((id) => [of(id), of(work.id), false] as const),
    ...work.missing.map((reference) => [missing.get(reference) ?? '', of(work.id), true] as const),
  ]);
  return { of, missing: [...missing].map(([reference, name]) => [name, reference] as const), edges };
};

const byGroup = (works: readonly GraphNode[]): readonly (readonly [string | null, readonly GraphNode[]])[] => {
  const groups = new Map<string | null, GraphNode[]>();
  for (const work of works) {
    const list = groups.get(work.group);
    if (list === undefined) groups.set(work.group, [work]);
    else list.push(work);
  }
  return [...groups];
};

const mermaidLabel = ({ id, title }: GraphNode): string =>
  title === id ? escapeMermaid(id) : `${escapeMermaid(id)}<br/>${escapeMermaid(clip(title, titleLimit))}`;

const escapeMermaid = (text: string): string =>
  text.replace(/[^\p{L}\p{N}\p{M} ._-]/gu, (character) => `#${character.codePointAt(0) ?? 0};`);

/** In a quoted text of Graphviz `\` begins an escape and `&` an entity. */
const escapeDot = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('\\', '\\\\').replaceAll('"', '\\"');
