/** Reports: what workers tell. Each is fenced by its attempt's token (law 6). */
import { addSpent } from './budget.ts';
import type { EventBody } from './event.ts';
import { isFinal, type Failure } from './failure.ts';
import { lackResource, lookAgainMs } from './machine.ts';
import type { RetryPolicy, Stage, Workflow } from './plan.ts';
import { backOffMs, judge, maxThrottles, type Verdict } from './policy.ts';
import type { Accepted } from './refusal.ts';
import type { Request, StageReport } from './request.ts';
import { countUses, findShortage, usesOf } from './resources.ts';
import { isActive, type BatchState, type WorkRecord, type WorkState } from './state.ts';
import { formatTime, parseTime } from './time.ts';
import { findWorkUsedUp, type WorkUse } from './used-up.ts';
import type { WorkId } from './work.ts';

type Answer = Accepted<EventBody>;
type Report = Extract<
  Request,
  {
    type:
      | 'report_prepared'
      | 'report_stage'
      | 'report_failure'
      | 'report_held'
      | 'report_stopped'
      | 'report_publishing'
      | 'report_pushed'
      | 'report_delivered'
      | 'report_attention';
  }
>;

/** The attempt that a report is about, as the state knows it. */
interface Attempt {
  readonly i: number;
  readonly id: WorkId;
  readonly token: string;
  readonly record: WorkRecord;
  readonly state: Extract<WorkState, { status: 'assigned' | 'running' }>;
  readonly workflow: Workflow;
}

export const acceptReport = (state: BatchState, request: Report, now: number): Answer => {
  const attempt = findAttempt(state, request.token);
  if (attempt === null) return refuseLate(state, request.token);
  switch (request.type) {
    case 'report_prepared':
      return acceptPrepared(state, attempt, request, now);
    case 'report_stage':
      return acceptStage(state, attempt, request, now);
    case 'report_failure':
      return grant(
        failureEvents(
          state,
          attempt,
          { failure: request.failure, final: false, duration_ms: request.duration_ms },
          now,
        ),
      );
    case 'report_held':
      return acceptHeld(state, attempt, request, now);
    case 'report_stopped':
      return grant([stopped(state, attempt.id)]);
    case 'report_publishing':
      return grant([{ type: 'work_publishing', id: attempt.id, token: attempt.token, commit: request.commit }]);
    case 'report_pushed':
      return grant([{ type: 'work_pushed', id: attempt.id, token: attempt.token, commit: request.commit }]);
    case 'report_delivered':
      return acceptDelivered(attempt, request);
    case 'report_attention':
      if (attempt.state.status !== 'running' || (attempt.state.attention?.question ?? null) === request.question)
        return grant([]);
      return grant([{ type: 'attention_changed', id: attempt.id, token: attempt.token, question: request.question }]);
  }
};

const grant = (events: readonly EventBody[]): Answer => ({ ok: true, events });

/** The attempt behind a token, if it is the one that holds its work. */
export const findAttempt = (state: BatchState, token: string): Attempt | null => {
  for (const i of state.active) {
    const record = state.records[i] as WorkRecord;
    const work = state.works[i];
    if (work === undefined || !isActive(record.state) || record.state.token !== token) continue;
    const workflow = state.plan.workflows[work.workflow] as Workflow;
    return { i, id: work.id, token, record, state: record.state, workflow };
  }
  return null;
};

/** A work that a stop ended: a person's, or that of `on_failure: stop-all`, which names the work that failed. */
const stopped = (state: BatchState, id: WorkId): EventBody => {
  const { plan, batch, failed, records, works } = state;
  const isByFailure = plan.settings.on_failure === 'stop-all' && failed > batch.tolerated_failures;
  if (!isByFailure) return { type: 'work_stopped', id, cause: { kind: 'operator' } };
  const times = records.map((record) => (record.state.status === 'failed' ? (record.last_failure?.at ?? 0) : -1));
  const newest = works[times.indexOf(times.reduce((most, at) => Math.max(most, at), -1))];
  return { type: 'work_stopped', id, cause: { kind: 'failure', id: newest?.id ?? id } };
};

/** The attempt was given up, stopped or is unknown: whatever it says now is too late (law 6). */
const refuseLate = (state: BatchState, token: string): Answer => {
  const work = state.works[state.records.findIndex((record) => record.token === token)];
  return { ok: false, refusal: { reason: 'stale_attempt', id: work?.id ?? ('' as WorkId) } };
};

/** Every work waits until the machine is looked at again; that has no bound, since nothing is wrong with the works. */
const acceptHeld = (
  state: BatchState,
  { id, token, state: { stop } }: Attempt,
  { lack, message }: Extract<Report, { type: 'report_held' }>,
  now: number,
): Answer => {
  if (stop !== null) return grant([stopped(state, id)]);
  const resource = lackResource(lack);
  return grant([
    { type: 'resource_cooled', resource, until: formatTime(now + lookAgainMs), message },
    { type: 'work_requeued', id, token, reason: { kind: 'waiting', resource }, not_before: null },
  ]);
};

