/**
 * The policy table: what the end of a stage means. SPEC 5, row by row; rows higher up win.
 *
 *     killed by stop ............................. stopped
 *     timeout, idle, a question nobody may answer .. failure
 *     a signal ................................... failure
 *     exit 75, or a quota pattern and exit ≠ 0 ... throttled
 *     another exit ≠ 0, or no start at all ....... failure
 *     exit 0 and a result file ................... gate
 *     exit 0, something in `requires` missing .... unproven, a failure
 *     exit 0 ..................................... success
 */
import { unreachable } from './bug.ts';
import type { Failure, StageResult } from './failure.ts';
import type { RetryPolicy, Stage, Workflow } from './plan.ts';
import type { StageReport } from './request.ts';

/** What follows from a stage's end. */
export type Verdict =
  /** On to another stage; `next` past the last one: all are done. */
  | { readonly kind: 'passed'; readonly next: number; readonly result: StageResult | null }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly final: boolean }
  | {
      readonly kind: 'throttled';
      readonly resource: string | null;
      readonly until: string | null;
      readonly message: string;
    }
  | { readonly kind: 'blocked'; readonly question: string }
  | { readonly kind: 'stopped' };

/** The exit code of `sysexits.h` for "try again later". */
export const exitThrottled = 75;

/** A stage may be throttled this often in a row before its work fails. */
export const maxThrottles = 20;

/** The verdict over a stage. `visits` counts how often the work came by each stage, this time included. */
export const judge = (workflow: Workflow, index: number, visits: readonly number[], report: StageReport): Verdict => {
  const stage = workflow.stages[index] as Stage;
  const about = { stage: stage.name, message: report.last_line };
  const { end } = report;
  switch (end.kind) {
    case 'stopped':
      return { kind: 'stopped' };
    case 'timed_out':
      return end.limit === 'work'
        ? failed({ reason: 'run_time', limit_ms: end.limit_ms, ...about }, true)
        : failed({ reason: 'timeout', limit_ms: end.limit_ms, ...about });
    case 'idle':
      return failed({ reason: 'idle', limit_ms: end.limit_ms, ...about });
    case 'asked':
      return failed({ reason: 'asked', stage: stage.name, message: end.question });
    case 'signalled':
      return failed({ reason: 'signal', signal: end.signal, ...about });
    case 'not_started':
      return failed({ reason: 'not_started', stage: stage.name, message: end.message });
    case 'exited':
      return end.code === 0 ? judgeExitZero(workflow, index, visits, report) : judgeExit(stage, end.code, report);
    default:
      return unreachable(end);
  }
};

const judgeExit = (stage: Stage, code: number, report: StageReport): Verdict => {
  if (code === exitThrottled || report.quota !== null) {
    const resource = report.quota?.resource ?? stage.uses[0] ?? null;
    return {
      kind: 'throttled',
      resource,
      until: report.quota?.until ?? null,
      message: report.quota?.message ?? report.last_line,
    };
  }
  return failed({ reason: 'exit', stage: stage.name, code, message: report.last_line });
};

const judgeExitZero = (workflow: Workflow, index: number, visits: readonly number[], report: StageReport): Verdict => {
  const stage = workflow.stages[index] as Stage;
  switch (report.result.kind) {
    case 'read':
      return judgeGate(workflow, index, visits, report.result.value);
    case 'bad':
      return failed({ reason: 'bad_result', stage: stage.name, message: report.result.message });
    case 'none':
      if (report.missing !== null)
        return failed({ reason: 'unproven', stage: stage.name, missing: report.missing, message: report.last_line });
      return goTo(workflow, index, visits, index + 1, null);
    default:
      return unreachable(report.result);
  }
};

const judgeGate = (workflow: Workflow, index: number, visits: readonly number[], result: StageResult): Verdict => {
  const stage = workflow.stages[index] as Stage;
  switch (result.outcome) {
    case 'next':
      return goTo(workflow, index, visits, index + 1, result);
    case 'repeat':
      return goTo(workflow, index, visits, index, result);
    case 'complete':
      return { kind: 'passed', next: workflow.stages.length, result };
    case 'fail':
      return failed(
        { reason: 'gate', stage: stage.name, message: result.message ?? 'its result file says fail' },
        true,
      );
    case 'blocked':
      return { kind: 'blocked', question: result.question ?? result.message ?? 'it needs a person' };
    case 'goto': {
      const target = workflow.stages.findIndex(({ name }) => name === result.to);
      if (target >= 0) return goTo(workflow, index, visits, target, result);
      const known = workflow.stages.map(({ name }) => name).join(', ');
      const message = `its result file says goto ${JSON.stringify(result.to ?? null)}, which is no stage of ${workflow.name} (${known})`;
      return failed({ reason: 'bad_result', stage: stage.name, message });
    }
    default:
      return unreachable(result.outcome);
  }
};

const goTo = (
  workflow: Workflow,
  index: number,
  visits: readonly number[],
  next: number,
  result: StageResult | null,
): Verdict => {
  const target = workflow.stages[next];
  if (target !== undefined && (visits[next] ?? 0) >= target.max_visits) {
    const stage = workflow.stages[index] as Stage;
    const message = `${stage.name} leads to ${target.name} again`;
    return failed({ reason: 'visits', stage: target.name, limit: target.max_visits, message }, true);
  }
  return { kind: 'passed', next, result };
};

const failed = (failure: Failure, final = false): Verdict => ({ kind: 'failed', failure, final });

/**
 * Milliseconds to wait before the `failures`-th repeat (from 1): `initial × factor^(failures-1)`, at most `max`,
 * then ± `jitter` of it. `seed` decides the jitter, so that the same journal gives the same times.
 */
export const backOffMs = (policy: RetryPolicy, failures: number, seed: string): number => {
  const plain = Math.min(policy.max_ms, policy.initial_ms * policy.factor ** (failures - 1));
  const unit = (hash(seed) / 0xffff_ffff) * 2 - 1;
  return Math.round(plain * (1 + policy.jitter * unit));
};

/** FNV-1a, 32 bits. */
const hash = (text: string): number => {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
};
