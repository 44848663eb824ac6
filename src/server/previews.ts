/** The plans that were looked at last, so that a start whose plan is another by now can say what differs. A convenience, no truth. */
import type { Plan } from '../core/plan.ts';

export interface Previews {
  remember(plan: Plan): void;
  find(hash: string): Plan | null;
}

/** A plan of 50,000 works takes 100 MB. */
const kept = 4;

export const makePreviews = (): Previews => {
  const plans = new Map<string, Plan>();
  return {
    remember: (plan) => {
      plans.delete(plan.plan_hash);
      plans.set(plan.plan_hash, plan);
      if (plans.size > kept) plans.delete(plans.keys().next().value as string);
    },
    find: (hash) => plans.get(hash) ?? null,
  };
};
