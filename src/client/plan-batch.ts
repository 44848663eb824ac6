/** Planning: a schedule, a config and a person's wishes become a frozen plan, or a refusal with its reason. */
import { expectationsOf, type DurationClass, type Expectations } from '../core/durations.ts';
import { findCycle, levels } from '../core/graph.ts';
import type { Plan, PlannedWork, Settings, Workflow } from '../core/plan.ts';
import { rank } from '../core/rank.ts';
import { formatTime } from '../core/time.ts';
import type { Schedule, Work, WorkId } from '../core/work.ts';
import { Problem } from '../ports/problem.ts';
import { withCarried } from '../protocol/carried-workflow.ts';
import type { Config } from '../protocol/config.ts';
import { branchOf, folderOf } from '../protocol/id.ts';
import { hashOf, planHash } from '../protocol/plan.ts';
import { runsAlone, toSettings, toWorkflow } from '../protocol/settings.ts';
import type { Client } from './client.ts';
import { distinctPlaces } from './distinct-places.ts';
import { readEarlier, sourceOf, type EarlierWork } from './earlier.ts';
import { readPrompts } from './prompts.ts';
import { learnDurations } from './learnt.ts';
import { warnOfUnknownRemote } from './unpushed.ts';

/** What a person may wish of a run. */
export interface PlanWishes {
  readonly parallel: number | 'auto' | null;
  /** Null: tmux, or what a saved plan says. */
  readonly engine: 'tmux' | 'process' | null;
  readonly only: readonly string[];
  readonly group: string | null;
  readonly until: string | null;
  readonly allowMissing: boolean;
  /** Run what was delivered before, too; `unfinished`: only what was to run again since, and did not complete. */
  readonly rerun: boolean | 'unfinished';
}

export interface Planned {
  readonly plan: Plan;
  /** Works that an earlier batch delivered and that are therefore not in the plan. */
  readonly delivered: readonly WorkId[];
}

/** What an earlier plan keeps: a saved one whatever the config says by now, one that was looked at whatever was learnt since. */
export type Frozen = Partial<Pick<Plan, 'settings' | 'workflows' | 'durations'>>;

export const planBatch = async (
  client: Client,
  schedule: Schedule,
  wishes: PlanWishes,
  frozen: Frozen = {},
): Promise<Planned> => {
  const config = withCarried(await client.readConfig(), schedule.workflows);
  const earlier = await readEarlier(client);
  const learnt = frozen.durations ?? (await learnDurations(client));
  const expectations = expectationsOf(learnt);
  const warnings: string[] = [];
  const chosen = choose(schedule, { wishes, earlier, config, warnings });
  refuseCycle(chosen.works);
  const workflows = frozen.workflows ?? (await findWorkflows(client, config, chosen.works));
  checkUntil(workflows, wishes.until);
  const settings = frozen.settings ?? toSettings(config, client.root);
  const inRepository = client.repository !== null;
  const planned = chosen.works.map((work) =>
    planWork(work, { config, client, settings, workflows, earlier, expectations, chosen: chosen.ids, inRepository }),
  );
  const level = levels(
    planned.map(({ id }) => id),
    dependenciesIn(planned),
  );
  const works = rank(distinctPlaces(planned), schedule.groups).map(({ work, why }, order) => ({
    ...work,
    order,
    level: level.get(work.id) ?? 0,
    why,
  }));
  warnings.push(...(await warnOfUnknownRemote(client, { settings, works })));
  const parallel = chooseParallel(config, { ...wishes, cores: client.cores }, { works, workflows, warnings });
  const body = {
    version: 1,
    root: client.root,
    in_repository: inRepository,
    parallel,
    engine: wishes.engine ?? 'tmux',
    until: wishes.until,
    settings,
    workflows,
    groups: schedule.groups,
    works,
    warnings,
    durations: durationsOf(learnt, workflows),
  } as const;
  const now = client.clock.now();
  const stamp = formatTime(now).replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  const plan: Plan = {
    ...body,
    plan_hash: planHash(body),
    batch_run_id: `${stamp}-${client.makeNonce().slice(0, 6)}`,
    created_at: formatTime(now),
  };
  return { plan, delivered: chosen.delivered };
};

/** Those of the plan's own workflows: the others change nothing of it, nor its hash. */
const durationsOf = (
  learnt: readonly DurationClass[],
  workflows: Readonly<Record<string, Workflow>>,
): readonly DurationClass[] => learnt.filter(({ workflow }) => Object.hasOwn(workflows, workflow));

const dependenciesIn = (works: readonly Pick<Work, 'id' | 'dependencies'>[]): ((id: string) => readonly string[]) => {
  const byId = new Map<string, readonly string[]>(works.map(({ id, dependencies }) => [id, dependencies]));
  return (id) => byId.get(id) ?? [];
};

const refuseCycle = (works: readonly Work[]): void => {
  const path = findCycle(
    works.map(({ id }) => id),
    dependenciesIn(works),
  );
  if (path !== null) throw cycleProblem(path);
};

