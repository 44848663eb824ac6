/** Statistics: whole numbers by name, which come to the same sum in whatever order branches end. */
import type { Counts } from '../ports/tree-pool.ts';

const nameLimit = 1000;

export interface Counter {
  /** Throws for a number that is not whole, and for more names than there may be. */
  count(name: string, by?: number): void;
  add(counts: Counts): void;
  /** By name, in the order of names. */
  totals(): Counts;
}

export const makeCounter = (): Counter => {
  const sums = new Map<string, number>();
  const count = (name: string, by = 1): void => {
    if (!Number.isSafeInteger(by)) throw new TypeError(`a statistic counts whole numbers, not ${String(by)}`);
    if (!sums.has(name) && sums.size >= nameLimit) throw new RangeError(`there are more than ${nameLimit} statistics`);
    sums.set(name, (sums.get(name) ?? 0) + by);
  };
  return {
    count,
    add: (counts) => {
      for (const [name, by] of Object.entries(counts)) count(name, by);
    },
    totals: () => Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
};