const acceptPrepared = (
  state: BatchState,
  attempt: Attempt,
  request: Extract<Report, { type: 'report_prepared' }>,
  now: number,
): Answer => {
  const { id, token, record } = attempt;
  if (attempt.state.status !== 'assigned') return grant([]);
  const prepared: EventBody = { type: 'work_prepared', id, token, place: request.place, notes: request.notes };
  if (attempt.state.stop !== null) return grant([prepared, stopped(state, id)]);
  return grant([
    prepared,
    ...goOn(
      state,
      attempt,
      {
        index: record.stage_index,
        commit: record.boundaries[record.stage_index] ?? request.place?.base_commit ?? null,
        used: { ...record, latest: null },
      },
      now,
    ),
  ]);
};

const acceptStage = (
  state: BatchState,
  attempt: Attempt,
  request: Extract<Report, { type: 'report_stage' }>,
  now: number,
): Answer => {
  const { record } = attempt;
  const { report, stage_index: index } = request;
  // A report that comes twice (its acknowledgement was lost) must not end the stage that runs now.
  const isCurrent = index === record.stage_index && request.visit === record.visits[index];
  if (attempt.state.status !== 'running' || !isCurrent) return grant([]);
  const spending = spendingOf(attempt, report);
  const used = {
    spent: spending === null ? record.spent : addSpent(record.spent, spending),
    run_ms: record.run_ms + report.duration_ms,
    latest: spending,
  };
  const answer = follow(state, attempt, { ...request, used }, now);
  return answer.ok && spending !== null ? grant([spending, ...answer.events]) : answer;
};

/** What the stage has used up, by its result file or else by its output. */
const spendingOf = (
  { id, token, record, workflow }: Attempt,
  report: StageReport,
): Extract<EventBody, { type: 'stage_spent' }> | null => {
  const said = report.result.kind === 'read' ? report.result.value : null;
  const cost_usd = said?.cost_usd ?? report.spent?.cost_usd ?? null;
  const tokens = said?.tokens ?? report.spent?.tokens ?? null;
  if (cost_usd === null && tokens === null) return null;
  const stage = workflow.stages[record.stage_index]?.name ?? '';
  return { type: 'stage_spent', id, token, stage, cost_usd, tokens };
};

/** What follows from the end of the stage that runs. */
const follow = (
  state: BatchState,
  attempt: Attempt,
  { report, stage_index: index, used }: Extract<Report, { type: 'report_stage' }> & { readonly used: WorkUse },
  now: number,
): Answer => {
  const { id, token, record, workflow } = attempt;
  const verdict = judge(workflow, index, record.visits, report);
  switch (verdict.kind) {
    case 'stopped':
      return grant([stopped(state, id)]);
    case 'failed':
      if (attempt.state.stop !== null) return grant([stopped(state, id)]);
      return grant(failureEvents(state, attempt, { ...verdict, duration_ms: report.duration_ms }, now));
    case 'throttled':
      if (attempt.state.stop !== null) return grant([stopped(state, id)]);
      return grant(throttleEvents(state, attempt, verdict, now));
    case 'blocked':
      return grant([{ type: 'work_stopped', id, cause: { kind: 'blocked', question: verdict.question } }]);
    case 'passed': {
      const stage = workflow.stages[index] as Stage;
      const passed: EventBody = {
        type: 'stage_passed',
        id,
        token,
        stage: stage.name,
        stage_index: index,
        next_index: verdict.next,
        duration_ms: report.duration_ms,
        commit: report.commit,
        result: verdict.result,
      };
      if (attempt.state.stop !== null && verdict.next < workflow.stages.length)
        return grant([passed, stopped(state, id)]);
      const until = workflow.stages.findIndex(({ name }) => name === state.plan.until);
      if (until >= index && verdict.next > until && verdict.next < workflow.stages.length)
        return grant([
          passed,
          { type: 'work_stopped', id, cause: { kind: 'until', stage: (workflow.stages[until] as Stage).name } },
        ]);
      return grant([passed, ...goOn(state, attempt, { index: verdict.next, commit: report.commit, used }, now)]);
    }
  }
};

