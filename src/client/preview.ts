/** A selection becomes a plan, and what a person looks at before starting it. Starts nothing. */
import type { Plan } from '../core/plan.ts';
import { makeMask } from '../protocol/environment.ts';
import type { PlanRequest } from '../protocol/api-request.ts';
import type { PlanAnswer } from '../view/api.ts';
import { planAnswer } from '../view/plan-answer.ts';
import type { Client } from './client.ts';
import { findMissing } from './missing.ts';
import { planBatch, type Frozen, type Planned } from './plan-batch.ts';
import { findRunningBatch } from './running-batch.ts';
import { requireSchedule } from './schedule.ts';
import { selectWorks } from './select-works.ts';
import { lookAtTrust } from './trust.ts';

export interface Preview extends Planned {
  /** How many works were chosen. */
  readonly selected: number;
}

/** The plan of a request, as a start would freeze it. Throws a Problem where there can be none. */
export const planSelection = async (client: Client, request: PlanRequest, frozen: Frozen = {}): Promise<Preview> => {
  const { schedule, wishes, count } = await selectWorks(client, await requireSchedule(client), request);
  return { ...(await planBatch(client, schedule, wishes, frozen)), selected: count };
};

/** A plan with everything that a person should know before it is started. `name`: under which it is saved. */
export const describePlan = async (
  client: Client,
  plan: Plan,
  about: { readonly name: string | null; readonly delivered: readonly string[]; readonly selected: number },
): Promise<PlanAnswer> => {
  const config = await client.readConfig();
  return planAnswer({
    plan,
    now: client.clock.now(),
    ...about,
    missing: await findMissing(client, plan),
    guards: {
      confirm_above: config.batch.confirm_above,
      needs_trust: !(await lookAtTrust(client)).isTrusted,
      unfinished_batch: (await findRunningBatch(client))?.id ?? null,
    },
    mask: makeMask({ ...client.env, ...config.env }),
  });
};
