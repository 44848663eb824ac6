/**
 * `accept(state, request, now) → events | refusal`: what others may tell us, and all they may change.
 * Asked under the lock with the newest state, so that a granted request is true when it is written.
 */
import { acceptControl } from './accept-control.ts';
import { acceptReport, lostEvents } from './accept-report.ts';
import type { EventBody, ProcessIdentity } from './event.ts';
import type { Accepted } from './refusal.ts';
import type { Request } from './request.ts';
import type { BatchState } from './state.ts';

type Answer = Accepted<EventBody>;

export const accept = (state: BatchState, request: Request, now: number): Answer => {
  switch (request.type) {
    case 'claim':
    case 'release':
      return acceptScheduler(state, request);
    case 'enlist':
    case 'discharge':
    case 'give_up_worker':
      return acceptWorker(state, request, now);
    case 'report_prepared':
    case 'report_stage':
    case 'report_failure':
    case 'report_throttled':
    case 'report_stopped':
    case 'report_publishing':
    case 'report_pushed':
    case 'report_delivered':
    case 'report_attention':
      return acceptReport(state, request, now);
    case 'report_worktree_removed':
      return acceptForWork(state, request.id, { type: 'worktree_removed', id: request.id });
    case 'note':
      return grant([{ type: 'noted', id: request.id, text: request.text }]);
    case 'note_typed':
      return acceptForWork(state, request.id, { type: 'terminal_typed', id: request.id, bytes: request.bytes });
    case 'restore_delivery':
      return acceptRestore(state, request);
    case 'pause':
    case 'resume':
    case 'stop':
    case 'finish_stop':
    case 'retry':
    case 'skip':
    case 'add':
    case 'remove':
      return acceptControl(state, request);
  }
};

const grant = (events: readonly EventBody[]): Answer => ({ ok: true, events });

type Of<T extends Request['type']> = Extract<Request, { type: T }>;

const acceptScheduler = (state: BatchState, request: Of<'claim' | 'release'>): Answer => {
  const current = state.scheduler;
  if (request.type === 'release') {
    const { generation, reason } = request;
    if (current?.generation !== generation) return { ok: false, refusal: { reason: 'stale_scheduler', generation } };
    return grant(current.ended === null ? [{ type: 'scheduler_ended', generation, reason }] : []);
  }
  if (current !== null && current.ended === null && !request.previousIsDead)
    return { ok: false, refusal: { reason: 'scheduler_alive', pid: current.process.pid } };
  const generation = (current?.generation ?? 0) + 1;
  return grant([{ type: 'scheduler_started', generation, process: request.process, session: request.session }]);
};

const acceptWorker = (
  state: BatchState,
  request: Of<'enlist' | 'discharge' | 'give_up_worker'>,
  now: number,
): Answer => {
  const { worker, incarnation } = request;
  const current = state.workers.find((each) => each.worker === worker);
  const stale: Answer = { ok: false, refusal: { reason: 'stale_worker', worker } };
  if (current?.incarnation !== incarnation || current.status === 'gone') return stale;
  switch (request.type) {
    case 'enlist': {
      const { process, session } = request;
      // The same process asks again when the answer was lost.
      if (current.status === 'live') return isSame(current.process, process) ? grant([]) : stale;
      return grant([{ type: 'worker_started', worker, incarnation, process, session }]);
    }
    case 'discharge':
      if (current.work >= 0) return stale;
      return grant([{ type: 'worker_ended', worker, incarnation, reason: request.reason }]);
    case 'give_up_worker': {
      const lost = current.work < 0 ? [] : lostEvents(state, current.work, request.reason, now);
      return grant([...lost, { type: 'worker_ended', worker, incarnation, reason: request.reason }]);
    }
  }
};

const isSame = (a: ProcessIdentity | null, b: ProcessIdentity): boolean =>
  a !== null && a.pid === b.pid && a.started === b.started && a.boot === b.boot;

const acceptRestore = (state: BatchState, request: Of<'restore_delivery'>): Answer => {
  const record = state.records[state.relations.indexOf.get(request.id) ?? -1];
  if (record === undefined) return { ok: false, refusal: { reason: 'unknown_work', id: request.id } };
  if (record.state.status !== 'queued') return grant([]);
  const { id, commit, pushed } = request;
  const notes = ['found delivered by its refs after journal lines were lost'];
  return grant([{ type: 'work_completed', id, token: record.token ?? 'recovery', commit, pushed, notes }]);
};

const acceptForWork = (state: BatchState, id: Of<'report_worktree_removed'>['id'], event: EventBody): Answer =>
  state.relations.indexOf.has(id) ? grant([event]) : { ok: false, refusal: { reason: 'unknown_work', id } };
