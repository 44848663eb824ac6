/** The plan of a start: made now, or a saved one; with a hash, only that very one. */
import type { Schedule } from '../core/work.ts';
import { Problem } from '../ports/problem.ts';
import type { Client } from './client.ts';
import { planBatch, type Planned, type PlanWishes } from './plan-batch.ts';
import { requirePlan, scheduleOf } from './plans.ts';

export interface PlanChoice {
  readonly schedule: Schedule;
  readonly wishes: PlanWishes;
  /** A hash (or its first 8 characters or more), or the name of a saved plan. */
  readonly chosen: string | null;
}

export const choosePlan = async (client: Client, { schedule, wishes, chosen }: PlanChoice): Promise<Planned> => {
  if (chosen !== null && (await client.store.listPlans()).includes(chosen)) return startable(client, chosen, wishes);
  const planned = await planBatch(client, schedule, wishes);
  if (chosen === null || isHashOf(chosen, planned.plan.plan_hash)) return planned;
  if (!/^[0-9a-f]{8,64}$/.test(chosen))
    throw new Problem({
      what: `there is no saved plan ${chosen}`,
      where: `${client.root}/.wf/plans`,
      hint: 'see: wf0-batch plan list',
      code: 'refused',
    });
  throw new Problem({
    what: `the plan has changed: it is ${planned.plan.plan_hash.slice(0, 12)} now, not ${chosen.slice(0, 12)}`,
    where: '--plan',
    hint: 'look at it again (wf0-batch start --dry-run), then start it by its new hash',
    code: 'refused',
  });
};

const isHashOf = (given: string, hash: string): boolean => given.length >= 8 && hash.startsWith(given);

/** A saved plan keeps its works, settings and workflows, and what nobody wishes otherwise; only its run is new. */
const startable = async (client: Client, name: string, wishes: PlanWishes): Promise<Planned> => {
  const saved = await requirePlan(client, name);
  return planBatch(
    client,
    scheduleOf(saved, saved.created_at),
    {
      ...wishes,
      parallel: wishes.parallel ?? saved.parallel,
      engine: wishes.engine ?? saved.engine,
      until: wishes.until ?? saved.until,
      allowMissing: true,
    },
    { settings: saved.settings, workflows: saved.workflows },
  );
};
