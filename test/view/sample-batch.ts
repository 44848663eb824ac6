/** Batches for the tests of the view: plans made of few words, and batches driven by `decide` and `accept` alone. */
import { accept } from '../../src/core/accept.ts';
import { decide } from '../../src/core/decide.ts';
import type { Event, EventBody } from '../../src/core/event.ts';
import { evolve } from '../../src/core/evolve.ts';
import type { Plan, PlannedWork, Settings, Stage } from '../../src/core/plan.ts';
import type { Request } from '../../src/core/request.ts';
import { startState, type BatchState } from '../../src/core/state.ts';
import { formatTime, parseTime } from '../../src/core/time.ts';
import { asWorkId } from '../../src/core/work.ts';
import { makePlan, makeStage } from '../support/plan.ts';

export const startedAt = parseTime('2026-01-31T12:00:00.000Z');

/** A work in few words; everything else has a default. */
export interface SampleWork extends Partial<Omit<PlannedWork, 'id' | 'dependencies' | 'conflicts'>> {
  readonly id: string;
  readonly after?: readonly string[];
  readonly conflicts?: readonly string[];
}

export interface SampleOptions {
  readonly parallel?: number;
  readonly settings?: Partial<Settings>;
  readonly stages?: readonly Partial<Stage>[];
}

const retry = { max_attempts: 2, initial_ms: 60_000, factor: 2, max_ms: 3_600_000, jitter: 0 };

/** A frozen plan of these works, ranked as `rank` ranks them. */
export const samplePlan = (works: readonly SampleWork[], options: SampleOptions = {}): Plan => {
  const stages = (options.stages ?? [{ name: 'wf2-spec' }, { name: 'wf5-implement' }]).map(
    ({ name = 'build', ...each }) => makeStage(name, { retry, ...each }),
  );
  return makePlan({
    plan_hash: 'a1b2c3',
    batch_run_id: '20260131-120000-abcd',
    created_at: formatTime(startedAt),
    root: '/repo',
    engine: 'tmux',
    parallel: options.parallel ?? 2,
    settings: { max_parallel: 5, ...options.settings },
    workflows: [{ name: 'wf', worktree: true, stages }],
    works: works.map(({ after = [], ...work }) => ({
      workflow: 'wf',
      expected_seconds: 600,
      ...work,
      dependencies: after,
    })),
  });
};

/** How a stage ends. */
interface StageEnd {
  readonly code?: number;
  readonly line?: string;
  readonly question?: string;
  readonly to?: string;
}

/** A batch in simulated time; every change of its state is an event that `accept` or `decide` gave. */
export class SampleBatch {
  state: BatchState;
  now = startedAt;
  readonly events: Event[] = [];
  refused = 0;

  constructor(plan: Plan) {
    this.state = startState(plan);
    this.record(
      [{ type: 'batch_created', plan_hash: plan.plan_hash, parallel: plan.parallel, works: plan.works.length }],
      'operator',
    );
  }

  record(bodies: readonly EventBody[], actor: string): void {
    const at = formatTime(this.now);
    const events = bodies.map((body, i): Event => ({ ...body, seq: this.state.seq + 1 + i, at, actor }));
    this.events.push(...events);
    this.state = evolve(this.state, events);
  }

  /** Whether the request was granted. */
  ask(request: Request, actor = 'operator'): boolean {
    const answer = accept(this.state, request, this.now);
    if (answer.ok) this.record(answer.events, actor);
    else this.refused++;
    return answer.ok;
  }

  claim(): void {
    this.ask(
      {
        type: 'claim',
        process: { pid: 100, started: '1', boot: 'b' },
        session: 'wf-batch-scheduler',
        previousIsDead: true,
      },
      'scheduler',
    );
  }

  decide(): void {
    const { events } = decide(this.state, { now: this.now, nonce: `n${this.state.seq}` });
    this.record(events, 'scheduler');
  }

  enlistAll(): void {
    for (const { worker, incarnation, status } of this.state.workers) {
      if (status !== 'summoned') continue;
      const process = { pid: 200 + Number(worker.slice(7)), started: '1', boot: 'b' };
      this.ask({ type: 'enlist', worker, incarnation, process, session: `wf-batch-${worker}` }, worker);
    }
  }

  /** A scheduler and its workers, with the first works assigned. */
  begin(): void {
    this.claim();
    this.decide();
    this.enlistAll();
    this.decide();
  }

  /** Which running of which stage a report is about. */
  stageOf(id: string): { readonly token: string; readonly stage_index: number; readonly visit: number } {
    const record = this.state.records[this.state.relations.indexOf.get(asWorkId(id)) ?? -1];
    const stage_index = record?.stage_index ?? 0;
    return { token: record?.token ?? '', stage_index, visit: record?.visits[stage_index] ?? 1 };
  }

  token(id: string): string {
    const record = this.state.records[this.state.relations.indexOf.get(asWorkId(id)) ?? -1];
    return record?.token ?? '';
  }

  prepare(id: string): void {
    const place = { worktree: `/repo/.worktrees/${id}`, branch: `wf/${id}`, base_commit: 'b'.repeat(40) };
    this.ask({ type: 'report_prepared', token: this.token(id), place, notes: [] }, 'worker-1');
  }

  /** Ends the stage that runs: with 0, with another code, blocked by a question, or with the wish to go to a stage. */
  endStage(id: string, end: StageEnd = {}): void {
    const { code = 0, line = '', question, to } = end;
    const since = this.state.records[this.state.relations.indexOf.get(asWorkId(id)) ?? -1]?.state;
    const duration_ms = since?.status === 'running' ? this.now - since.stage_since : 0;
    const value =
      question !== undefined ? { outcome: 'blocked' as const, question } : { outcome: 'goto' as const, to: to ?? '' };
    const result =
      question === undefined && to === undefined ? { kind: 'none' as const } : { kind: 'read' as const, value };
    const report = {
      end: { kind: 'exited' as const, code },
      last_line: line,
      duration_ms,
      result,
      missing: null,
      quota: null,
      spent: null,
      commit: 'c'.repeat(40),
    };
    this.ask({ type: 'report_stage', ...this.stageOf(id), report }, 'worker-1');
  }

  deliver(id: string): void {
    const token = this.token(id);
    this.ask({ type: 'report_pushed', token, commit: 'c'.repeat(40) }, 'worker-1');
    this.ask({ type: 'report_delivered', token, commit: 'c'.repeat(40), pushed: true, notes: [] }, 'worker-1');
  }

  pass(seconds: number): void {
    this.now += seconds * 1000;
  }

  /** From assigned to completed, `seconds` for each of its two stages. */
  complete(id: string, seconds = 300): void {
    this.prepare(id);
    this.pass(seconds);
    this.endStage(id);
    this.pass(seconds);
    this.endStage(id);
    this.deliver(id);
    this.decide();
  }
}
