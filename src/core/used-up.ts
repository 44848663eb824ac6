/** Whether the budget of a run, or that of one work, is used up. */
import { addSpent, type Budget, type Spent } from './budget.ts';
import type { BatchState, WorkRecord } from './state.ts';

/** A budget that is used up, counting what is likely to be used by what runs or is to begin. */
export interface UsedUp {
  readonly of: keyof Budget;
  readonly limit: number;
  /** Spent, without what is reserved. */
  readonly spent: number;
}

/** `budget.tokens is 1000, and 1200 of it is used`; the name stands in the config. */
export const describeUsedUp = (name: string, { limit, spent }: Pick<UsedUp, 'limit' | 'spent'>): string =>
  `${name} is ${limit}, and ${Math.round(spent * 100) / 100} of it is used`;

/**
 * The first budget of the batch that is used up, or null. For each work that runs, what a stage has cost on average is
 * reserved: it is settled when the stage reports. The time is that of the newest event, so that the same journal
 * decides the same.
 */
export const findUsedUp = (state: BatchState): UsedUp | null => {
  const { plan, batch, active, at } = state;
  const { budget } = plan.settings;
  if (budget === undefined) return null;
  const minutes = batch.running_since === null ? 0 : Math.max(0, at - batch.running_since) / 60_000;
  return first(budget, toPassed(batch.spent, minutes), averages(state, active.length));
};

/** What one work has used up. */
export interface WorkUse extends Pick<WorkRecord, 'spent' | 'run_ms'> {
  readonly latest: Spent | null;
}

/**
 * The first budget of one work that is used up before its next stage begins, or null; what that stage is likely to cost
 * is reserved. `spent` and `run_ms` are all that the work has used, the stage that just ended included; `latest` is what
 * that stage used, null if it did not say.
 */
export const findWorkUsedUp = (
  state: BatchState,
  { granted }: Pick<WorkRecord, 'granted'>,
  { spent, run_ms, latest }: WorkUse,
): UsedUp | null => {
  const { work_budget: budget } = state.plan.settings;
  if (budget === undefined) return null;
  const passed = toPassed(spent, (run_ms - granted.run_ms) / 60_000);
  const since = {
    ...passed,
    cost_usd: passed.cost_usd - (granted.spent.cost_usd ?? 0),
    tokens: passed.tokens - (granted.spent.tokens ?? 0),
  };
  // A work that has used nothing may try one stage, whatever others cost.
  const isUntouched = since.cost_usd === 0 && since.tokens === 0 && since.minutes === 0;
  const { batch } = state;
  const known = latest === null ? batch : { spent: addSpent(batch.spent, latest), spendings: batch.spendings + 1 };
  return first(budget, since, averages({ batch: known }, isUntouched ? 0 : 1));
};

type Amounts = Readonly<Record<keyof Budget, number>>;

const toPassed = (spent: Spent, minutes: number): Amounts => ({
  cost_usd: spent.cost_usd ?? 0,
  tokens: spent.tokens ?? 0,
  minutes,
});

/** What so many stages cost on average. */
const averages = (
  { batch: { spent, spendings } }: { readonly batch: Pick<BatchState['batch'], 'spent' | 'spendings'> },
  stages: number,
): Amounts => {
  const share = spendings === 0 ? 0 : stages / spendings;
  return { cost_usd: (spent.cost_usd ?? 0) * share, tokens: (spent.tokens ?? 0) * share, minutes: 0 };
};

const first = (budget: Budget, passed: Amounts, reserved: Amounts): UsedUp | null => {
  for (const of of ['cost_usd', 'tokens', 'minutes'] as const) {
    const limit = budget[of];
    if (limit !== null && passed[of] + reserved[of] >= limit) return { of, limit, spent: passed[of] };
  }
  return null;
};
