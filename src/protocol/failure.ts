/** Shapes of failures and of what a result file says, as they stand in journal lines. */
import type { Failure, StageResult } from '../core/failure.ts';
import { integer, list, number, object, oneOf, optional, text, union } from './shape.ts';
import type { Shape } from './shape.ts';

const staged = { stage: text(), message: text() };

/** A `Failure`. */
export const failureShape: Shape = union<Failure, 'reason'>('reason', {
  exit: { ...staged, code: integer(-0x80000000) },
  signal: { ...staged, signal: text() },
  timeout: { ...staged, limit_ms: number(0) },
  run_time: { ...staged, limit_ms: number(0) },
  idle: { ...staged, limit_ms: number(0) },
  asked: staged,
  not_started: staged,
  unproven: { ...staged, missing: text() },
  gate: staged,
  bad_result: staged,
  visits: { ...staged, limit: integer(0) },
  throttled: { ...staged, limit: integer(0) },
  lost: staged,
  setup: { ...staged, stage: oneOf('setup') },
  base_conflict: { ...staged, stage: oneOf('base'), files: list(text()) },
  base_missing: { ...staged, stage: oneOf('base') },
  not_ours: { ...staged, stage: oneOf('worktree') },
  worktree: { ...staged, stage: oneOf('worktree') },
  push_rejected: { ...staged, stage: oneOf('push') },
  push_refused: { ...staged, stage: oneOf('push') },
  unreachable: { ...staged, stage: oneOf('push', 'base') },
});

/** A `StageResult`: the form of SPEC 5. */
export const stageResultShape: Shape = object<StageResult>({
  outcome: oneOf('next', 'repeat', 'goto', 'complete', 'fail', 'blocked'),
  to: optional(text()),
  message: optional(text()),
  question: optional(text()),
  quality: optional(number(0, 1)),
  cost_usd: optional(number(0)),
  tokens: optional(number(0)),
});