/** The three lines for a cycle; `create` and `start` say the same. */
export const cycleProblem = (path: readonly string[]): Problem =>
  new Problem({
    what: `the works depend on each other in a circle: ${path.join(' -> ')}`,
    where: `the dependencies of ${path[0] ?? ''}`,
    hint: `take one of these dependencies out, for example: wf0-schedule edit ${path[0] ?? ''} remove-dep=${path[1] ?? ''}`,
    code: 'refused',
  });

interface Choice {
  readonly works: readonly Work[];
  readonly ids: ReadonlySet<string>;
  readonly delivered: readonly WorkId[];
}

interface Choosing {
  readonly wishes: PlanWishes;
  readonly earlier: ReadonlyMap<WorkId, EarlierWork>;
  readonly config: Config;
  readonly warnings: string[];
}

/** The works that this run is about: wished for, not delivered yet, nothing missing. */
const choose = (schedule: Schedule, { wishes, earlier, warnings, config }: Choosing): Choice => {
  const all = new Map<string, Work>(schedule.works.map((work) => [work.id, work]));
  const wished = wishedWorks(schedule, wishes, all);
  const isDelivered = (work: Work): boolean => {
    const before = earlier.get(work.id);
    if (before === undefined || !before.was_completed || before.source !== sourceOf(work)) return false;
    return wishes.rerun !== 'unfinished' || !before.rerun_is_due;
  };
  const delivered = wishes.rerun === true ? [] : wished.filter(isDelivered);
  for (const work of delivered) {
    if (earlier.get(work.id)?.content_hash !== contentHash(work, config))
      warnings.push(`${work.id} was delivered and has changed since; it runs again only with --rerun`);
  }
  const isLeftOut = new Set(delivered);
  const open = wished.filter((work) => !isLeftOut.has(work));
  const ids = new Set<string>(open.map(({ id }) => id));
  const isThere = (id: WorkId): boolean => ids.has(id) || (earlier.get(id)?.was_completed ?? false);
  for (const work of open) checkDependencies(work, { all, isThere, wishes, warnings });
  const works = open.map((work) => ({
    ...work,
    dependencies: work.dependencies.filter((id) => all.has(id) || isThere(id)),
  }));
  return { works, ids, delivered: delivered.map(({ id }) => id) };
};

const wishedWorks = (schedule: Schedule, wishes: PlanWishes, all: ReadonlyMap<string, Work>): readonly Work[] => {
  const byLowerCase = new Map([...all.keys()].map((id) => [id.toLowerCase(), id]));
  const only = new Set(
    wishes.only.map((id) => {
      const known = byLowerCase.get(id.toLowerCase());
      if (known === undefined) throw unknownWork(id);
      return known;
    }),
  );
  const wished = schedule.works.filter(
    (work) => (only.size === 0 || only.has(work.id)) && (wishes.group === null || work.group === wishes.group),
  );
  if (wishes.group !== null && wished.length === 0) {
    const groups = [...new Set(schedule.works.flatMap(({ group }) => group ?? []))];
    const hint = groups.length === 0 ? 'no work has a group' : `groups there are: ${groups.join(', ')}`;
    throw new Problem({ what: `no work is in the group ${wishes.group}`, where: '--group', hint, code: 'refused' });
  }
  return wished;
};

const unknownWork = (id: string): Problem =>
  new Problem({
    what: `there is no work ${id} in the schedule`,
    where: '--only',
    hint: 'see: wf0-schedule show',
    code: 'refused',
    isUnknown: true,
  });

/** A command line with more ids than these is nothing to copy. */
const shownIds = 50;

const checkDependencies = (
  work: Work,
  {
    all,
    isThere,
    wishes,
    warnings,
  }: {
    readonly all: ReadonlyMap<string, Work>;
    readonly isThere: (id: WorkId) => boolean;
    readonly wishes: PlanWishes;
    readonly warnings: string[];
  },
): void => {
  for (const id of work.dependencies) {
    if (isThere(id)) continue;
    if (all.has(id)) {
      const named = [...new Set([...wishes.only, id])];
      const hint = named.length > shownIds ? `add ${id}, too` : `add it: --only ${named.join(' ')}`;
      throw new Problem({
        what: `${work.id} depends on ${id}, which is not finished and not in this run`,
        where: wishes.group === null ? '--only' : '--group',
        hint,
        code: 'refused',
      });
    }
    if (!wishes.allowMissing) {
      const hint = `correct it (wf0-schedule edit ${work.id} remove-dep=${id}), or start with --allow-missing`;
      throw new Problem({
        what: `${work.id} depends on ${id}, which is not in the schedule`,
        where: `the dependencies of ${work.id}`,
        hint,
        code: 'refused',
      });
    }
    warnings.push(`${work.id} depends on ${id}, which is not in the schedule; it runs without it`);
  }
};

