/** The maker of plans for tests that need a certain one: a test says what matters to it, the rest is made up here. */
import { levels } from '../../src/core/graph.ts';
import type { Plan, PlannedWork, Settings, Stage, Workflow } from '../../src/core/plan.ts';
import { rank } from '../../src/core/rank.ts';
import { asWorkId } from '../../src/core/work.ts';

/** What a test says of a work; the rest is made up. */
export interface WorkWish extends Partial<Omit<PlannedWork, 'id' | 'dependencies' | 'conflicts'>> {
  readonly id: string;
  readonly dependencies?: readonly string[];
  readonly conflicts?: readonly string[];
}

/** What a test says of a plan; the rest is made up. */
export interface PlanWish extends Partial<Omit<Plan, 'works' | 'workflows' | 'settings'>> {
  readonly works: readonly WorkWish[];
  readonly workflows?: readonly Workflow[];
  readonly settings?: Partial<Settings>;
}

export const makeStage = (name: string, wish: Partial<Stage> = {}): Stage => ({
  name,
  run: 'true',
  timeout_ms: 1_800_000,
  idle_timeout_ms: null,
  retry: { max_attempts: 3, initial_ms: 60_000, factor: 2, max_ms: 3_600_000, jitter: 0.2 },
  uses: [],
  requires: [],
  env: [],
  parser: null,
  max_visits: 3,
  on_waiting: 'wait',
  ...wish,
});

export const makeWork = (wish: WorkWish): PlannedWork => ({
  title: wish.id,
  body: '',
  source: { type: 'local', ref: wish.id },
  group: null,
  priority: 3,
  params: {},
  labels: [],
  estimate_seconds: null,
  workflow: 'plain',
  base: null,
  max_run_seconds: null,
  uses: [],
  order: 0,
  level: 0,
  why: '',
  branch: `wf/${wish.id}`,
  worktree: `${defaultRoot}/.worktrees/${wish.id}`,
  expected_seconds: 60,
  content_hash: wish.id,
  delivered_dependencies: [],
  previous: null,
  ...wish,
  id: asWorkId(wish.id),
  dependencies: (wish.dependencies ?? []).map(asWorkId),
  conflicts: (wish.conflicts ?? []).map(asWorkId),
});

/** A plan of these works, in their order of dispatch. */
export const makePlan = ({ works: wished, workflows = [plain], settings, ...wish }: PlanWish): Plan => {
  const { root = defaultRoot, groups = { order: [], pinned: [] } } = wish;
  const works = wished.map((work) => makeWork({ worktree: `${root}/.worktrees/${work.id}`, ...work }));
  const byId = new Map<string, PlannedWork>(works.map((work) => [work.id, work]));
  const level = levels([...byId.keys()], (id) => byId.get(id)?.dependencies ?? []);
  return {
    version: 1,
    plan_hash: 'hash',
    batch_run_id: 'batch',
    created_at: '2026-01-01T00:00:00.000Z',
    in_repository: true,
    parallel: 2,
    engine: 'process',
    until: null,
    warnings: [],
    ...wish,
    root,
    groups,
    settings: { ...plainSettings, worktree_root: `${root}/.worktrees`, ...settings },
    workflows: Object.fromEntries(workflows.map((workflow) => [workflow.name, workflow])),
    works: rank(works, groups).map(({ work, why }, order) => ({ ...work, order, why, level: level.get(work.id) ?? 0 })),
  };
};

const defaultRoot = '/repository';

const plain: Workflow = { name: 'plain', worktree: true, stages: [makeStage('only')] };

const plainSettings: Omit<Settings, 'worktree_root'> = {
  base_branch: 'main',
  max_parallel: 100,
  on_failure: 'skip-dependents',
  dependency_base: 'stack',
  stop_grace_ms: 10_000,
  cooldown_ms: 0,
  max_works: null,
  worktree_copy: [],
  worktree_link: [],
  worktree_setup: null,
  worktree_setup_timeout_ms: 600_000,
  cleanup_worktree: true,
  port_base: 20_000,
  ports_per_slot: 20,
  min_free_disk_bytes: 0,
  push_enabled: true,
  push_remote: 'origin',
  push_when: 'end',
  resources: {},
};
