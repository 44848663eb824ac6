/** What a batch's own works tell of those to come: by how much a workflow is faster or slower than was expected. */
import { errorOfMedian, expectationsOf, type Expectation } from './durations.ts';
import { parameters } from './forecast-parameters.ts';
import { fitLogs, leftAt } from './spread.ts';
import { isActive, type BatchState } from './state.ts';
import type { PlannedWork } from './plan.ts';

export interface Lesson extends Expectation {
  /** What is added to the logarithm of every expected duration. */
  readonly shift: number;
}

/** By workflow; of those alone of which something has ended. */
export const learnFromBatch = (state: BatchState, now: number): ReadonlyMap<string, Lesson> => {
  const expectations = expectationsOf(state.plan.durations ?? []);
  return new Map(
    [...seenBy(state, now)].flatMap(([workflow, seen]): [string, Lesson][] => {
      const { work, ended, running } = seen;
      if (ended.length === 0) return [];
      const expected = expectations.kindOf(work);
      const first = learn(ended, expected);
      if (running.length === 0) return [[workflow, first]];
      // The short ones end first: what runs counts with what it will probably have taken, by what the others tell.
      const complete = running.map(({ elapsed, expected: seconds }) => {
        const median = seconds * Math.exp(first.shift);
        return Math.log((elapsed + leftAt(first, median, elapsed, 0.5)) / seconds);
      });
      return [[workflow, learn([...ended, ...complete], expected)]];
    }),
  );
};

interface Seen {
  readonly work: PlannedWork;
  /** Of those that are completed: the logarithm of how much longer they took than was expected. */
  readonly ended: number[];
  /** Seconds. */
  readonly running: { readonly elapsed: number; readonly expected: number }[];
}

const seenBy = ({ works, records }: BatchState, now: number): ReadonlyMap<string, Seen> => {
  const seen = new Map<string, Seen>();
  records.forEach(({ state, started_at, ended_at }, i) => {
    const work = works[i] as PlannedWork;
    const expected = work.expected_seconds;
    if (started_at === null || expected <= 0 || (state.status !== 'completed' && !isActive(state))) return;
    const known = seen.get(work.workflow) ?? { work, ended: [], running: [] };
    seen.set(work.workflow, known);
    if (isActive(state)) known.running.push({ elapsed: Math.max(0, now - started_at) / 1000, expected });
    else known.ended.push(Math.log(Math.max(0.001, ((ended_at ?? now) - started_at) / 1000) / expected));
  });
  return seen;
};

const learn = (logs: readonly number[], expected: Expectation): Lesson => {
  const { workflow, error: before } = expected;
  const fit = fitLogs(logs, null, expected);
  const noise = errorOfMedian(fit);
  const trust = before ** 2 / (before ** 2 + noise ** 2);
  const error = Math.max(parameters.error.least, before * Math.sqrt(1 - trust));
  return { workflow, shift: fit.centre * trust, error, below: fit.below, above: fit.above };
};
