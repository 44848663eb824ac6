/** The dry run as data: `start --dry-run --json`. SPEC 10. */
import { criticalPath, dispatchOrder, forecast } from '../core/forecast.ts';
import type { Plan, PlannedWork } from '../core/plan.ts';
import { clip } from './clean.ts';
import { planRange, usualParallels } from './forecast.ts';

export interface PlanDocument {
  readonly plan_hash: string;
  readonly parallel: number;
  /** In the order in which they would be given out: by rank, and none before what it depends on. */
  readonly items: readonly {
    readonly id: string;
    /** From 0. */
    readonly order: number;
    /** From 0. */
    readonly level: number;
    readonly dependencies: readonly string[];
    readonly why: string;
    readonly estimate_seconds: number;
  }[];
  /** The longest chain by expected durations, first work first. */
  readonly critical_path: readonly string[];
  /** Of the whole run with `parallel` workers. */
  readonly estimate_seconds: number;
  /** The interval around it holds four runs of five. */
  readonly estimate_low_seconds: number;
  readonly estimate_high_seconds: number;
  /** By number of workers, fewest first; the plan's own is among them. */
  readonly what_if: readonly { readonly parallel: number; readonly estimate_seconds: number }[];
  readonly warnings: readonly string[];
}

/** The plan as a dry run shows it. `warnings` are those of the caller, after the plan's own. */
export const planDocument = (plan: Plan, warnings: readonly string[] = []): PlanDocument => {
  const forecasts = forecast(plan, usualParallels(plan.parallel)).map(({ parallel, makespan_seconds }) => ({
    parallel,
    estimate_seconds: Math.round(makespan_seconds),
  }));
  const range = planRange(plan, forecasts.find(({ parallel }) => parallel === plan.parallel)?.estimate_seconds ?? 0);
  return {
    plan_hash: plan.plan_hash,
    parallel: plan.parallel,
    items: inOrderOfDispatch(plan).map((work, order) => ({
      id: work.id,
      order,
      level: work.level,
      dependencies: work.dependencies,
      why: clip(work.why, 500),
      estimate_seconds: work.expected_seconds,
    })),
    critical_path: criticalPath(plan.works).ids,
    estimate_seconds: range.seconds,
    estimate_low_seconds: range.low_seconds,
    estimate_high_seconds: range.high_seconds,
    what_if: forecasts,
    warnings: [...plan.warnings, ...warnings].map((warning) => clip(warning, 500)),
  };
};

const inOrderOfDispatch = (plan: Plan): readonly PlannedWork[] =>
  dispatchOrder(plan, plan.parallel).map((i) => plan.works[i] as PlannedWork);
