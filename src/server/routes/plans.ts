/** Saved plans, and the frozen plans of batches. */
import type { Context } from 'hono';
import { describePlan } from '../../client/preview.ts';
import { removePlan, requireFreeName, requirePlan, savePlan } from '../../client/plans.ts';
import type { Plan } from '../../core/plan.ts';
import type { CloneRequest } from '../../protocol/api-request.ts';
import { cloneRequest } from '../../protocol/api-schema.ts';
import type { PlanListAnswer, SavedPlanAnswer } from '../../view/api.ts';
import { notFound } from '../refused.ts';
import { limits, type Route } from '../route.ts';
import { timeNow, type Scope } from '../scope.ts';
import { feedOf } from './watch.ts';

export const plansRoutes = (scope: Scope): readonly Route[] => [
  {
    method: 'get',
    path: '/plans',
    summary: 'Saved plans',
    answer: { status: 200, schema: 'PlanListAnswer' },
    changes: false,
    limit: limits.read,
    handle: async (context) => context.json(await listPlans(scope)),
  },
  {
    method: 'get',
    path: '/plans/:name',
    summary: 'A saved plan, with its works as a selection',
    answer: { status: 200, schema: 'SavedPlanAnswer' },
    changes: false,
    limit: limits.plan,
    handle: async (context) => {
      const name = nameOf(context);
      return context.json(await describe(scope, await requirePlan(scope.client, name), name));
    },
  },
  {
    method: 'delete',
    path: '/plans/:name',
    summary: 'Removes a saved plan',
    answer: { status: 204 },
    changes: true,
    limit: limits.write,
    handle: async (context) => {
      const name = nameOf(context);
      await requirePlan(scope.client, name);
      await removePlan(scope.client, name);
      return context.body(null, 204);
    },
  },
  {
    method: 'post',
    path: '/plans/:name/clone',
    summary: 'Keeps a saved plan under another name, too',
    body: cloneRequest,
    answer: { status: 201, schema: 'SavedPlanAnswer' },
    changes: true,
    limit: limits.write,
    handle: async (context, body) => {
      const { name } = body as CloneRequest;
      const plan = await requirePlan(scope.client, nameOf(context));
      await requireFreeName(scope.client, name, false);
      await savePlan(scope.client, name, { plan, replace: false });
      return context.json(await describe(scope, plan, name), 201);
    },
  },
  {
    method: 'get',
    path: '/:batch_run_id/plan',
    summary: 'The frozen plan of a batch, with its works as a selection: what a clone of the run begins with',
    answer: { status: 200, schema: 'SavedPlanAnswer' },
    changes: false,
    limit: limits.plan,
    handle: async (context) => {
      const { journal } = await feedOf(scope, context);
      return context.json(await describe(scope, journal.plan, null));
    },
  },
];

/** What cannot be a name of a plan is one that is not there. */
const nameOf = (context: Context): string => {
  const name = context.req.param('name') ?? '';
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(name)) return name;
  throw notFound('there is no such plan', 'its name', 'GET /plans lists their names');
};

const describe = async ({ client }: Scope, plan: Plan, name: string | null): Promise<SavedPlanAnswer> => {
  const works = plan.works.map(({ id }) => id);
  const about = { name, delivered: [], selected: works.length };
  return {
    ...(await describePlan(client, plan, about)),
    selection: { base: 'none', rules: [], exceptions: works },
    group_order: plan.groups.order,
    pinned: plan.groups.pinned,
  };
};

const listPlans = async (scope: Scope): Promise<PlanListAnswer> => {
  const { store } = scope.client;
  const plans: PlanListAnswer['plans'][number][] = [];
  for (const name of await store.listPlans()) {
    // One that cannot be read must not hide the others.
    const plan = await store.readPlan(name).catch(() => null);
    if (plan === null) continue;
    plans.push({ name, created_at: plan.created_at, plan_hash: plan.plan_hash, works: plan.works.length });
  }
  return { at: timeNow(scope), plans };
};
