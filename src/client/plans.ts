/** Saved plans: by name, in `.wf/plans`. */
import type { Plan } from '../core/plan.ts';
import { formatTime } from '../core/time.ts';
import type { Schedule, Work } from '../core/work.ts';
import { Problem } from '../ports/problem.ts';
import { nearest } from '../protocol/nearest.ts';
import type { Client } from './client.ts';
import { quoteId } from './schedule.ts';

/** The plan of this name; throws a Problem that names the nearest. */
export const requirePlan = async (client: Client, name: string): Promise<Plan> => {
  const plan = await client.store.readPlan(name);
  if (plan !== null) return plan;
  const names = await client.store.listPlans();
  const near = nearest(name, names);
  const hint =
    near !== null
      ? `did you mean ${near}? See: wf0-batch plan list`
      : names.length === 0
        ? 'save one: wf0-batch plan save NAME'
        : `plans there are: ${names.slice(0, 20).join(', ')}`;
  throw new Problem({
    what: `there is no plan ${quoteId(name)}`,
    where: `${client.root}/.wf/plans`,
    hint,
    code: 'refused',
  });
};

/** The works of the plan that is saved under this name; null without a name, or if it is none (it may be a hash). */
export const readSavedSchedule = async ({ store }: Client, name: string | undefined): Promise<Schedule | null> => {
  if (name === undefined || !(await store.listPlans()).includes(name)) return null;
  const plan = await store.readPlan(name);
  return plan === null ? null : scheduleOf(plan, plan.created_at);
};

/** The plan's works become the schedule. */
export const loadPlan = async (client: Client, plan: Plan): Promise<Schedule> => {
  await client.prepareFolder();
  const schedule = scheduleOf(plan, formatTime(client.clock.now()));
  await client.store.changeSchedule(() => schedule);
  return schedule;
};

/** The works of a plan as a schedule. */
export const scheduleOf = (plan: Plan, createdAt: string): Schedule => ({
  version: 1,
  created_at: createdAt,
  sources: [],
  groups: plan.groups,
  works: plan.works.map(toWork),
});

/** Without what planning made of it; dependencies that were delivered are named again. */
const toWork = ({
  order: _order,
  level: _level,
  why: _why,
  branch: _branch,
  worktree: _worktree,
  expected_seconds: _seconds,
  content_hash: _hash,
  delivered_dependencies,
  previous: _previous,
  ...work
}: Plan['works'][number]): Work => ({
  ...work,
  dependencies: [...work.dependencies, ...delivered_dependencies.map(({ id }) => id)],
});
