/** Schemas of the answers, for the OpenAPI document. Each is held to the type that the pages read. */
import { z } from 'zod';
import { sourceTypes } from '../core/work.ts';
import type {
  BatchListAnswer,
  CatalogueAnswer,
  ControlAnswer,
  ErrorAnswer,
  ItemAnswer,
  ItemsAnswer,
  LogListAnswer,
  PlanAnswer,
  PlanListAnswer,
  RunsAnswer,
  SavedPlanAnswer,
  StatusAnswer,
} from '../view/api.ts';
import type { ReportDocument } from '../view/report.ts';

const text = z.string();
const maybe = text.nullable();
const texts = z.array(text);
const count = z.int().min(0);
const amount = z.number();
const time = z.iso.datetime();
const maybeTime = time.nullable();
const share = amount.min(0).max(1).nullable();
const shown = z.enum(['queued', 'running', 'completed', 'failed', 'skipped', 'stopped']);
const batchState = z.enum(['planned', 'running', 'paused', 'stopping', 'stopped', 'completed']);
const engine = z.enum(['tmux', 'process']);

const counts = z.strictObject({
  ...{ queued: count, running: count, completed: count, failed: count },
  ...{ skipped: count, stopped: count, total: count },
});

const source = z.strictObject({ type: z.enum(sourceTypes), ref: text, url: text.optional() });
const stamped = { at: time, batch_run_id: text, seq: count };

const item = z.strictObject({
  ...{ id: text, title: text, group: maybe, state: shown, reason: maybe, attempts: count },
  ...{ stage: maybe, stage_index: count, stage_count: count, phase: maybe, progress: share },
  ...{ pid: count.nullable(), last_output: texts, source },
  ...{ started_at: maybeTime, ended_at: maybeTime, duration_ms: amount.nullable() },
  ...{ branch: maybe, worktree: maybe, base_commit: maybe, commit: maybe, pushed: z.boolean() },
  dependencies: texts,
  needs_attention: z.strictObject({ since: time, question: text }).nullable(),
  last_error: maybe,
});

const activity = z.strictObject({
  ...{ seq: count, at: time, id: maybe, actor: text, before: maybe, after: maybe, text },
});

const worker = z.strictObject({
  id: text,
  session: maybe,
  state: z.enum(['starting', 'idle', 'running', 'waiting', 'dead']),
  ...{ work_id: maybe, stage: maybe, pid: count.nullable() },
});

const status = z.looseObject({
  at: time,
  seq: count,
  ...{ batch_run_id: maybe, state: batchState.nullable(), plan_hash: maybe },
  ...{ created_at: maybeTime, started_at: maybeTime, ended_at: maybeTime, parallel: count.nullable() },
  ...{ counts, throughput_per_hour: amount, eta_seconds: amount.nullable() },
  ...{ eta_low_seconds: amount.nullable(), eta_high_seconds: amount.nullable() },
  scheduler: z.strictObject({ running: z.boolean(), pid: count.nullable(), session: maybe }),
  workers: z.array(worker),
  items: z.array(item),
  recent_failures: z.array(z.strictObject({ id: text, at: time, stage: text, reason: text })),
  activity: z.array(activity),
});

const runs = z.array(
  z.strictObject({
    ...{ id: text, worker: text, attempt: count, stage: text, started_at: time, ended_at: maybeTime },
    outcome: z.enum(['running', 'passed', 'failed', 'stopped', 'given back']),
    note: maybe,
  }),
);

const catalogueWork = z.strictObject({
  ...{ id: text, title: text, group: maybe, model: maybe, variant: maybe, priority: count, workflow: text },
  ...{ dependencies: texts, labels: texts, source },
  last: z.strictObject({ batch_run_id: text, state: shown, at: maybeTime, quality: share }).nullable(),
});

const plannedStage = z.strictObject({
  ...{ name: text, command: text, agent: maybe, model: maybe, timeout_ms: amount, max_attempts: count },
  ...{ requires: texts, uses: texts },
});

const settings = z.strictObject({
  ...{ engine, parallel: count, max_parallel: count, base_branch: maybe, push: text, on_failure: text },
  resources: z.array(z.strictObject({ name: text, slots: count.nullable() })),
  budget: z.array(z.strictObject({ name: text, limit: amount })),
  workflows: z.array(
    z.strictObject({ name: text, worktree: z.boolean(), works: count, stages: z.array(plannedStage) }),
  ),
});

