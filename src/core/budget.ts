/** The budget of a run: what its stages may use up before nothing new begins. */
import type { BatchState } from './state.ts';

/** What stages have used up, as far as they say; null: they do not say. */
export interface Spent {
  readonly cost_usd: number | null;
  readonly tokens: number | null;
}

/** Limits of one run of a batch; null: none. `minutes` are of the clock, since it last began to run. */
export interface Budget {
  readonly cost_usd: number | null;
  readonly tokens: number | null;
  readonly minutes: number | null;
}

/** A budget that is used up, counting what the works that run are likely to use. */
export interface UsedUp {
  readonly of: keyof Budget;
  readonly limit: number;
  /** Spent, without what is reserved. */
  readonly spent: number;
}

export const noSpending: Spent = { cost_usd: null, tokens: null };

/** The sum of two; what neither says stays unsaid. */
export const addSpent = (one: Spent, other: Spent): Spent => ({
  cost_usd: addAmounts(one.cost_usd, other.cost_usd),
  tokens: addAmounts(one.tokens, other.tokens),
});

const addAmounts = (one: number | null, other: number | null): number | null =>
  one === null ? other : other === null ? one : one + other;

/**
 * The first budget that is used up, or null. For each work that runs, what a stage has cost on average is reserved: it
 * is settled when the stage reports. The time is that of the newest event, so that the same journal decides the same.
 */
export const findUsedUp = ({ plan, batch, active, at }: BatchState): UsedUp | null => {
  const { budget } = plan.settings;
  if (budget === undefined) return null;
  const { spent, spendings } = batch;
  const reserve = (amount: number): number => (spendings === 0 ? 0 : (amount / spendings) * active.length);
  const passed: Readonly<Record<keyof Budget, number>> = {
    cost_usd: spent.cost_usd ?? 0,
    tokens: spent.tokens ?? 0,
    minutes: batch.running_since === null ? 0 : Math.max(0, at - batch.running_since) / 60_000,
  };
  for (const of of ['cost_usd', 'tokens', 'minutes'] as const) {
    const limit = budget[of];
    const reserved = of === 'minutes' ? 0 : reserve(passed[of]);
    if (limit !== null && passed[of] + reserved >= limit) return { of, limit, spent: passed[of] };
  }
  return null;
};
