/** Valid records that tests of this folder change. */
import { asWorkId } from '../../src/core/work.ts';
import type { Plan, PlannedWork } from '../../src/core/plan.ts';
import { completeWork } from '../../src/protocol/schedule.ts';
import { makePlan, makeStage } from '../support/plan.ts';

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
  ...makePlan({
    plan_hash: 'p',
    batch_run_id: 'b',
    created_at: '2026-01-31T08:00:00.000Z',
    root: '/r',
    engine: 'tmux',
    settings: {
      base_branch: null,
      max_parallel: 5,
      min_free_disk_bytes: 1,
      resources: { anthropic: { slots: 2, per_minute: null, cooldown_ms: 60_000 } },
    },
    workflows: [
      {
        name: 'wf',
        worktree: true,
        stages: [makeStage('run', { run: ['npm', 'test'], uses: ['anthropic'], requires: ['clean'], env: ['KEY'] })],
      },
    ],
    works: [],
  }),
  works,
});
