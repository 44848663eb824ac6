/** Many schedules, and what they came to. */
import { simulate, type Outcome } from './simulate.ts';
import type { Parts } from './parts.ts';

export interface Totals {
  readonly outcomes: readonly Outcome[];
  readonly broken: readonly Outcome[];
  readonly elapsedMs: number;
}

/** Runs these seeds, all of them even if some break a law. */
export const simulateAll = (seeds: Iterable<number>, parts?: Parts): Totals => {
  const startedAt = performance.now();
  const outcomes: Outcome[] = [];
  for (const seed of seeds) outcomes.push(simulate(seed, parts));
  return {
    outcomes,
    broken: outcomes.filter(({ broken }) => broken !== null),
    elapsedMs: performance.now() - startedAt,
  };
};

export function* seedsFrom(first: number, count: number): Generator<number> {
  for (let seed = first; seed < first + count; seed++) yield seed;
}

/** The table as lines of text. */
export const describeTotals = ({ outcomes, broken, elapsedMs }: Totals): readonly string[] => {
  const sum = (key: keyof Outcome['stats']): number => outcomes.reduce((total, { stats }) => total + stats[key], 0);
  const median = (key: keyof Outcome['stats']): number => {
    const sorted = outcomes.map(({ stats }) => stats[key]).sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? 0;
  };
  const rows: readonly (readonly [string, number | string])[] = [
    ['random schedules', outcomes.length],
    ['that broke a law', broken.length],
    ['events', sum('events')],
    ['median works', median('works')],
    ['median faults', median('faults')],
    ['controls of a person', sum('controls')],
    ['schedulers dead between deciding and acting', sum('undecided')],
    ['decisions of replaced schedulers refused', sum('staleDecisions')],
    ['reports of zombies refused', sum('refusedZombies')],
    ['pushes of zombies rejected', sum('rejectedPushes')],
    ['reports that came twice', sum('repeats')],
    ['ms a schedule', (elapsedMs / Math.max(1, outcomes.length)).toFixed(2)],
  ];
  return rows.map(([name, value]) => `${name.padEnd(44)} ${String(value).padStart(9)}`);
};
