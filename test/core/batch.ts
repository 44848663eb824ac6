/** A batch driven by hand: requests and decisions at times that the test says, every refusal a value. */
import { accept } from '../../src/core/accept.ts';
import { decide, type Decision } from '../../src/core/decide.ts';
import type { EventBody } from '../../src/core/event.ts';
import { evolve } from '../../src/core/evolve.ts';
import type { Plan } from '../../src/core/plan.ts';
import type { Accepted } from '../../src/core/refusal.ts';
import type { Request, StageReport } from '../../src/core/request.ts';
import { startState, type BatchState, type WorkRecord } from '../../src/core/state.ts';
import { formatTime } from '../../src/core/time.ts';
import { findTask } from '../../src/core/worker-task.ts';

export interface Batch {
  state: BatchState;
  now: number;
  record(id: string): WorkRecord;
  append(bodies: readonly EventBody[]): void;
  ask(request: Request): Accepted<EventBody>;
  /** Decides and records until nothing more is decided; summoned workers enlist at once. */
  settle(): Decision;
  /** The attempt's token of an active work. */
  token(id: string): string;
  prepare(id: string): void;
  /** Ends the running stage. */
  end(id: string, change?: Partial<StageReport>): Accepted<EventBody>;
}

export const makeBatch = (plan: Plan): Batch => {
  const process = { pid: 1, started: '1', boot: 'b' };
  const batch: Batch = {
    state: startState(plan),
    now: 1_767_225_600_000,
    record: (id) => batch.state.records[batch.state.works.findIndex((work) => work.id === id)] as WorkRecord,
    append: (bodies) => {
      const { seq } = batch.state;
      batch.state = evolve(
        batch.state,
        bodies.map((body, i) => ({ ...body, seq: seq + 1 + i, at: formatTime(batch.now), actor: 'scheduler' })),
      );
    },
    ask: (request) => {
      const answer = accept(batch.state, request, batch.now);
      if (answer.ok) batch.append(answer.events);
      return answer;
    },
    settle: () => {
      for (;;) {
        const decision = decide(batch.state, { now: batch.now, nonce: `n${batch.state.seq}` });
        batch.append(decision.events);
        for (const { worker, incarnation, status } of batch.state.workers)
          if (status === 'summoned') batch.ask({ type: 'enlist', worker, incarnation, process, session: null });
        if (decision.events.length === 0) return decision;
      }
    },
    token: (id) => {
      const { state } = batch.record(id);
      return 'token' in state ? state.token : '';
    },
    prepare: (id) => void batch.ask({ type: 'report_prepared', token: batch.token(id), place: null, notes: [] }),
    end: (id, change = {}) => {
      const { stage_index, visits } = batch.record(id);
      const report: StageReport = {
        ...{ end: { kind: 'exited', code: 0 }, last_line: '', duration_ms: 1, result: { kind: 'none' }, missing: null },
        ...{ quota: null, spent: null, commit: null },
        ...change,
      };
      return batch.ask({
        type: 'report_stage',
        token: batch.token(id),
        stage_index,
        visit: visits[stage_index] ?? 0,
        report,
      });
    },
  };
  batch.ask({ type: 'claim', process, session: null, previousIsDead: false });
  return batch;
};

/** Statuses by id. */
export const statuses = (batch: Batch): Record<string, string> =>
  Object.fromEntries(batch.state.works.map(({ id }) => [id, batch.record(id).state.status]));

export const taskOf = (batch: Batch, slot: number): string => {
  const worker = batch.state.workers[slot - 1];
  return worker === undefined ? 'none' : findTask(batch.state, worker.worker, worker.incarnation).kind;
};
