/** Controls: what a person may ask of a batch. SPEC 8. Asking for what is already so is granted with no events. */
import type { EventBody } from './event.ts';
import { findCycle } from './graph.ts';
import type { PlannedWork } from './plan.ts';
import type { Accepted, Refusal } from './refusal.ts';
import type { Request } from './request.ts';
import { isActive, type BatchState, type WorkRecord } from './state.ts';
import type { WorkId } from './work.ts';

type Answer = Accepted<EventBody>;
type Control = Extract<
  Request,
  { type: 'pause' | 'resume' | 'stop' | 'finish_stop' | 'retry' | 'skip' | 'add' | 'remove' }
>;
type Of<T extends Control['type']> = Extract<Control, { type: T }>;

export const acceptControl = (state: BatchState, request: Control): Answer => {
  switch (request.type) {
    case 'pause':
      return acceptPause(state);
    case 'resume':
      return acceptResume(state, request);
    case 'stop':
      return request.ids === null ? acceptStopAll(state, request) : acceptStopSome(state, request.ids, request.mode);
    case 'finish_stop':
      return acceptFinishStop(state, request.reason);
    case 'retry':
      return acceptRetry(state, request);
    case 'skip':
      return forEachWork(state, request.ids, (record, id) =>
        isActive(record.state) || record.state.status === 'completed'
          ? wrongState(record, id, 'queued, failed or stopped')
          : [{ type: 'work_skipped', id, satisfied: request.satisfied }],
      );
    case 'add':
      return acceptAdd(state, request.works);
    case 'remove':
      return acceptRemove(state, request.ids);
  }
};

const grant = (events: readonly EventBody[]): Answer => ({ ok: true, events });
const refuse = (refusal: Refusal): Answer => ({ ok: false, refusal });

const acceptPause = ({ batch }: BatchState): Answer => {
  if (batch.status === 'running' || batch.status === 'planned') return grant([{ type: 'batch_paused' }]);
  if (batch.status === 'paused') return grant([]);
  return refuse({ reason: 'wrong_batch_state', state: batch.status, wanted: 'running' });
};

const acceptResume = (state: BatchState, request: Of<'resume'>): Answer => {
  const { batch } = state;
  if (batch.status === 'stopping')
    return refuse({ reason: 'wrong_batch_state', state: batch.status, wanted: 'paused, stopped or completed' });
  const retried = state.records.flatMap(({ state: { status } }, i): EventBody[] => {
    const isWanted = status === 'stopped' || (status === 'failed' && request.retryFailed);
    return isWanted ? [retried_(state, i, { from_index: null, rerun: false, answer: null })] : [];
  });
  const parallel = request.parallel ?? batch.parallel;
  const engine = request.engine ?? batch.engine;
  const isSame = batch.status === 'running' && parallel === batch.parallel && engine === batch.engine;
  if (isSame && retried.length === 0) return grant([]);
  const hasWork =
    retried.length > 0 || state.records.some((record) => record.state.status === 'queued' || isActive(record.state));
  if (batch.status === 'completed' && !hasWork) return grant([]);
  return grant([...retried, { type: 'batch_resumed', parallel, engine }]);
};

const acceptStopAll = (state: BatchState, request: Of<'stop'>): Answer => {
  const { batch } = state;
  if (batch.status === 'stopped' || batch.status === 'completed') return grant([]);
  const isHarder = batch.stop_mode === null || hardness[request.mode] > hardness[batch.stop_mode];
  if (batch.status === 'stopping' && !isHarder) return grant([]);
  return grant([{ type: 'stop_requested', ids: null, mode: request.mode }]);
};

const hardness = { drain: 0, graceful: 1, force: 2 } as const;

const acceptStopSome = (state: BatchState, ids: readonly WorkId[], mode: Of<'stop'>['mode']): Answer => {
  const active: WorkId[] = [];
  const answer = forEachWork(state, ids, (record, id) => {
    if (isActive(record.state)) active.push(id);
    return record.state.status === 'queued' ? [{ type: 'work_stopped', id, cause: { kind: 'operator' } }] : [];
  });
  if (!answer.ok || active.length === 0) return answer;
  return grant([...answer.events, { type: 'stop_requested', ids: active, mode }]);
};

const acceptFinishStop = (state: BatchState, reason: string): Answer => {
  if (state.batch.status !== 'stopping' || state.active.length > 0)
    return refuse({ reason: 'wrong_batch_state', state: state.batch.status, wanted: 'stopping with nothing running' });
  return grant([{ type: 'batch_stopped', reason }]);
};

