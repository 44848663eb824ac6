/** What the core costs: a decision and a commit at 100 and 5,000 works and in a chain of 10,000; plain numbers, no verdict. */
import { accept } from '../src/core/accept.ts';
import { decide } from '../src/core/decide.ts';
import { findCycle, topologicalOrder } from '../src/core/graph.ts';
import { fromSnapshot, toSnapshot } from '../src/core/snapshot.ts';
import { derive, startState } from '../src/core/state.ts';
import { makeBatch } from '../test/core/batch.ts';
import { makePlan, makeStage, type WorkWish } from '../test/support/plan.ts';

const medianMs = (times: number, run: () => unknown): number => {
  const all = Array.from({ length: times }, () => {
    const startedAt = performance.now();
    run();
    return performance.now() - startedAt;
  }).sort((a, b) => a - b);
  return all[times >> 1] as number;
};
const say = (what: string, ms: number): void => console.log(`${what.padEnd(58)} ${ms.toFixed(3).padStart(9)} ms`);

const flow = { name: 'plain', worktree: false, stages: [makeStage('only')] };
const wide = (count: number): readonly WorkWish[] =>
  Array.from({ length: count }, (_, i) => ({ id: `w${i}`, dependencies: i < 10 ? [] : [`w${i % 10}`] }));
const chain = (count: number): readonly WorkWish[] =>
  Array.from({ length: count }, (_, i) => ({ id: `w${i}`, dependencies: i + 1 < count ? [`w${i + 1}`] : [] }));

const measure = (name: string, works: readonly WorkWish[]): void => {
  let plan = makePlan({ works, workflows: [flow], parallel: 4 });
  say(
    `${name}: plan (rank, levels)`,
    medianMs(3, () => (plan = makePlan({ works, workflows: [flow], parallel: 4 }))),
  );
  say(
    `${name}: start state`,
    medianMs(5, () => startState(plan)),
  );
  const batch = makeBatch(plan);
  batch.settle();
  say(
    `${name}: a decision with nothing new`,
    medianMs(200, () => decide(batch.state, { now: batch.now, nonce: 'n' })),
  );
  const cycle = (): void => {
    const id = batch.state.works[batch.state.active[0] as number]?.id as string;
    batch.prepare(id);
    batch.end(id);
    batch.settle();
  };
  for (let i = 0; i < 10; i++) cycle();
  say(`${name}: a whole work (assign, prepare, end, decide)`, medianMs(60, cycle));
  say(
    `${name}: a refused report`,
    medianMs(100, () => accept(batch.state, { type: 'report_stopped', token: 'old' }, batch.now)),
  );
  say(
    `${name}: everything derived anew`,
    medianMs(20, () => derive(batch.state)),
  );
  say(
    `${name}: snapshot to text and back`,
    medianMs(5, () => fromSnapshot(plan, JSON.parse(JSON.stringify(toSnapshot(batch.state))))),
  );
};

measure('100 works', wide(100));
measure('5,000 works', wide(5_000));
measure('chain of 10,000', chain(10_000));
const nodes = chain(10_000).map(({ id }) => id);
const next = (id: string): readonly string[] => (id === 'w9999' ? [] : [`w${Number(id.slice(1)) + 1}`]);
say(
  'chain of 10,000: topological order',
  medianMs(5, () => topologicalOrder(nodes, next)),
);
say(
  'chain of 10,000: search for a cycle',
  medianMs(5, () => findCycle(nodes, next)),
);
