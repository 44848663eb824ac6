/** One schedule from a seed: a random plan, a random world, random faults, and every law asked after every event. */
import { checkSettled } from './laws.ts';
import { compareWithItself, compareWithJournal } from './compare.ts';
import { isSchedulerAlive, control, startOperator } from './operator.ts';
import { realParts, type Parts } from './parts.ts';
import { startScheduler } from './scheduler.ts';
import { demand, Violation, type Law } from './violation.ts';
import { doStep, makeWorld, type Stats, type World } from './world.ts';

export interface Outcome {
  readonly seed: number;
  readonly stats: Stats;
  /** Null if every law held. */
  readonly broken: { readonly law: Law | 'exception'; readonly message: string } | null;
}

/** More steps than any schedule needs: one that takes so many does not settle. */
const maxSteps = 60_000;

export const simulate = (seed: number, parts: Parts = realParts): Outcome => {
  const world = makeWorld(seed, parts);
  let broken: Outcome['broken'] = null;
  try {
    live(world);
  } catch (error) {
    broken =
      error instanceof Violation
        ? { law: error.law, message: error.message }
        : { law: 'exception', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  world.stats.events = world.events.length;
  return { seed, stats: world.stats, broken };
};

const live = (world: World): void => {
  startScheduler(world);
  startOperator(world);
  const budget = { steps: maxSteps };
  runDry(world, budget);
  world.isCalm = true;
  // Each round lets at least one work go on, or changes nothing any more.
  for (let round = 0; round < 3 * world.state.works.length + 10; round++) {
    const seq = world.state.seq;
    if (!isSchedulerAlive(world) || needsResume(world)) {
      control(world, { type: 'resume', parallel: null, retryFailed: false, engine: null });
      if (!isSchedulerAlive(world)) startScheduler(world);
    }
    runDry(world, budget);
    if (isOver(world) || world.state.seq === seq) break;
  }
  checkSettled(world.books);
  compareWithItself(world.state, world.parts);
  if (world.random.chance(0.5)) compareWithJournal(world.state, world.events, world);
};

const runDry = (world: World, budget: { steps: number }): void => {
  while (doStep(world))
    demand(budget.steps-- > 0, 9, () => `still ${world.state.batch.status} after ${maxSteps} steps`);
};

const needsResume = ({ state }: World): boolean => state.batch.status === 'paused' || state.batch.status === 'stopped';

/** Ended, and nothing is left that a resume would let go. */
const isOver = ({ state }: World): boolean =>
  state.batch.status === 'completed' ||
  (state.batch.status === 'stopped' && state.ready.isEmpty() && state.active.length === 0);
