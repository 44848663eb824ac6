/**
 * Batches whose durations come from a world that the forecast does not know: what it says of their ends, and when they
 * end. `decide`, `accept` and `evolve` run them, not the forecast's own simulation.
 *
 * A work takes its graph's duration times two factors: its own, log-normal with a Pareto tail (one in eight takes two
 * to eight times as long), and one that all works of the batch have in common. Groups are made of works of like length.
 */
import { expectationsOf, learnDurations, type PastWork } from '../../src/core/durations.ts';
import { parameters } from '../../src/core/forecast-parameters.ts';
import { outlookOf, outlookOfPlan, type Range } from '../../src/core/outlook.ts';
import type { Plan } from '../../src/core/plan.ts';
import { makeRandom } from '../../src/core/random.ts';
import { isActive } from '../../src/core/state.ts';
import { makeRandom as makeDice, type Random as Dice } from '../sim/random.ts';
import { makePlan, makeStage } from '../support/plan.ts';
import { makeBatch } from './batch.ts';
import type { GraphTask } from './graph-cases.ts';

export type Knowledge = 'history' | 'estimates' | 'nothing';

export interface Trial {
  readonly graph: readonly GraphTask[];
  readonly parallel: number;
  readonly knows: Knowledge;
  readonly seed: number;
}

/** What was said before the start, and after a third and two thirds of the works, beside the true rest. */
export interface Said {
  readonly at: 'start' | 'third' | 'two thirds';
  readonly range: Range;
  readonly actual: number;
}

const share = { write: 0.7, check: 0.3 };

export const tryBatch = ({ graph, parallel, knows, seed }: Trial): readonly Said[] => {
  const dice = makeDice(seed);
  const world = makeWorld(graph, dice);
  const past = knows === 'history' ? world.past(dice.int(20, 59)) : [];
  const durations = learnDurations(past);
  const expectations = expectationsOf(durations);
  const works = graph.map(({ id, deps, duration }) => {
    const group = world.groupOf(duration);
    const estimate_seconds = knows === 'nothing' ? null : Math.max(1, world.scaled(duration) * world.guess());
    const timed = { workflow: 'wf', group, estimate_seconds };
    return {
      id,
      group,
      estimate_seconds,
      workflow: 'wf',
      dependencies: deps,
      expected_seconds: expectations.secondsOf(timed),
    };
  });
  const plan = makePlan({
    parallel,
    settings: { max_parallel: 64 },
    workflows: [{ name: 'wf', worktree: false, stages: Object.keys(share).map((name) => makeStage(name)) }],
    works,
    durations,
  });
  const actual = world.today(graph);
  return follow(plan, actual);
};

interface World {
  groupOf(duration: number): string;
  /** Seconds of a duration of the graph. */
  scaled(duration: number): number;
  past(count: number): readonly PastWork[];
  /** By id: seconds of each stage. */
  today(graph: readonly GraphTask[]): ReadonlyMap<string, readonly number[]>;
  /** How far a person's estimate is off. */
  guess(): number;
}

const makeWorld = (graph: readonly GraphTask[], dice: Dice): World => {
  const lengths = graph.map(({ duration }) => duration).sort((a, b) => a - b);
  const middle = lengths[lengths.length >> 1] || 1;
  const scaled = (duration: number): number => Math.max(1, (600 * duration) / middle);
  const cuts = [1 / 3, 2 / 3].map((at) => lengths[Math.floor(at * lengths.length)] ?? 0);
  const groupOf = (duration: number): string => `g${cuts.filter((cut) => duration > cut).length}`;
  const unit = (): number => Math.max(1e-9, dice.next());
  const normal = (): number => Math.sqrt(-2 * Math.log(unit())) * Math.cos(2 * Math.PI * unit());
  const tail = (): number => (unit() < 1 / 8 ? Math.min(8, 2 * unit() ** (-1 / 1.5)) : 1);
  const day = (): number => Math.exp(0.12 * normal());
  const stagesOf = (duration: number, common: number): readonly number[] =>
    Object.values(share).map((part) => scaled(duration) * part * common * Math.exp(0.35 * normal()) * tail());
  return {
    groupOf,
    scaled,
    guess: () => Math.exp(0.3 * normal()),
    past: (count) => {
      let common = day();
      return Array.from({ length: count }, (_, i): PastWork => {
        if (i % 10 === 0) common = day();
        const { duration } = graph[dice.int(0, graph.length - 1)] as GraphTask;
        const stages = stagesOf(duration, common).map((seconds) => seconds * 1000);
        return {
          workflow: 'wf',
          group: groupOf(duration),
          duration_ms: stages.reduce((sum, ms) => sum + ms, 0),
          stages_ms: new Map(Object.keys(share).map((name, stage) => [name, stages[stage] as number])),
        };
      });
    },
    today: (works) => {
      const common = day();
      return new Map(works.map(({ id, duration }) => [id, stagesOf(duration, common)]));
    },
  };
};

const random = makeRandom(parameters.seed);

/** Runs the batch to its end and notes what was said of it on the way. */
const follow = (plan: Plan, actual: ReadonlyMap<string, readonly number[]>): readonly Said[] => {
  const batch = makeBatch(plan);
  const begunAt = batch.now;
  const said: { readonly at: Said['at']; readonly now: number; readonly range: Range | null }[] = [
    { at: 'start', now: begunAt, range: outlookOfPlan(plan, random).range(plan.parallel) },
  ];
  const ends = new Map<string, number>();
  const say = (at: Said['at']): void =>
    void said.push({ at, now: batch.now, range: outlookOf(batch.state, batch.now, random).range(plan.parallel) });
  let completed = 0;
  for (batch.settle(); batch.state.active.length > 0; batch.settle()) {
    for (const i of batch.state.active) begin(batch, i, { actual, ends });
    const [id, end] = [...ends].reduce((first, each) => (each[1] < first[1] ? each : first));
    batch.now = end;
    ends.delete(id);
    batch.end(id);
    const record = batch.record(id);
    if (record.state.status === 'running' && record.stage_index < Object.keys(share).length) continue;
    deliver(batch, id);
    completed++;
    batch.settle();
    if (completed === Math.floor(plan.works.length / 3)) say('third');
    if (completed === Math.floor((plan.works.length * 2) / 3)) say('two thirds');
  }
  if (completed !== plan.works.length) throw new Error(`${completed} of ${plan.works.length} works ended`);
  return said.flatMap(({ at, now, range }) =>
    range === null ? [] : [{ at, range, actual: (batch.now - now) / 1000 }],
  );
};

type Batch = ReturnType<typeof makeBatch>;

const begin = (
  batch: Batch,
  i: number,
  { actual, ends }: { readonly actual: ReadonlyMap<string, readonly number[]>; readonly ends: Map<string, number> },
): void => {
  const id = batch.state.works[i]?.id ?? '';
  const { state } = batch.record(id);
  if (!isActive(state) || ends.has(id)) return;
  if (state.status === 'assigned') batch.prepare(id);
  ends.set(id, batch.now + (actual.get(id)?.[batch.record(id).stage_index] ?? 0) * 1000);
};

const deliver = (batch: Batch, id: string): void => {
  const token = batch.token(id);
  if (token !== '') batch.ask({ type: 'report_delivered', token, commit: null, pushed: false, notes: [] });
};
