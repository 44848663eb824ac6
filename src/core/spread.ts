/**
 * How durations lie around their median: log-logistic, with one scale below the median and another above. It has a heavy
 * tail, its quantiles and what is left of something that has already run so long are a line each, and median and
 * quartiles fit it, which outliers do not move.
 */
import { parameters } from './forecast-parameters.ts';

/** Scales of the logarithm: the quartiles are the median divided by `3^below` and times `3^above`. */
export interface Scales {
  readonly below: number;
  readonly above: number;
}

/** A median in the logarithm, the scales around it, and how many observations stand behind them. */
export interface Fit extends Scales {
  readonly centre: number;
  readonly works: number;
}

export const declaredScales: Scales = { below: parameters.scale, above: parameters.scale };
export const unknownScales: Scales = { below: parameters.unknown_scale, above: parameters.unknown_scale };

/** Fits logarithms of durations, drawn towards the broader kind's fit where there are few. `null`: there is none. */
export const fitLogs = (
  logs: readonly number[],
  broader: Fit | null,
  around: Scales = broader ?? declaredScales,
): Fit => {
  const sorted = Float64Array.from(logs).sort();
  const centre = quantileOf(sorted, 0.5);
  const { shrink_centre, shrink_scale } = parameters;
  const n = logs.length;
  const drawn = (own: number, towards: number): number =>
    Math.max(parameters.least_scale, (own * (n - 1) + towards * shrink_scale) / (n - 1 + shrink_scale));
  return {
    centre: broader === null ? centre : (centre * n + broader.centre * shrink_centre) / (n + shrink_centre),
    below: drawn(scaleOf(centre - quantileOf(sorted, 0.25), centre - quantileOf(sorted, 0.1)), around.below),
    above: drawn(scaleOf(quantileOf(sorted, 0.75) - centre, quantileOf(sorted, 0.9) - centre), around.above),
    works: n,
  };
};

/** From how far the quartile and the outer tenth lie from the median: what lies further out moves nothing. */
const scaleOf = (quartile: number, tenth: number): number => Math.max(quartile / Math.log(3), tenth / Math.log(9));

/** The quantile between 0 and 1 of sorted numbers, of which there is at least one. */
export const quantileOf = (sorted: ArrayLike<number>, share: number): number => {
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)] as number;
  return low + ((sorted[Math.ceil(at)] as number) - low) * (at - Math.floor(at));
};

const logit = (u: number): number => Math.log(u / (1 - u));

/** `u` without the ends of the tails. */
const bounded = (u: number): number => Math.min(1 - parameters.tail, Math.max(parameters.tail, u));

/** The factor on the median at a quantile. */
export const factorAt = ({ below, above }: Scales, u: number): number => {
  const z = logit(bounded(u));
  return Math.exp(z * (z < 0 ? below : above));
};

/** What is left, at a quantile, of something with this median that has run for `elapsed` already; the unit is theirs. */
export const leftAt = (scales: Scales, median: number, elapsed: number, u: number): number => {
  if (!(elapsed > 0) || !(median > 0)) return median * factorAt(scales, u);
  const off = Math.log(elapsed / median);
  const reached = 1 / (1 + Math.exp(-off / (off < 0 ? scales.below : scales.above)));
  // Of those that run longer than this one has run, the one at the quantile.
  const surviving = Math.max(1e-9, (1 - reached) * (1 - bounded(u)));
  const z = logit(1 - surviving);
  return Math.max(0, median * Math.exp(z * (z < 0 ? scales.below : scales.above)) - elapsed);
};

/** A deviation with mean 0 and standard deviation 1, at a quantile. */
export const deviationAt = (u: number): number => (logit(bounded(u)) * Math.sqrt(3)) / Math.PI;
