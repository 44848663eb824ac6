/**
 * Graphs of families that the forecast's parameters were never chosen on: neither their shapes nor their durations come
 * from the graphs of the cases.
 */
import type { Random as Dice } from '../sim/random.ts';
import type { GraphTask } from './graph-cases.ts';

type Edges = readonly (readonly number[])[];

/** For each task the earlier ones that it depends on. */
type Family = (dice: Dice) => Edges;

const spread = (dice: Dice, from: number, to: number, most: number): readonly number[] =>
  to <= from ? [] : [...new Set(Array.from({ length: dice.int(1, most) }, () => dice.int(from, to - 1)))];

/** Every task depends on some of the layer before. */
const layered: Family = (dice) => {
  const edges: (readonly number[])[] = [];
  let [from, to] = [0, 0];
  for (let layer = dice.int(4, 12); layer > 0; layer--) {
    const width = dice.int(2, 12);
    for (let i = 0; i < width; i++) edges.push(spread(dice, from, to, 3));
    [from, to] = [to, edges.length];
  }
  return edges;
};

/** One task, many beside each other, one behind them all, and again. */
const forkJoin: Family = (dice) => {
  const edges: (readonly number[])[] = [[]];
  for (let stage = dice.int(2, 6); stage > 0; stage--) {
    const fork = edges.length - 1;
    const width = dice.int(3, 16);
    for (let i = 0; i < width; i++) edges.push([fork]);
    edges.push(Array.from({ length: width }, (_, i) => fork + 1 + i));
  }
  return edges;
};

/** Put together of pieces one behind the other and beside each other. */
const seriesParallel: Family = (dice) => {
  const edges: (readonly number[])[] = [];
  const build = (after: readonly number[], depth: number): readonly number[] => {
    if (depth === 0 || dice.next() < 0.15) return [edges.push(after) - 1];
    if (dice.next() < 0.5) return build(build(after, depth - 1), depth - 1);
    return Array.from({ length: dice.int(2, 3) }, () => build(after, depth - 1)).flat();
  };
  while (edges.length < 20) build(edges.length === 0 ? [] : [edges.length - 1], 4);
  return edges;
};

/** Any earlier task may be waited for. */
const random: Family = (dice) => {
  const chance = 0.5 + 2.5 * dice.next();
  return Array.from({ length: dice.int(20, 100) }, (_, i) =>
    Array.from({ length: i }, (_each, d) => d).filter(() => dice.next() < chance / Math.max(1, i)),
  );
};

/** What comes out of one task, and what goes into one. */
const trees: Family = (dice) => {
  const count = dice.int(20, 80);
  const outward = Array.from({ length: count }, (_, i) => (i === 0 ? [] : [dice.int(Math.max(0, i - 12), i - 1)]));
  if (dice.next() < 0.5) return outward;
  const inward: number[][] = outward.map(() => []);
  outward.forEach((list, i) => list.forEach((d) => inward[count - 1 - d]?.push(count - 1 - i)));
  return inward;
};

/** A few long chains beside single tasks. */
const chains: Family = (dice) => {
  const edges: (readonly number[])[] = [];
  for (let chain = dice.int(1, 5); chain > 0; chain--)
    for (let i = 0, length = dice.int(4, 15); i < length; i++) edges.push(i === 0 ? [] : [edges.length - 1]);
  for (let i = dice.int(5, 40); i > 0; i--) edges.push([]);
  return edges;
};

const families: Readonly<Record<string, Family>> = { layered, forkJoin, seriesParallel, random, trees, chains };

type Lengths = (dice: Dice) => number;

/** How long tasks are meant to take, in any unit; what they take is drawn around it. */
const lengths: Readonly<Record<string, Lengths>> = {
  even: () => 100,
  uniform: (dice) => 20 + 180 * dice.next(),
  pareto: (dice) => Math.min(5000, 40 * Math.max(1e-9, dice.next()) ** (-1 / 1.2)),
  'two kinds': (dice) => (dice.next() < 0.8 ? 30 : 600) * (0.8 + 0.4 * dice.next()),
};

export interface FamilyGraph {
  readonly family: string;
  readonly lengths: string;
  readonly graph: readonly GraphTask[];
}

/** One graph of every family with every kind of lengths. */
export const drawGraphs = (dice: Dice): readonly FamilyGraph[] =>
  Object.entries(families).flatMap(([family, draw]) =>
    Object.entries(lengths).map(([name, length]) => ({
      family,
      lengths: name,
      graph: draw(dice).map((deps, i) => ({
        id: `t${i}`,
        deps: deps.map((d) => `t${d}`),
        duration: length(dice),
      })),
    })),
  );
