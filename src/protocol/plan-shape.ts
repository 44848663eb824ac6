/** Shapes of a plan's parts; the journal holds planned works, too. */
import type { Budget } from '../core/budget.ts';
import type { DurationClass } from '../core/durations.ts';
import type {
  PlannedWork,
  Plan,
  Previous,
  Resource,
  RetryPolicy,
  Settings,
  Stage,
  StagePrompt,
  Workflow,
} from '../core/plan.ts';
import type { StageTree } from '../core/stage-tree.ts';
import { flag, integer, list, matching, nullable, number, object, oneOf, optional, record, text } from './shape.ts';
import type { Shape } from './shape.ts';
import { groupsShape, idShape, nameShape, workLimit, workMembers } from './work.ts';

const command: Shape = matching(
  'a command (text, or a list of texts)',
  (value) =>
    typeof value === 'string' ||
    (Array.isArray(value) && value.length > 0 && value.every((word) => typeof word === 'string')),
);

const retryShape: Shape = object<RetryPolicy>({
  max_attempts: integer(1),
  initial_ms: number(0),
  factor: number(0),
  max_ms: number(0),
  jitter: number(0, 1),
});

const promptShape: Shape = object<StagePrompt>({
  agent: nameShape,
  model: nullable(text()),
  file: text(),
  text: text(),
});

/** Also of a stage that came with works. */
export const treeShape: Shape = object<StageTree>({
  module: text(4096),
  root: text(65_536),
  threads: matching('"auto" or a whole number from 1', (value) => value === 'auto' || integer(1, 1024)(value) === null),
  min_siblings: integer(1),
  min_subtree: integer(1),
  output: text(4096),
});

const stageShape: Shape = object<Stage>({
  name: nameShape,
  run: command,
  timeout_ms: number(0),
  idle_timeout_ms: nullable(number(0)),
  retry: retryShape,
  uses: list(nameShape),
  requires: list(text()),
  env: list(text()),
  parser: nullable(text()),
  max_visits: integer(1),
  on_waiting: text(),
  waiting_patterns: optional(list(text())),
  prompt: optional(promptShape),
  tree: optional(treeShape),
});

const workflowShape: Shape = object<Workflow>({
  name: nameShape,
  worktree: flag,
  stages: matching('at least one stage', (value) => !Array.isArray(value) || value.length > 0),
});

const stagesShape: Shape = object({ stages: list(stageShape) });

const resourceShape: Shape = object<Resource>({
  slots: nullable(integer(1)),
  per_minute: nullable(number(0)),
  cooldown_ms: number(0),
  patterns: optional(list(text())),
});

const budgetShape: Shape = object<Budget>({
  cost_usd: nullable(number(0)),
  tokens: nullable(number(0)),
  minutes: nullable(number(0)),
});

const settingsShape: Shape = object<Settings>({
  base_branch: nullable(text()),
  max_parallel: integer(1),
  on_failure: oneOf('skip-dependents', 'stop-new', 'stop-all'),
  dependency_base: oneOf('stack', 'base'),
  stop_grace_ms: number(0),
  cooldown_ms: number(0),
  max_works: nullable(integer(1)),
  worktree_root: text(),
  worktree_copy: list(text()),
  worktree_link: list(text()),
  worktree_setup: nullable(command),
  worktree_setup_timeout_ms: number(0),
  cleanup_worktree: flag,
  port_base: integer(0, 65535),
  ports_per_slot: integer(0, 65535),
  min_free_disk_bytes: number(0),
  push_enabled: flag,
  push_remote: text(),
  push_when: oneOf('stage', 'end'),
  resources: record(resourceShape),
  budget: optional(budgetShape),
  work_budget: optional(budgetShape),
  max_load: optional(nullable(number(0))),
  min_free_memory_bytes: optional(nullable(number(0))),
});

const previousShape: Shape = object<Previous>({
  batch_run_id: text(),
  was_completed: flag,
  place: nullable(object({ worktree: text(), branch: text(), base_commit: text() })),
  pushed_commit: nullable(text()),
  own_heads: list(text()),
  begun_in: optional(list(text())),
});

/** A work in its place in the plan. */
export const plannedWorkShape: Shape = object<PlannedWork>({
  ...workMembers,
  workflow: nameShape,
  order: integer(0),
  level: integer(0),
  why: text(),
  branch: nullable(text()),
  worktree: nullable(text()),
  expected_seconds: number(0),
  content_hash: text(),
  delivered_dependencies: list(object({ id: idShape, commit: nullable(text()) })),
  previous: nullable(previousShape),
});

const durationShape: Shape = object<DurationClass>({
  workflow: nameShape,
  group: nullable(text()),
  stage: nullable(text()),
  seconds: number(0),
  below: number(0),
  above: number(0),
  works: integer(1),
});

/** A whole plan. */
export const planShape: Shape = object<Plan>({
  version: integer(1, 1),
  plan_hash: text(),
  batch_run_id: text(),
  created_at: text(),
  root: text(),
  in_repository: flag,
  parallel: integer(1),
  engine: oneOf('tmux', 'process'),
  until: nullable(text()),
  settings: settingsShape,
  workflows: record((value) => workflowShape(value) ?? stagesShape(value)),
  groups: groupsShape,
  works: list(plannedWorkShape, workLimit),
  warnings: list(text()),
  durations: optional(list(durationShape)),
});
