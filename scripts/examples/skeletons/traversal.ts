/** The one traversal of all data sets: from a taxonomy to its skeleton. What differs between data sets is how they are read. */
import type { LoadContext, Plain, TreeContext, TreeModule, Written } from '../../../src/ports/tree-module.ts';
import { arrange } from './arrange.ts';
import { countParts, countPartsBelow, isKept, listOf, partOf, type Place, type Shared } from './listing.ts';
import { findPreset } from './presets.ts';
import { childrenOf, glossOf, nameOf, type Taxonomy } from './taxonomy.ts';

type Context = TreeContext<Shared>;

/** A category in its place, or a part of the list of one: `part` is 0, or counts from 1. */
interface Spot extends Place {
  readonly part: number;
}

/** Written as one number. */
const [depthStep, partStep] = [1_000_000, 1_000_000_000];
const nodeAt = ({ index, depth, part }: Spot): number => part * partStep + depth * depthStep + index;
const spotOf = (node: number): Spot => ({
  index: node % depthStep,
  depth: Math.floor(node / depthStep) % (partStep / depthStep),
  part: Math.floor(node / partStep),
});

/** What a node comes to: the body of a branch, a part of a list in its order, or nothing that is not listed above. */
type Result = { readonly body: Written } | { readonly ordered: readonly number[] } | null;

/** The module of a data set. `read` gives the taxonomy with its root; it throws a Problem for what cannot be used. */
export const makeSkeletonModule = (read: (context: LoadContext) => Promise<Taxonomy>): TreeModule<Shared> => ({
  load: async (context) => {
    const preset = findPreset(context.params['preset']);
    return { taxonomy: await read(context), preset };
  },
  rootOf: ({ shared }) => nodeAt({ index: shared.taxonomy.root, depth: 0, part: 0 }),
  children: (node, { shared }) => childrenAt(shared, spotOf(node as number)),
  weightOf: (node, { shared }) => weightAt(shared, spotOf(node as number)),
  costOf: (node, { shared }) => costAt(shared, spotOf(node as number)),
  nameOf: (node, { shared }) => nameAt(shared, spotOf(node as number)),
  visit: (node, results, context) =>
    visit(spotOf(node as number), results as unknown as readonly Result[], context) as Plain,
});

const childrenAt = (shared: Shared, spot: Spot): readonly number[] => {
  if (spot.part > 0) return [];
  const depth = spot.depth + 1;
  const nodes = Array.from(childrenOf(shared.taxonomy, spot.index), (index) => nodeAt({ index, depth, part: 0 }));
  const parts = countParts(shared, spot);
  for (let part = 1; part <= parts; part++) nodes.push(nodeAt({ ...spot, part }));
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
  countCategory(results.length === 0, spot, context);
  if (!isKept(shared, spot)) return null;
  const content = contentOf(spot, results, context);
  return spot.depth > 0
    ? { body: context.write(content) as Written }
    : { [nameOf(shared.taxonomy, spot.index)]: commented(content, spot.index, context) };
};

const countCategory = (isLeaf: boolean, spot: Spot, { shared, count }: Context): void => {
  count('categories');
  if (isLeaf) count('leaves');
  else if (spot.depth < shared.preset.depth && isKept(shared, spot)) count('branches');
};

/** Branches by name, then the leaves beside them under `misc`; leaves alone are a list. */
const contentOf = (spot: Spot, results: readonly Result[], context: Context): Plain => {
  const { taxonomy } = context.shared;
  const listed = orderedList(spot, results, context).map((index) => commented(nameOf(taxonomy, index), index, context));
  const children = childrenOf(taxonomy, spot.index);
  const bodies = new Map(
    results.flatMap((result, i) =>
      result !== null && 'body' in result ? [[children[i] as number, result.body] as const] : [],
    ),
  );
  if (bodies.size === 0) return listed;
  const content: Record<string, Plain> = {};
  for (const index of order([...bodies.keys()], context))
    content[freeKey(content, nameOf(taxonomy, index))] = commented(bodies.get(index) as Written, index, context);
  if (listed.length > 0) content[freeKey(content, 'misc')] = listed;
  return content;
};

/** A list that was arranged in parts is these, one after the other. */
const orderedList = (spot: Spot, results: readonly Result[], context: Context): readonly number[] => {
  const parts = results.flatMap((result) => (result !== null && 'ordered' in result ? [result.ordered] : []));
  return parts.length > 0 ? parts.flat() : order(listOf(context.shared, spot), context);
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
  const texts = indices.map((index) => `${nameOf(taxonomy, index)} ${glossOf(taxonomy, index)}`);
  return arrange(texts).map((i) => indices[i] as number);
};
