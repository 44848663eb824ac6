/** Whether the budget of a run is used up. */
import type { Budget } from './budget.ts';
import type { BatchState } from './state.ts';

/** A budget that is used up, counting what the works that run are likely to use. */
export interface UsedUp {
  readonly of: keyof Budget;
  readonly limit: number;
  /** Spent, without what is reserved. */
  readonly spent: number;
}

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
