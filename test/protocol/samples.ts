/** Valid records that tests of this folder change. */
import { asWorkId } from '../../src/core/work.ts';
import type { Plan, PlannedWork } from '../../src/core/plan.ts';
import { completeWork } from '../../src/protocol/schedule.ts';

export const plannedWork = (id: string, order = 0): PlannedWork => ({
  ...completeWork({ id: asWorkId(id), title: `Title of ${id}` }),
  workflow: 'wf',
  order,
  level: 0,
  why: 'it is the first',
  branch: `wf/${id}`,
  worktree: `/r/.worktrees/${id}`,
  expected_seconds: 600,
  content_hash: 'h',
  delivered_dependencies: [],
  previous: null,
});

export const plan = (works: readonly PlannedWork[]): Plan => ({
  version: 1,
  plan_hash: 'p',
  batch_run_id: 'b',
  created_at: '2026-01-31T08:00:00.000Z',
  root: '/r',
  in_repository: true,
  parallel: 2,
  engine: 'tmux',
  until: null,
  settings: {
    base_branch: null,
    max_parallel: 5,
    on_failure: 'skip-dependents',
    dependency_base: 'stack',
    stop_grace_ms: 10_000,
    cooldown_ms: 0,
    max_works: null,
    worktree_root: '/r/.worktrees',
    worktree_copy: [],
    worktree_link: [],
    worktree_setup: null,
    worktree_setup_timeout_ms: 600_000,
    cleanup_worktree: true,
    port_base: 20_000,
    ports_per_slot: 20,
    min_free_disk_bytes: 1,
    push_enabled: true,
    push_remote: 'origin',
    push_when: 'end',
    resources: { anthropic: { slots: 2, per_minute: null, cooldown_ms: 60_000 } },
  },
  workflows: {
    wf: {
      name: 'wf',
      worktree: true,
      stages: [
        {
          name: 'run',
          run: ['npm', 'test'],
          timeout_ms: 1_800_000,
          idle_timeout_ms: null,
          retry: { max_attempts: 3, initial_ms: 60_000, factor: 2, max_ms: 3_600_000, jitter: 0.2 },
          uses: ['anthropic'],
          requires: ['clean'],
          env: ['KEY'],
          parser: null,
          max_visits: 3,
          on_waiting: 'wait',
        },
      ],
    },
  },
  groups: { order: [], pinned: [] },
  works,
  warnings: [],
});
