/** The one traversal of all data sets: from a taxonomy to its skeleton. What differs between data sets is how they are read. */
import type { LoadContext, Plain, TreeContext, TreeModule, Written } from '../../../src/ports/tree-module.ts';
import { arrange } from './arrange.ts';
import { findPreset, type Preset } from './presets.ts';
import { childrenOf, glossOf, nameOf, type Taxonomy } from './taxonomy.ts';

/** What is shared: the taxonomy, and how much of it is kept. */
interface Shared {
  readonly taxonomy: Taxonomy;
  readonly preset: Preset;
}

type Context = TreeContext<Shared>;

/** A category in its place: the same one can stand below two parents, at two depths. */
const depthStep = 1_000_000;
const at = (index: number, depth: number): number => depth * depthStep + index;
const indexOf = (node: number): number => node % depthStep;
const depthOf = (node: number): number => Math.floor(node / depthStep);

/** What a branch comes to: a body of its own, or leaves that its parent lists. */
type Branch =
  { readonly leaves: number; readonly body: Written } | { readonly leaves: number; readonly list: readonly number[] };

/** The module of a data set. `read` gives the taxonomy with its root; it throws a Problem for what cannot be used. */
export const makeSkeletonModule = (read: (context: LoadContext) => Taxonomy): TreeModule<Shared> => ({
  load: (context) => {
    const preset = findPreset(context.params['preset']);
    return { taxonomy: read(context), preset };
  },
  rootOf: ({ shared }) => at(shared.taxonomy.root, 0),
  children: (node, { shared }) =>
    Array.from(childrenOf(shared.taxonomy, indexOf(node as number)), (child) => at(child, depthOf(node as number) + 1)),
  weightOf: (node, { shared }) => shared.taxonomy.weights[indexOf(node as number)] ?? 1,
  nameOf: (node, { shared }) => nameOf(shared.taxonomy, indexOf(node as number)).split(',')[0] ?? '',
  visit: (node, results, context) => visit(node as number, results as unknown as readonly Branch[], context),
});

const visit = (node: number, branches: readonly Branch[], context: Context): Plain => {
  const { preset } = context.shared;
  const depth = depthOf(node);
  context.count('categories');
  const branch = branches.length === 0 ? leafAt(node, context) : join(branches);
  const isKept = depth < preset.depth && branch.leaves >= preset.smallest && branches.length > 0;
  if (depth > 0 && !isKept) return branch as unknown as Plain;
  if (isKept) context.count('branches');
  const content = contentOf(node, { branches, list: branch.list }, context);
  return depth > 0
    ? ({ leaves: branch.leaves, body: context.write(content) as Written } as unknown as Plain)
    : { [nameOf(context.shared.taxonomy, indexOf(node))]: commented(content, indexOf(node), context) };
};

const leafAt = (node: number, context: Context): { readonly leaves: number; readonly list: readonly number[] } => {
  context.count('leaves');
  return { leaves: 1, list: [indexOf(node)] };
};

/** Leaves that are listed here; a leaf that came by two ways is listed once. */
const join = (branches: readonly Branch[]): { readonly leaves: number; readonly list: readonly number[] } => ({
  leaves: branches.reduce((sum, { leaves }) => sum + leaves, 0),
  list: [...new Set(branches.flatMap((branch) => ('list' in branch ? branch.list : [])))],
});

interface Content {
  readonly branches: readonly Branch[];
  readonly list: readonly number[];
}

/** Branches by name, then the leaves beside them under `misc`; leaves alone are a list. */
const contentOf = (node: number, { branches, list }: Content, context: Context): Plain => {
  const { taxonomy } = context.shared;
  const listed = order(list, context).map((index) => commented(nameOf(taxonomy, index), index, context));
  const children = childrenOf(taxonomy, indexOf(node));
  const bodies = new Map(
    branches.flatMap((branch, i) => ('body' in branch ? [[children[i] as number, branch.body] as const] : [])),
  );
  if (bodies.size === 0) return listed;
  const content: Record<string, Plain> = {};
  for (const index of order([...bodies.keys()], context))
    content[freeKey(content, nameOf(taxonomy, index))] = commented(bodies.get(index) as Written, index, context);
  if (listed.length > 0) content[freeKey(content, 'misc')] = listed;
  return content;
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