const acceptRetry = (state: BatchState, request: Of<'retry'>): Answer => {
  if (state.batch.status === 'stopping')
    return refuse({ reason: 'wrong_batch_state', state: 'stopping', wanted: 'running, paused, stopped or completed' });
  const answer = forEachWork(state, request.ids, (record, id, i) => {
    const { status } = record.state;
    if (isActive(record.state) || (status === 'completed' && !request.rerun))
      return wrongState(record, id, status === 'completed' ? 'not completed (--rerun runs it again)' : 'not running');
    const cause = findDoom(state, i, request.ids);
    if (cause !== null) return { reason: 'doomed', id, cause };
    const from_index = request.from === null ? null : findStage(state, i, request.from);
    if (from_index === -1) return { reason: 'unknown_stage', id, stage: request.from as string };
    const rerun = request.rerun && (status === 'completed' || request.from === null);
    return [retried_(state, i, { from_index, rerun, answer: request.answer })];
  });
  const { status, parallel, engine } = state.batch;
  if (!answer.ok || status === 'running' || status === 'paused' || status === 'planned') return answer;
  return grant([...answer.events, { type: 'batch_resumed', parallel, engine }]);
};

/** The failed or skipped work that a queued one waits behind, unless it is retried as well; else null. */
const findDoom = (
  { doomedBy, works, records }: BatchState,
  i: number,
  retried: readonly WorkId[],
): { readonly id: WorkId; readonly state: 'failed' | 'skipped' } | null => {
  const by = doomedBy[i] as number;
  if (by === -1) return null;
  const { id } = works[by] as PlannedWork;
  if (retried.includes(id)) return null;
  return { id, state: records[by]?.state.status === 'failed' ? 'failed' : 'skipped' };
};

const retried_ = (
  state: BatchState,
  i: number,
  how: { readonly from_index: number | null; readonly rerun: boolean; readonly answer: string | null },
): EventBody => ({ type: 'work_retried', id: (state.works[i] as PlannedWork).id, ...how });

const findStage = (state: BatchState, i: number, name: string): number => {
  const work = state.works[i] as PlannedWork;
  return state.plan.workflows[work.workflow]?.stages.findIndex((stage) => stage.name === name) ?? -1;
};

const acceptAdd = (state: BatchState, works: readonly PlannedWork[]): Answer => {
  if (state.batch.status === 'stopping')
    return refuse({ reason: 'wrong_batch_state', state: 'stopping', wanted: 'running or paused' });
  const all = new Map<string, PlannedWork>(state.works.map((work) => [work.id, work]));
  for (const work of works) {
    if (all.has(work.id)) return refuse({ reason: 'duplicate_work', id: work.id });
    all.set(work.id, work);
  }
  for (const work of works) {
    const delivered = new Set(work.delivered_dependencies.map(({ id }) => id));
    const missing = work.dependencies.find((id) => !all.has(id) && !delivered.has(id));
    if (missing !== undefined) return refuse({ reason: 'missing_dependency', id: work.id, dependency: missing });
  }
  const path = findCycle([...all.keys()], (id) => all.get(id)?.dependencies ?? []);
  if (path !== null) return refuse({ reason: 'cycle', path });
  const added: EventBody = { type: 'works_added', works };
  const { status, parallel, engine } = state.batch;
  const isEnded = status === 'stopped' || status === 'completed';
  return grant(isEnded ? [added, { type: 'batch_resumed', parallel, engine }] : [added]);
};

const acceptRemove = (state: BatchState, ids: readonly WorkId[]): Answer => {
  const gone = new Set<WorkId>(ids);
  const checked = forEachWork(state, ids, (record, id, i) => {
    if (record.state.status !== 'queued') return wrongState(record, id, 'queued');
    const dependents = (state.relations.dependents[i] as readonly number[])
      .map((d) => (state.works[d] as PlannedWork).id)
      .filter((d) => !gone.has(d));
    return dependents.length > 0 ? { reason: 'has_dependents', id, dependents } : [];
  });
  return checked.ok ? grant([{ type: 'works_removed', ids }]) : checked;
};

/** All or nothing: the events of every work, or the first refusal. */
const forEachWork = (
  state: BatchState,
  ids: readonly WorkId[],
  visit: (record: WorkRecord, id: WorkId, i: number) => readonly EventBody[] | Refusal,
): Answer => {
  const events: EventBody[] = [];
  for (const id of new Set(ids)) {
    const i = state.relations.indexOf.get(id);
    if (i === undefined) return refuse({ reason: 'unknown_work', id });
    const answer = visit(state.records[i] as WorkRecord, id, i);
    if (!Array.isArray(answer)) return refuse(answer as Refusal);
    events.push(...(answer as readonly EventBody[]));
  }
  return grant(events);
};

const wrongState = (record: WorkRecord, id: WorkId, wanted: string): Refusal => ({
  reason: 'wrong_state',
  id,
  state: record.state.status === 'assigned' ? 'running' : record.state.status,
  wanted,
});
