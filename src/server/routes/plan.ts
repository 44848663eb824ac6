/** From a selection to a plan, and from a plan to a batch. */
import { describePlan, planSelection } from '../../client/preview.ts';
import { savePlan } from '../../client/plans.ts';
import { startPlanned } from '../../client/start-planned.ts';
import { nobody } from '../../client/trust.ts';
import type { Plan } from '../../core/plan.ts';
import type { PlanRequest, StartRequest } from '../../protocol/api-request.ts';
import { planRequest, startRequest } from '../../protocol/api-schema.ts';
import { planDifference } from '../../view/plan-difference.ts';
import { controlAnswer } from '../control-answer.ts';
import { Refused } from '../refused.ts';
import { limits, type Route } from '../route.ts';
import type { Scope } from '../scope.ts';

export const planRoutes = (scope: Scope): readonly Route[] => [
  {
    method: 'post',
    path: '/plan',
    summary: 'What would run, in which order, and why; `save_as` keeps it. Nothing is started',
    body: planRequest,
    answer: { status: 200, schema: 'PlanAnswer' },
    changes: false,
    limit: limits.plan,
    handle: async (context, body) => {
      const request = body as PlanRequest;
      const { client, previews, isReadOnly } = scope;
      if (request.save_as !== undefined && isReadOnly) throw readOnly();
      const { plan, delivered, selected } = await planSelection(client, request);
      previews.remember(plan);
      const name = request.save_as ?? null;
      if (name !== null) await savePlan(client, name, { plan, replace: request.replace === true });
      return context.json(await describePlan(client, plan, { name, delivered, selected }));
    },
  },
  {
    method: 'post',
    path: '/start',
    summary: 'Starts the plan that was looked at; refused with the difference if it is another by now',
    body: startRequest,
    answer: { status: 201, schema: 'ControlAnswer' },
    changes: true,
    limit: limits.write,
    handle: async (context, body) => {
      const request = body as StartRequest;
      const seen = scope.previews.find(request.plan_hash);
      const { plan } = await planSelection(scope.client, request, seen === null ? {} : { durations: seen.durations });
      if (plan.plan_hash !== request.plan_hash) throw otherPlan(scope, request.plan_hash, plan);
      const { state } = await startPlanned(scope.client, plan, {
        fresh: false,
        person: nobody,
        confirm: (large) => requireConfirmation(scope, large, request.confirm),
      });
      return context.json(controlAnswer(scope, state), 201);
    },
  },
];

export const readOnly = (): Refused =>
  new Refused({
    status: 403,
    what: 'this server changes nothing',
    where: '--read-only',
    hint: 'use the command line, or a server without --read-only',
  });

const otherPlan = ({ previews }: Scope, wanted: string, now: Plan): Refused => {
  const before = previews.find(wanted);
  return new Refused({
    status: 409,
    what: `the plan has changed since it was looked at: it is ${now.plan_hash.slice(0, 12)} now, not ${wanted.slice(0, 12)}`,
    where: 'plan_hash',
    hint: 'look at it again, then start it by its new hash',
    difference: before === null ? ['the plan of this hash was not looked at here lately'] : planDifference(before, now),
  });
};

const requireConfirmation = async ({ client }: Scope, { works }: Plan, typed: number | undefined): Promise<void> => {
  const { confirm_above } = (await client.readConfig()).batch;
  if (works.length <= confirm_above || typed === works.length) return;
  const message =
    typed === undefined
      ? `${works.length} works are more than ${confirm_above}`
      : `${typed} is not the number of works`;
  throw new Refused({
    status: 422,
    what: `so large a batch wants its number of works as confirmation: ${message}`,
    where: 'confirm',
    hint: `send confirm: ${works.length}`,
    issues: [{ path: 'confirm', message: `${works.length} is expected` }],
  });
};
