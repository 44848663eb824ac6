/** `start` of a plan that somebody has looked at: everything that stands in the way is refused, then the batch begins. */
import type { Plan } from '../core/plan.ts';
import type { BatchState } from '../core/state.ts';
import { checkEnvironment } from './check-environment.ts';
import type { Client } from './client.ts';
import { emptyPlan, requireFinished, startBatch } from './start.ts';
import { requireTrust, type TrustQuestion } from './trust.ts';

export interface StartWishes {
  readonly fresh: boolean;
  /** Whom to ask where commands are not trusted yet. */
  readonly person: TrustQuestion;
  /** Throws where a person has not confirmed so large a plan. */
  confirm(plan: Plan): Promise<void>;
}

export interface Begun {
  readonly batchRunId: string;
  readonly state: BatchState;
}

/** Returns when scheduler and workers have answered. Throws a Problem, and has then changed nothing. */
export const startPlanned = async (client: Client, plan: Plan, wishes: StartWishes): Promise<Begun> => {
  if (plan.works.length === 0) throw emptyPlan(client);
  if (!wishes.fresh) await requireFinished(client);
  await requireTrust(client, wishes.person);
  await wishes.confirm(plan);
  await checkEnvironment(client, plan);
  const { journal, state } = await startBatch(client, plan, { fresh: wishes.fresh });
  await journal.close();
  return { batchRunId: plan.batch_run_id, state };
};
