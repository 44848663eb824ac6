/** What one run is made of, from its seed alone. */
import type { Random } from '../../test/sim/random.ts';
import { makeRandom } from '../../test/sim/random.ts';
import { randomFaults } from './random-faults.ts';
import type { PlannedFault } from './random-faults.ts';

/**
 * `dirty` leaves something uncommitted, `forks` a process in a session of its own, `stubborn` ignores TERM, `restless`
 * makes another commit each time it is begun.
 */
export type Nature = 'plain' | 'restless' | 'dirty' | 'forks' | 'stubborn';

export interface ChaosWork {
  readonly id: string;
  readonly dependencies: readonly string[];
  readonly nature: Nature;
  /** What each of its stages waits before it writes. */
  readonly pauseMs: number;
}

export interface Scenario {
  readonly seed: number;
  readonly engine: 'tmux' | 'process';
  readonly parallel: number;
  readonly pushWhen: 'stage' | 'end';
  readonly works: readonly ChaosWork[];
  readonly faults: readonly PlannedFault[];
  /** How long it may take to its end. */
  readonly limitMs: number;
}

export interface ScenarioOptions {
  /** So many faults, instead of 4 to 7. */
  readonly faults?: number;
}

/** The same scenario for the same seed and options. */
export const makeScenario = (seed: number, options: ScenarioOptions = {}): Scenario => {
  const random = makeRandom(seed * 7919 + 17);
  const works = randomWorks(random);
  const engine = random.chance(0.33) ? 'tmux' : 'process';
  const count = options.faults ?? random.int(4, 7);
  return {
    seed,
    engine,
    parallel: random.int(2, 4),
    pushWhen: random.chance(0.3) ? 'stage' : 'end',
    works,
    faults: randomFaults(random, { count, engine, works: works.length }),
    limitMs: 150_000,
  };
};

/** Mostly small: what goes wrong between two works goes wrong in a small graph, too, and sooner. */
const randomSize = (random: Random): number => {
  const share = random.next();
  if (share < 0.7) return random.int(5, 8);
  if (share < 0.92) return random.int(9, 14);
  return share < 0.985 ? random.int(15, 30) : random.int(31, 60);
};

const randomWorks = (random: Random): readonly ChaosWork[] => {
  const size = randomSize(random);
  const density = random.next();
  return Array.from({ length: size }, (_, i): ChaosWork => {
    const count = random.chance(density) ? random.int(1, Math.min(3, Math.max(1, i))) : 0;
    const dependencies = Array.from({ length: i === 0 ? 0 : count }, () =>
      nameOf(random.int(Math.max(0, i - 6), i - 1)),
    );
    return { id: nameOf(i), dependencies: [...new Set(dependencies)], ...randomHabit(random) };
  });
};

const nameOf = (i: number): string => `w${String(i).padStart(2, '0')}`;

const natures: readonly (readonly [Nature, number])[] = [
  ['plain', 0.5],
  ['restless', 0.2],
  ['dirty', 0.15],
  ['forks', 0.08],
  ['stubborn', 0.07],
];

const randomHabit = (random: Random): Pick<ChaosWork, 'nature' | 'pauseMs'> => {
  let share = random.next();
  const [nature] = natures.find(([, part]) => (share -= part) < 0) ?? ['plain'];
  return { nature, pauseMs: random.chance(0.4) ? random.int(20, 250) : 0 };
};