/** Members that the dry run's document may gain are let through. */
const plan = z.looseObject({
  ...{ at: time, name: maybe, plan_hash: text, parallel: count },
  items: z.array(
    z.looseObject({
      ...{ id: text, order: count, level: count, dependencies: texts, why: text, estimate_seconds: amount },
    }),
  ),
  critical_path: texts,
  ...{ estimate_seconds: amount, estimate_low_seconds: amount, estimate_high_seconds: amount },
  what_if: z.array(z.looseObject({ parallel: count, estimate_seconds: amount })),
  warnings: texts,
  delivered: texts,
  totals: z.strictObject({
    ...{ selected: count, works: count, jobs: count },
    groups: z.array(z.strictObject({ group: maybe, works: count })),
  }),
  band: z.enum(['fast', 'standard', 'thorough']),
  settings,
  missing: z.array(z.strictObject({ kind: z.enum(['program', 'variable']), name: text, needed_by: text, hint: text })),
  guards: z.strictObject({
    ...{ is_empty: z.boolean(), confirm_above: count, needs_confirmation: z.boolean(), needs_trust: z.boolean() },
    unfinished_batch: maybe,
  }),
});

const reportItem = z.strictObject({
  ...{ id: text, title: text, group: maybe, state: shown, attempts: count },
  ...{ started_at: maybeTime, ended_at: maybeTime, duration_ms: amount.nullable() },
  ...{ branch: maybe, worktree: maybe, base_commit: maybe, commit: maybe, pushed: z.boolean() },
  ...{ failed_stage: maybe, why: maybe, what_to_do: maybe, quality: share, notes: texts },
});

/** By the names that routes give. */
export const answerSchemas = {
  LatestAnswer: z.strictObject({ at: time, batch_run_id: maybe }),
  BatchListAnswer: z.strictObject({
    at: time,
    batches: z.array(
      z.strictObject({
        ...{ batch_run_id: text, state: batchState, plan_hash: text },
        ...{ created_at: time, started_at: maybeTime, ended_at: maybeTime, parallel: count, counts },
      }),
    ),
  }) satisfies z.ZodType<BatchListAnswer>,
  CatalogueAnswer: z.strictObject({
    ...{ at: time, root: text, schedule_created_at: maybe },
    groups: z.strictObject({ order: texts, pinned: texts }),
    ...{ workflows: texts, default_workflow: text, default_parallel: count, max_parallel: count },
    ...{ confirm_above: count, read_only: z.boolean(), works: z.array(catalogueWork) },
  }) satisfies z.ZodType<CatalogueAnswer>,
  PlanAnswer: plan satisfies z.ZodType<PlanAnswer>,
  SavedPlanAnswer: plan.extend({
    selection: z.strictObject({ base: z.literal('none'), rules: z.tuple([]), exceptions: texts }),
    group_order: texts,
    pinned: texts,
  }) satisfies z.ZodType<SavedPlanAnswer>,
  PlanListAnswer: z.strictObject({
    at: time,
    plans: z.array(z.strictObject({ name: text, created_at: time, plan_hash: text, works: count })),
  }) satisfies z.ZodType<PlanListAnswer>,
  ControlAnswer: z.strictObject({
    ...stamped,
    plan_hash: text,
    state: text,
    counts,
  }) satisfies z.ZodType<ControlAnswer>,
  StatusAnswer: status satisfies z.ZodType<StatusAnswer>,
  ItemsAnswer: z.strictObject({ ...stamped, counts, items: z.array(item) }) satisfies z.ZodType<ItemsAnswer>,
  ItemAnswer: z.strictObject({
    ...stamped,
    ...{ item, runs, why: z.strictObject({ sentence: text, command: maybe }) },
  }) satisfies z.ZodType<ItemAnswer>,
  RunsAnswer: z.strictObject({ ...stamped, critical_path: texts, runs }) satisfies z.ZodType<RunsAnswer>,
  ReportAnswer: z.looseObject({
    ...{ at: time, version: z.literal(1), batch_run_id: text, plan_hash: text, state: batchState, reason: maybe },
    ...{ parallel: count, created_at: time, started_at: maybeTime, ended_at: maybeTime },
    ...{ duration_ms: amount.nullable(), counts, summary: text, items: z.array(reportItem) },
  }) satisfies z.ZodType<ReportDocument>,
  LogListAnswer: z.strictObject({
    ...{ at: time, batch_run_id: text, id: text },
    logs: z.array(z.strictObject({ name: text, attempt: count, stage: text, bytes: count })),
  }) satisfies z.ZodType<LogListAnswer>,
  ErrorAnswer: z.strictObject({
    at: time,
    error: z.strictObject({
      ...{ code: text, what: text, where: text, hint: text },
      issues: z.array(z.strictObject({ path: text, message: text })).optional(),
      difference: texts.optional(),
    }),
  }) satisfies z.ZodType<ErrorAnswer>,
} as const;

export type AnswerName = keyof typeof answerSchemas;
