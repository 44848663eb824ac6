/** Plans made by chance, and a maker of plans for tests that need a certain one. */
import { levels } from '../../src/core/graph.ts';
import type { Plan, PlannedWork, Resource, Settings, Stage, Workflow } from '../../src/core/plan.ts';
import { rank } from '../../src/core/rank.ts';
import { asWorkId } from '../../src/core/work.ts';
import type { Random } from './random.ts';

/** What a test says of a work; the rest is made up. */
export interface WorkWish extends Partial<Omit<PlannedWork, 'id' | 'dependencies' | 'conflicts'>> {
  readonly id: string;
  readonly dependencies?: readonly string[];
  readonly conflicts?: readonly string[];
}

export interface PlanWish {
  readonly works: readonly WorkWish[];
  readonly workflows?: readonly Workflow[];
  readonly settings?: Partial<Settings>;
  readonly parallel?: number;
  readonly until?: string | null;
  readonly groups?: Plan['groups'];
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
  worktree: `/repository/.worktrees/${wish.id}`,
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
export const makePlan = (wish: PlanWish): Plan => {
  const groups = wish.groups ?? { order: [], pinned: [] };
  const works = wish.works.map(makeWork);
  const byId = new Map<string, PlannedWork>(works.map((work) => [work.id, work]));
  const level = levels([...byId.keys()], (id) => byId.get(id)?.dependencies ?? []);
  const workflows = wish.workflows ?? [{ name: 'plain', worktree: true, stages: [makeStage('only')] }];
  return {
    version: 1,
    plan_hash: 'hash',
    batch_run_id: 'batch',
    created_at: '2026-01-01T00:00:00.000Z',
    root: '/repository',
    in_repository: true,
    parallel: wish.parallel ?? 2,
    engine: 'process',
    until: wish.until ?? null,
    settings: { ...plainSettings, ...wish.settings },
    workflows: Object.fromEntries(workflows.map((workflow) => [workflow.name, workflow])),
    groups,
    works: rank(works, groups).map(({ work, why }, order) => ({ ...work, order, why, level: level.get(work.id) ?? 0 })),
    warnings: [],
  };
};

const plainSettings: Settings = {
  base_branch: 'main',
  max_parallel: 100,
  on_failure: 'skip-dependents',
  dependency_base: 'stack',
  stop_grace_ms: 10_000,
  cooldown_ms: 0,
  max_works: null,
  worktree_root: '/repository/.worktrees',
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

/** A plan made by chance and works that may be added to it later. */
export const randomPlan = (random: Random): { readonly plan: Plan; readonly spare: readonly PlannedWork[] } => {
  const size = random.chance(0.02) ? random.int(30, 60) : random.int(2, 22);
  const resources = randomResources(random);
  const names = Object.keys(resources);
  const workflows = Array.from({ length: random.int(1, 3) }, (_, i) => randomWorkflow(random, `flow-${i}`, names));
  const density = random.next() * 0.35;
  const works = Array.from({ length: size + 3 }, (_, i): WorkWish => {
    const earlier = Array.from({ length: i }, (__, j) => `w${j}`);
    const isSpare = i >= size;
    return {
      id: `w${i}`,
      workflow: random.pick(workflows).name,
      priority: random.chance(0.2) ? random.int(1, 5) : 3,
      expected_seconds: random.int(1, 600),
      dependencies: earlier.filter((__, j) => random.chance(j > i - 4 ? density : density / 4)),
      conflicts: i > 0 && random.chance(0.1) ? [`w${random.int(0, Math.min(i, size) - 1)}`] : [],
      uses: names.length > 0 && random.chance(0.15) ? [random.pick(names)] : [],
      ...(isSpare ? { dependencies: earlier.slice(0, size).filter(() => random.chance(density / 3)) } : {}),
    };
  });
  const plan = makePlan({
    works: works.slice(0, size),
    workflows,
    parallel: random.int(1, 4),
    until: random.chance(0.04) ? 'stage-0' : null,
    settings: {
      on_failure: random.pick(['skip-dependents', 'skip-dependents', 'skip-dependents', 'stop-new', 'stop-all']),
      max_works: random.chance(0.1) ? random.int(1, size) : null,
      cooldown_ms: random.chance(0.15) ? random.int(1, 60_000) : 0,
      push_enabled: random.chance(0.9),
      push_when: random.pick(['stage', 'end']),
      resources,
    },
  });
  return { plan, spare: works.slice(size).map(makeWork) };
};

const randomResources = (random: Random): Record<string, Resource> =>
  Object.fromEntries(
    ['tokens', 'database'].slice(0, random.int(0, 2)).map((name): [string, Resource] => [
      name,
      {
        slots: random.chance(0.6) ? random.int(1, 2) : null,
        per_minute: random.chance(0.4) ? random.int(1, 4) : null,
        cooldown_ms: random.int(1_000, 120_000),
      },
    ]),
  );

const randomWorkflow = (random: Random, name: string, resources: readonly string[]): Workflow => ({
  name,
  worktree: random.chance(0.8),
  stages: Array.from({ length: random.pick([1, 1, 2, 2, 3]) }, (_, i) =>
    makeStage(`stage-${i}`, {
      uses: resources.length > 0 && random.chance(0.3) ? [random.pick(resources)] : [],
      max_visits: random.int(1, 3),
      retry: {
        max_attempts: random.int(1, 3),
        initial_ms: random.int(1_000, 60_000),
        factor: 2,
        max_ms: 300_000,
        jitter: random.pick([0, 0.2]),
      },
    }),
  ),
});
