/**
 * Schemas of what the server takes: they check bodies, and the OpenAPI document is made of them. The types are in
 * `api-request.ts`, which the pages import without the schema library.
 */
import { z } from 'zod';
import type {
  BatchRequest,
  CloneRequest,
  PlanRequest,
  ResumeRequest,
  RetryRequest,
  SkipRequest,
  StartRequest,
  StopRequest,
  WorksRequest,
} from './api-request.ts';
import { workLimit } from './work.ts';

/** A body is at most this long. */
export const bodyLimitBytes = 1024 * 1024;

const ruleLimit = 1000;
const groupLimit = 10_000;
const answerLimit = 10_000;

/** Ids, groups and the like are looked up, never interpreted. */
const word = z.string().min(1).max(200);
const workId = z.string().min(1).max(80);
const workIds = z.array(workId).min(1).max(workLimit);
const fileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/);
const groups = z.array(word).max(groupLimit);
const parallel = z.union([z.int().min(1).max(10_000), z.literal('auto')]);

const filter = z.strictObject({
  text: z.string().max(500).optional(),
  groups: z.array(z.string().max(200)).max(groupLimit).optional(),
  models: z.array(z.string().max(500)).max(groupLimit).optional(),
  variants: z.array(z.string().max(500)).max(groupLimit).optional(),
});

const selection = z.strictObject({
  base: z.enum(['all', 'none']),
  rules: z
    .array(z.strictObject({ set: z.enum(['include', 'exclude', 'invert']), filter }))
    .max(ruleLimit)
    .default([]),
  exceptions: z.array(workId).max(workLimit).default([]),
});

const wishes = {
  selection,
  group_order: groups.optional(),
  pinned: groups.optional(),
  parallel: parallel.optional(),
  workflow: word.optional(),
  engine: z.enum(['tmux', 'process']).optional(),
  until: word.optional(),
  allow_missing: z.boolean().optional(),
  rerun: z.boolean().optional(),
};

const batch = { batch_run_id: fileName.optional() };

export const planRequest = z.strictObject({
  ...wishes,
  save_as: fileName.optional(),
  replace: z.boolean().optional(),
}) satisfies z.ZodType<PlanRequest>;

export const startRequest = z.strictObject({
  ...wishes,
  plan_hash: z.string().regex(/^[0-9a-f]{64}$/),
  confirm: z.int().min(0).optional(),
}) satisfies z.ZodType<StartRequest>;

export const batchRequest = z.strictObject(batch) satisfies z.ZodType<BatchRequest>;

export const resumeRequest = z.strictObject({
  ...batch,
  parallel: parallel.optional(),
  no_failed: z.boolean().optional(),
}) satisfies z.ZodType<ResumeRequest>;

export const stopRequest = z.strictObject({
  ...batch,
  force: z.boolean().optional(),
  drain: z.boolean().optional(),
  ids: workIds.optional(),
}) satisfies z.ZodType<StopRequest>;

export const worksRequest = z.strictObject({ ...batch, ids: workIds }) satisfies z.ZodType<WorksRequest>;

export const retryRequest = z.strictObject({
  ...batch,
  ids: workIds,
  from: word.optional(),
  rerun: z.boolean().optional(),
  answer: z.string().max(answerLimit).optional(),
}) satisfies z.ZodType<RetryRequest>;

export const skipRequest = z.strictObject({
  ...batch,
  ids: workIds,
  satisfied: z.boolean().optional(),
}) satisfies z.ZodType<SkipRequest>;

export const cloneRequest = z.strictObject({ name: fileName }) satisfies z.ZodType<CloneRequest>;
