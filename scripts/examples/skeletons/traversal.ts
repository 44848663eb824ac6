/** The one traversal of all data sets: from a taxonomy to its skeleton. What differs between data sets is how they are read. */
import type { LoadContext, Plain, TreeContext, TreeModule, Written } from '../../../src/ports/tree-module.ts';
import { arrange } from './arrange.ts';
import { countParts, countPartsBelow, isKept, listOf, partOf, type Place, type Shared } from './listing.ts';
import { findPreset, type Preset } from './presets.ts';
import { glossOf, nameOf, type Taxonomy } from './taxonomy.ts';

type Context = TreeContext<Shared>;

/** A category in its place, or a part of the list of one: `part` is 0, or counts from 1. */
interface Spot extends Place {
  readonly part: number;
}

/**
 * Written as one number, digit by digit, none larger than it has to be: numbers up to two thousand million are handled
 * best, and all of WordNet's stay below. At what depth it is does not matter any more where nothing is kept.
 */
const nodeAt = ({ taxonomy, preset }: Shared, { index, depth, part }: Spot): number =>
  (part * depthsOf(preset) + Math.min(depth, depthsOf(preset) - 1)) * taxonomy.weights.length + index;

const spotOf = ({ taxonomy, preset }: Shared, node: number): Spot => {
  const above = Math.floor(node / taxonomy.weights.length);
  return {
    index: node % taxonomy.weights.length,
    depth: above % depthsOf(preset),
    part: Math.floor(above / depthsOf(preset)),
  };
};

const depthsOf = ({ depth }: Preset): number => depth + 2;

/** What a node comes to: the body of a branch, a part of a list in its order, or nothing that is not listed above. */
type Result = { readonly body: Written } | { readonly ordered: readonly number[] } | null;

/** The module of a data set. `read` gives the taxonomy with its root; it throws a Problem for what cannot be used. */
export const makeSkeletonModule = (read: (context: LoadContext) => Promise<Taxonomy>): TreeModule<Shared> => ({
  load: async (context) => {
    const preset = findPreset(context.params['preset']);
    return { taxonomy: await read(context), preset };
  },
  rootOf: ({ shared }) => nodeAt(shared, { index: shared.taxonomy.root, depth: 0, part: 0 }),
  children: (node, { shared }) => childrenAt(shared, spotOf(shared, node as number)),
  weightOf: (node, { shared }) => weightAt(shared, spotOf(shared, node as number)),
  costOf: (node, { shared }) => costAt(shared, spotOf(shared, node as number)),
  nameOf: (node, { shared }) => nameAt(shared, spotOf(shared, node as number)),
  visit: (node, results, context) =>
    visit(spotOf(context.shared, node as number), results as unknown as readonly Result[], context) as Plain,
});

const childrenAt = (shared: Shared, spot: Spot): readonly number[] => {
  const nodes: number[] = [];
  if (spot.part > 0) return nodes;
  const { starts, children } = shared.taxonomy;
  const depth = spot.depth + 1;
  for (let c = starts[spot.index] as number; c < (starts[spot.index + 1] as number); c++)
    nodes.push(nodeAt(shared, { index: children[c] as number, depth, part: 0 }));
  const parts = countParts(shared, spot);
  for (let part = 1; part <= parts; part++) nodes.push(nodeAt(shared, { index: spot.index, depth: spot.depth, part }));
  return nodes;
};

const weightAt = (shared: Shared, spot: Spot): number =>
  spot.part > 0 ? 1 : (shared.taxonomy.weights[spot.index] ?? 1) + countPartsBelow(shared, spot);

/** To arrange a part of a list takes about as long as so many common nodes; an estimate, which only cuts tasks. */
const partCost = 400;

const costAt = (_: Shared, { part }: Spot): number => (part > 0 ? partCost : 1);

const nameAt = ({ taxonomy }: Shared, { index, part }: Spot): string =>
  `${nameOf(taxonomy, index).split(',')[0] ?? ''}${part > 0 ? `, part ${part} of its list` : ''}`;

const visit = (spot: Spot, results: readonly Result[], context: Context): Result | Plain => {
  const { shared } = context;
  if (spot.part > 0) return { ordered: order(partOf(shared, spot, spot.part), context) };
  const kept = isKept(shared, spot.index, spot.depth);
  context.count('categories');
  if (results.length === 0) context.count('leaves');
  else if (kept && spot.depth < shared.preset.depth) context.count('branches');
  if (!kept) return null;
  const content = contentOf(spot, results, context);
  return spot.depth > 0
    ? { body: context.write(content) as Written }
    : { [nameOf(shared.taxonomy, spot.index)]: commented(content, spot.index, context) };
};

/** Branches by name, then the leaves beside them under `misc`; leaves alone are a list. */
const contentOf = (spot: Spot, results: readonly Result[], context: Context): Plain => {
  const { taxonomy } = context.shared;
  const listed: Plain[] = [];
  for (const index of orderedList(spot, results, context))
    listed.push(commented(nameOf(taxonomy, index), index, context));
  const bodies = bodiesOf(spot, results, context);
  if (bodies.size === 0) return listed;
  const content: Record<string, Plain> = {};
  for (const index of order([...bodies.keys()], context))
    content[freeKey(content, nameOf(taxonomy, index))] = commented(bodies.get(index) as Written, index, context);
  if (listed.length > 0) content[freeKey(content, 'misc')] = listed;
  return content;
};

/** Bodies of the branches below, by their index. Results are in the order of children. */
const bodiesOf = (spot: Spot, results: readonly Result[], { shared }: Context): ReadonlyMap<number, Written> => {
  const { starts, children } = shared.taxonomy;
  const first = starts[spot.index] as number;
  const bodies = new Map<number, Written>();
  for (let i = 0; i < results.length; i++) {
    const result = results[i] as Result;
    if (result !== null && 'body' in result) bodies.set(children[first + i] as number, result.body);
  }
  return bodies;
};

/** A list that was arranged in parts is these, one after the other. */
const orderedList = (spot: Spot, results: readonly Result[], context: Context): readonly number[] => {
  const whole: number[] = [];
  for (const result of results) if (result !== null && 'ordered' in result) whole.push(...result.ordered);
  return whole.length > 0 ? whole : order(listOf(context.shared, spot), context);
};

/** Two siblings may have one name. `__proto__` is none that an object keeps. */
const freeKey = (content: object, name: string): string => {
  const first = name === '__proto__' ? `${name} ` : name;
  let key = first;
  for (let n = 2; Object.hasOwn(content, key); n++) key = `${first} (${n})`;
  return key;
};

const commented = (value: Plain, index: number, { shared }: Context): Plain => {
  const gloss = glossOf(shared.taxonomy, index);
  return gloss === '' ? value : { '#': gloss, '=': value };
};

const order = (indices: readonly number[], { shared, count }: Context): readonly number[] => {
  const { taxonomy, preset } = shared;
  if (!preset.arranged || indices.length < 3) return indices;
  count('arranged', indices.length);
  const texts: string[] = [];
  for (const index of indices) texts.push(`${nameOf(taxonomy, index)} ${glossOf(taxonomy, index)}`);
  return arrange(texts).map((i) => indices[i] as number);
};