/** From a boundary to the next stage, to publishing, or, without a worktree, to the end. */
const goOn = (
  state: BatchState,
  attempt: Attempt,
  at: { readonly index: number; readonly commit: string | null; readonly used: WorkUse },
  now: number,
): readonly EventBody[] => {
  const { id, token, record, workflow, i } = attempt;
  const stage = workflow.stages[at.index];
  if (stage === undefined) {
    if (at.commit === null) return [{ type: 'work_completed', id, token, commit: null, pushed: false, notes: [] }];
    return [{ type: 'work_publishing', id, token, commit: at.commit }];
  }
  const usedUp = findWorkUsedUp(state, record, at.used);
  if (usedUp !== null) return [{ type: 'work_stopped', id, cause: { kind: 'budget', ...usedUp } }];
  const isNewStage = attempt.state.status === 'running';
  const shortage = isNewStage ? findShortage(state, usesOf(state, i, at.index), countUses(state, i), now) : null;
  if (shortage !== null) {
    const until = shortage.until === null ? null : formatTime(shortage.until);
    return [
      { type: 'work_requeued', id, token, reason: { kind: 'waiting', resource: shortage.resource }, not_before: until },
    ];
  }
  const visit = (record.visits[at.index] ?? 0) + (isNewStage ? 1 : 0);
  return [{ type: 'stage_started', id, token, stage: stage.name, stage_index: at.index, visit }];
};

const failureEvents = (
  state: BatchState,
  attempt: Attempt,
  what: { readonly failure: Failure; readonly final: boolean; readonly duration_ms: number },
  now: number,
): readonly EventBody[] => {
  const { id, token, record } = attempt;
  const { failure } = what;
  if (attempt.state.stop !== null) return [stopped(state, id)];
  const event: EventBody = { type: 'stage_failed', id, token, failure, duration_ms: what.duration_ms };
  const policy = retryPolicy(attempt);
  const failures = record.failures + 1;
  if (what.final || isFinal(failure) || failures >= policy.max_attempts)
    return [event, { type: 'work_failed', id, failure }];
  const wait =
    failure.reason === 'lost' ? 0 : backOffMs(policy, failures, `${state.plan.batch_run_id}/${id}/${record.attempts}`);
  const kind = failure.reason === 'lost' ? 'lost' : 'retry';
  return [
    event,
    {
      type: 'work_requeued',
      id,
      token,
      reason: { kind, failure },
      not_before: wait === 0 ? null : formatTime(now + wait),
    },
  ];
};

/** The stage's policy; for what comes before the first or after the last stage, that of the nearest. */
const retryPolicy = ({ workflow, record }: Attempt): RetryPolicy =>
  (workflow.stages[Math.min(record.stage_index, workflow.stages.length - 1)] as Stage).retry;

const defaultCoolDownMs = 60_000;

const throttleEvents = (
  state: BatchState,
  attempt: Attempt,
  verdict: Extract<Verdict, { kind: 'throttled' }>,
  now: number,
): readonly EventBody[] => {
  const { id, token, record, workflow } = attempt;
  const stage = workflow.stages[record.stage_index] as Stage;
  const { message } = verdict;
  const resource = verdict.resource ?? state.works[attempt.i]?.uses[0] ?? null;
  if (record.throttles + 1 > maxThrottles) {
    const failure: Failure = { reason: 'throttled', stage: stage.name, limit: maxThrottles, message };
    return [
      { type: 'stage_failed', id, token, failure, duration_ms: 0 },
      { type: 'work_failed', id, failure },
    ];
  }
  const named = verdict.until === null ? NaN : parseTime(verdict.until);
  const coolDown =
    (resource === null ? undefined : state.plan.settings.resources[resource]?.cooldown_ms) ?? defaultCoolDownMs;
  const until = formatTime(named > now ? named : now + coolDown);
  const requeued: EventBody = {
    type: 'work_requeued',
    id,
    token,
    reason: { kind: 'throttled', resource, message },
    not_before: until,
  };
  return resource === null ? [requeued] : [{ type: 'resource_cooled', resource, until, message }, requeued];
};

const acceptDelivered = (attempt: Attempt, request: Extract<Report, { type: 'report_delivered' }>): Answer => {
  const { id, token, record, workflow } = attempt;
  if (record.stage_index < workflow.stages.length) return { ok: false, refusal: { reason: 'stale_attempt', id } };
  const { commit, pushed, notes } = request;
  return grant([{ type: 'work_completed', id, token, commit, pushed, notes }]);
};

/** What becomes of the work of a worker that was seen dead. */
export const lostEvents = (state: BatchState, i: number, reason: string, now: number): readonly EventBody[] => {
  const record = state.records[i] as WorkRecord;
  const work = state.works[i];
  const attempt = record.token === null ? null : findAttempt(state, record.token);
  if (work === undefined || attempt === null) return [];
  const stage = attempt.workflow.stages[record.stage_index]?.name ?? 'push';
  const since = attempt.state.status === 'running' ? attempt.state.stage_since : now;
  const failure: Failure = { reason: 'lost', stage, message: reason };
  return failureEvents(state, attempt, { failure, final: false, duration_ms: Math.max(0, now - since) }, now);
};
