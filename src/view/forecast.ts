/** When a batch will be done, as every surface shows it. */
import { parameters } from '../core/forecast-parameters.ts';
import { outlookOf, outlookOfPlan, type Outlook, type Range } from '../core/outlook.ts';
import type { Plan } from '../core/plan.ts';
import { makeRandom } from '../core/random.ts';
import type { BatchState } from '../core/state.ts';

/** Whole seconds, the ends of the interval around the estimate. */
export interface Eta {
  readonly seconds: number;
  readonly low_seconds: number;
  readonly high_seconds: number;
}

/** `status --forecast`: what is left, with the workers there are and with others. */
export interface ForecastDocument {
  readonly eta: Eta | null;
  /** What is left of the longest chain, first work first. */
  readonly critical_path: readonly string[];
  readonly critical_path_seconds: number;
  /** By number of workers, fewest first; the batch's own is among them. */
  readonly what_if: readonly {
    readonly parallel: number;
    readonly estimate_seconds: number;
    readonly estimate_low_seconds: number;
    readonly estimate_high_seconds: number;
  }[];
}

/** Numbers of workers that are compared. */
export const usualParallels = (parallel: number): readonly number[] =>
  [...new Set([1, 2, 3, 4, 8, parallel])].sort((a, b) => a - b);

/** Null unless the batch runs and something is left. */
export const etaOf = (state: BatchState, now: number): Eta | null =>
  state.batch.status === 'running' ? toEta(lookAhead(state, now).range(state.batch.parallel)) : null;

/** The range of a plan that has not begun, around what it takes if every work takes what is expected. */
export const planRange = (plan: Plan, expected: number): Eta => {
  const range = outlookOfPlan(plan, makeRandom(parameters.seed)).range(plan.parallel);
  const { low_seconds, high_seconds } = toEta(range) ?? { low_seconds: 0, high_seconds: 0 };
  const seconds = Math.round(expected);
  return { seconds, low_seconds: Math.min(seconds, low_seconds), high_seconds: Math.max(seconds, high_seconds) };
};

/** The whole forecast of a batch; null unless it runs. */
export const makeForecast = (state: BatchState, now: number): ForecastDocument | null => {
  const { status, parallel } = state.batch;
  if (status !== 'running') return null;
  const outlook = lookAhead(state, now);
  const { ids, seconds } = outlook.criticalPath();
  return {
    eta: toEta(outlook.range(parallel)),
    critical_path: ids,
    critical_path_seconds: Math.round(seconds),
    what_if: usualParallels(parallel).flatMap((each) => {
      const eta = toEta(outlook.range(each));
      if (eta === null) return [];
      const { seconds: estimate_seconds, low_seconds, high_seconds } = eta;
      return [
        {
          parallel: each,
          estimate_seconds,
          estimate_low_seconds: low_seconds,
          estimate_high_seconds: high_seconds,
        },
      ];
    }),
  };
};

const lookAhead = (state: BatchState, now: number): Outlook => outlookOf(state, now, makeRandom(parameters.seed));

const toEta = (range: Range | null): Eta | null =>
  range === null
    ? null
    : {
        seconds: Math.ceil(range.seconds),
        low_seconds: Math.floor(range.low_seconds),
        high_seconds: Math.ceil(range.high_seconds),
      };

/** How often a view that looks several times a second makes its forecast anew; between, time passes on the old one. */
const freshMs = 10_000;

/** The ETA for a view that stays open: `now` may not go back. */
export const makeForecaster = (): ((state: BatchState, now: number) => Eta | null) => {
  let made: { readonly of: string; readonly at: number; readonly eta: Eta | null } | null = null;
  return (state, now) => {
    const of = `${state.batch.status} ${state.batch.parallel} ${state.works.length}`;
    if (made === null || made.of !== of || now - made.at >= freshMs || now < made.at)
      made = { of, at: now, eta: etaOf(state, now) };
    return made.eta === null ? null : later(made.eta, (now - made.at) / 1000);
  };
};

const later = (eta: Eta, seconds: number): Eta => ({
  seconds: Math.max(0, Math.ceil(eta.seconds - seconds)),
  low_seconds: Math.max(0, Math.floor(eta.low_seconds - seconds)),
  high_seconds: Math.max(0, Math.ceil(eta.high_seconds - seconds)),
});
