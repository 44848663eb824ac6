/**
 * What stands in a skeleton: which categories are branches of their own, and which leaves each of them lists. Long lists
 * are arranged in parts, and each part is a node of the walk: one thread alone would otherwise be at it for long.
 */
import { partLimit } from './arrange.ts';
import type { Preset } from './presets.ts';
import type { Taxonomy } from './taxonomy.ts';

/** What is shared: the taxonomy, and how much of it is kept. */
export interface Shared {
  readonly taxonomy: Taxonomy;
  readonly preset: Preset;
}

/** A category in its place: the same one can stand below two parents, at two depths. */
export interface Place {
  readonly index: number;
  readonly depth: number;
}

/** Whether it is a branch of its own: the root is, and what has enough leaves and is not too deep. */
export const isKept = ({ taxonomy, preset }: Shared, index: number, depth: number): boolean =>
  depth === 0 ||
  (depth < preset.depth &&
    (taxonomy.leaves[index] as number) >= preset.smallest &&
    taxonomy.starts[index] !== taxonomy.starts[index + 1]);

/** The leaves that a branch lists itself, in their order: those that are in no branch below it. One that came by two ways is there once. */
export const listOf = (shared: Shared, { index, depth }: Place): readonly number[] => {
  const list = new Set<number>();
  addLeaves(list, shared, index, depth);
  return [...list];
};

/** Three plain numbers a call: this is asked for each category, and objects for it were a good part of what was thrown away. */
const addLeaves = (list: Set<number>, shared: Shared, index: number, depth: number): void => {
  const { starts, children } = shared.taxonomy;
  const end = starts[index + 1] as number;
  if (starts[index] === end) list.add(index);
  for (let c = starts[index] as number; c < end; c++) {
    const child = children[c] as number;
    if (!isKept(shared, child, depth + 1)) addLeaves(list, shared, child, depth + 1);
  }
};

/** Parts in which the list of a branch is arranged; 0 if it is short enough to be arranged at once, or not at all. */
export const countParts = (shared: Shared, place: Place): number => {
  if (!mayHaveParts(shared, place.index) || !isKept(shared, place.index, place.depth)) return 0;
  const { length } = listOf(shared, place);
  return length > partLimit ? Math.ceil(length / partLimit) : 0;
};

/** The leaves of a part, from 1. */
export const partOf = (shared: Shared, place: Place, part: number): readonly number[] =>
  listOf(shared, place).slice((part - 1) * partLimit, part * partLimit);

/** Parts in the whole branch at a place. Remembered: each place is asked for once by every place above it. */
export const countPartsBelow = (shared: Shared, { index, depth }: Place): number => {
  if (!mayHaveParts(shared, index)) return 0;
  const counts = countsOf(shared);
  const key = `${index} ${depth}`;
  const known = counts.get(key);
  if (known !== undefined) return known;
  let count = countParts(shared, { index, depth });
  const { starts, children } = shared.taxonomy;
  for (let c = starts[index] as number; c < (starts[index + 1] as number); c++)
    count += countPartsBelow(shared, { index: children[c] as number, depth: depth + 1 });
  counts.set(key, count);
  return count;
};

const remembered = new WeakMap<Shared, Map<string, number>>();

const countsOf = (shared: Shared): Map<string, number> => {
  const counts = remembered.get(shared) ?? new Map<string, number>();
  remembered.set(shared, counts);
  return counts;
};

const mayHaveParts = ({ taxonomy, preset }: Shared, index: number): boolean =>
  preset.arranged && (taxonomy.leaves[index] as number) > partLimit;
