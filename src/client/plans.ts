/** Saved plans: by name, in `.wf/plans`. */
import type { Plan, Stage } from '../core/plan.ts';
import { formatTime } from '../core/time.ts';
import type { CarriedStage, Schedule, Work } from '../core/work.ts';
import { Problem } from '../ports/problem.ts';
import { isCarried } from '../protocol/carried-workflow.ts';
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
    isUnknown: true,
  });
};

/** Keeps a plan under a name; throws a Problem for one that is taken, unless it may be replaced. */
export const savePlan = async (
  client: Client,
  name: string,
  { plan, replace }: { readonly plan: Plan; readonly replace: boolean },
): Promise<void> => {
  await requireFreeName(client, name, replace);
  await client.prepareFolder();
  await client.store.savePlan(name, plan);
};

/** Removes a saved plan; batches that were started from it keep their own. */
export const removePlan = ({ store }: Client, name: string): Promise<void> => store.removePlan(name);

/** Checks the name, too. */
export const requireFreeName = async ({ store, root }: Client, name: string, replace: boolean): Promise<void> => {
  if ((await store.readPlan(name)) === null || replace) return;
  throw new Problem({
    what: `there is a plan ${name} already`,
    where: `${root}/.wf/plans`,
    hint: 'take another name, or replace it with --force',
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
  const schedule = scheduleOf({ ...plan, works: plan.works.map(toWork) }, formatTime(client.clock.now()));
  await client.store.changeSchedule(() => schedule);
  return schedule;
};

/** A plan as a schedule, with the commands that came with its works. */
export const scheduleOf = (
  { groups, works, workflows }: { readonly works: readonly Work[] } & Pick<Plan, 'groups' | 'workflows'>,
  createdAt: string,
): Schedule => ({
  version: 1,
  created_at: createdAt,
  sources: [],
  groups,
  works,
  workflows: Object.fromEntries(
    Object.entries(workflows)
      .filter(([name]) => isCarried(name))
      .map(([name, { worktree, stages }]) => [name, { worktree, stages: stages.map(toCarriedStage) }]),
  ),
});

const toCarriedStage = ({ name, run, timeout_ms, retry: { max_attempts } }: Stage): CarriedStage => ({
  name,
  run,
  timeout: `${timeout_ms}ms`,
  retry: { max_attempts },
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
