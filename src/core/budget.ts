/** The budget of a run: what its stages may use up before nothing new begins. */

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

export const noSpending: Spent = { cost_usd: null, tokens: null };

/** The sum of two; what neither says stays unsaid. */
export const addSpent = (one: Spent, other: Spent): Spent => ({
  cost_usd: addAmounts(one.cost_usd, other.cost_usd),
  tokens: addAmounts(one.tokens, other.tokens),
});

const addAmounts = (one: number | null, other: number | null): number | null =>
  one === null ? other : other === null ? one : one + other;
