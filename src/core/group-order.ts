/** The order of groups: pinned ones as pinned, then the ordered ones, then the others naturally, works without a group last. */
import { compareNaturally } from './natural.ts';
import type { Groups } from './work.ts';

export interface GroupPlace {
  /** Null: works without a group. */
  readonly group: string | null;
  readonly standing: 'pinned' | 'ordered' | 'other';
  readonly works: number;
}

/** Every group of the works, and each that is pinned or ordered though no work is of it. */
export const groupPlaces = (groupOfWorks: readonly (string | null)[], groups: Groups): readonly GroupPlace[] => {
  const counts = new Map<string | null, number>();
  for (const group of groupOfWorks) counts.set(group, (counts.get(group) ?? 0) + 1);
  const others = [...counts.keys()].filter((group) => group !== null).sort(compareNaturally);
  const names = [...new Set([...groups.pinned, ...groups.order, ...others])];
  const pinned = new Set(groups.pinned);
  const ordered = new Set(groups.order);
  const places = names.map((group): GroupPlace => ({
    group,
    standing: pinned.has(group) ? 'pinned' : ordered.has(group) ? 'ordered' : 'other',
    works: counts.get(group) ?? 0,
  }));
  const rest = counts.get(null) ?? 0;
  return rest === 0 ? places : [...places, { group: null, standing: 'other', works: rest }];
};

/** Whether groups order anything: without a wish, priorities and paths do alone. */
export const isGroupOrdered = ({ order, pinned }: Groups): boolean => order.length + pinned.length > 0;