const findWorkflows = async (
  client: Client,
  config: Config,
  works: readonly Work[],
): Promise<Readonly<Record<string, Workflow>>> => {
  const names = new Set(works.map(({ workflow }) => workflow ?? config.default_workflow));
  const prompts = await readPrompts(client, config, names);
  return Object.fromEntries([...names].map((name) => [name, toWorkflow(config, name, prompts)]));
};

const checkUntil = (workflows: Readonly<Record<string, Workflow>>, until: string | null): void => {
  if (until === null) return;
  const known = new Set(Object.values(workflows).flatMap(({ stages }) => stages.map(({ name }) => name)));
  if (known.has(until)) return;
  throw new Problem({
    what: `no workflow of these works has a stage ${until}`,
    where: '--until',
    hint: `stages there are: ${[...known].join(', ')}`,
    code: 'usage',
  });
};

interface PlanningWork {
  readonly settings: Settings;
  readonly config: Config;
  readonly client: Client;
  readonly workflows: Readonly<Record<string, Workflow>>;
  readonly earlier: ReadonlyMap<WorkId, EarlierWork>;
  readonly expectations: Expectations;
  readonly chosen: ReadonlySet<string>;
  readonly inRepository: boolean;
}

const planWork = (work: Work, planning: PlanningWork): PlannedWork => {
  const { config, client, settings, workflows, earlier, expectations, chosen, inRepository } = planning;
  const workflow = work.workflow ?? config.default_workflow;
  const hasWorktree = isEntry(work)
    ? config.workflows[workflow]?.worktree === true
    : workflows[workflow]?.worktree === true;
  if (hasWorktree && !inRepository) throw notInRepository(client.root);
  const before = earlier.get(work.id);
  // Field by field: spreading an object of so many names made each work 20 µs, and the whole plan slower to read.
  return {
    id: work.id,
    title: work.title,
    body: work.body,
    source: work.source,
    group: work.group,
    priority: work.priority,
    params: work.params,
    labels: work.labels,
    dependencies: work.dependencies.filter((id) => chosen.has(id)),
    conflicts: work.conflicts,
    estimate_seconds: work.estimate_seconds,
    workflow,
    base: work.base,
    max_run_seconds: work.max_run_seconds,
    uses: work.uses,
    order: 0,
    level: 0,
    why: '',
    branch: hasWorktree ? branchOf(work, config.branch_prefix) : null,
    worktree: hasWorktree ? `${settings.worktree_root}/${folderOf(work.id)}` : null,
    expected_seconds: expectations.secondsOf({ workflow, group: work.group, estimate_seconds: work.estimate_seconds }),
    content_hash: contentHash(work, config),
    delivered_dependencies: work.dependencies
      .filter((id) => !chosen.has(id))
      .map((id) => ({ id, commit: earlier.get(id)?.commit ?? null })),
    previous:
      before === undefined
        ? null
        : {
            batch_run_id: before.batch_run_id,
            was_completed: before.was_completed,
            place: before.place,
            pushed_commit: before.pushed_commit,
            own_heads: before.own_heads,
            ...(before.begun_in.length === 0 ? {} : { begun_in: before.begun_in }),
          },
  };
};

/** Entries of manifests and rows of catalogues run without a worktree, and in parallel, unless their workflow says otherwise itself. */
const isEntry = ({ source }: Pick<Work, 'source'>): boolean => source.type === 'manifest' || source.type === 'catalog';

/** The refusal for works that need a repository where there is none. */
export const notInRepository = (root: string): Problem =>
  new Problem({
    what: 'not in a git repository, and the workflow works in worktrees',
    where: root,
    hint: 'go to a repository (or git init), or give the workflow "worktree": false',
    code: 'refused',
  });

/** Of all that the stages see of a work: tells whether a delivered one has changed since. */
export const contentHash = (work: Work, config: Config): string =>
  hashOf({
    title: work.title,
    body: work.body,
    params: work.params,
    workflow: work.workflow ?? config.default_workflow,
    base: work.base,
  }).slice(0, 16);

const chooseParallel = (
  config: Config,
  wishes: PlanWishes & { readonly cores: number },
  {
    works,
    workflows,
    warnings,
  }: {
    readonly works: readonly PlannedWork[];
    readonly workflows: Readonly<Record<string, Workflow>>;
    readonly warnings: string[];
  },
): number => {
  const wanted = wishes.parallel === 'auto' ? wishes.cores : (wishes.parallel ?? config.batch.default_parallel);
  const most = config.batch.max_parallel;
  if (wanted > most && wishes.parallel !== 'auto')
    warnings.push(`${wanted} workers are more than batch.max_parallel (${most}); ${most} are started`);
  const parallel = Math.max(1, Math.min(wanted, most));
  const isAlone = works.some(
    (work) => !isEntry(work) && workflows[work.workflow]?.worktree === false && runsAlone(config, work.workflow),
  );
  if (!isAlone || parallel === 1) return parallel;
  warnings.push('worktrees are switched off for a workflow that does not ask for it: one work runs at a time');
  return 1;
};
