/** How the events of the batch, its scheduler, its workers and its list of works change a state. */
import { noSpending } from './budget.ts';
import { changeBatch, patch, type Draft, type Of } from './draft.ts';
import {
  derive,
  freshRecord,
  isActive,
  reorder,
  type BatchState,
  type SchedulerRecord,
  type WorkRecord,
  type WorkerRecord,
} from './state.ts';
import { parseTime } from './time.ts';
import type { WorkId } from './work.ts';

/** A scheduler came or went. */
export const applyToScheduler = (draft: Draft, event: Of<'scheduler_started' | 'scheduler_ended'>): void => {
  if (event.type === 'scheduler_ended') {
    if (draft.scheduler?.generation === event.generation) draft.scheduler = { ...draft.scheduler, ended: event.reason };
    return;
  }
  const scheduler: SchedulerRecord = {
    generation: event.generation,
    process: event.process,
    session: event.session,
    started_at: draft.at,
    ended: null,
  };
  draft.scheduler = scheduler;
  if (draft.batch.status === 'planned')
    changeBatch(draft, { status: 'running', started_at: draft.at, running_since: draft.at });
};

/** A worker was summoned, came or went. */
export const applyToWorkers = (
  draft: Draft,
  event: Of<'worker_summoned' | 'worker_started' | 'worker_ended'>,
): void => {
  const slot = draft.workers.findIndex(({ worker }) => worker === event.worker);
  const old = draft.workers[slot];
  switch (event.type) {
    case 'worker_summoned': {
      const next: WorkerRecord = {
        worker: event.worker,
        incarnation: event.incarnation,
        status: 'summoned',
        deadline: parseTime(event.deadline),
        process: null,
        session: null,
        work: -1,
        freed_at: old?.freed_at ?? 0,
        unanswered: old?.status === 'summoned' ? old.unanswered + 1 : 0,
      };
      if (old === undefined) draft.workers.push(next);
      else draft.workers[slot] = next;
      return;
    }
    case 'worker_started':
      if (old?.incarnation !== event.incarnation) return;
      draft.workers[slot] = { ...old, status: 'live', process: event.process, session: event.session, unanswered: 0 };
      return;
    case 'worker_ended':
      if (old?.incarnation !== event.incarnation) return;
      draft.workers[slot] = { ...old, status: 'gone', work: -1 };
      return;
  }
};

/** Paused, resumed, stopped, completed. */
export const applyToBatch = (
  draft: Draft,
  event: Of<'batch_paused' | 'batch_resumed' | 'stop_requested' | 'batch_stopped' | 'batch_completed'>,
): void => {
  switch (event.type) {
    case 'batch_paused':
      return changeBatch(draft, { status: 'paused' });
    case 'batch_resumed':
      // Slots that nobody answered from are tried again.
      draft.workers = draft.workers.map((worker) => (worker.unanswered === 0 ? worker : { ...worker, unanswered: 0 }));
      return changeBatch(draft, {
        status: 'running',
        stop_mode: null,
        reason: null,
        started_at: draft.batch.started_at ?? draft.at,
        ended_at: null,
        parallel: event.parallel,
        engine: event.engine,
        dispatched: 0,
        running_since: draft.at,
        spent: noSpending,
        spendings: 0,
        tolerated_failures: draft.failed,
      });
    case 'stop_requested':
      return requestStop(draft, event);
    case 'batch_stopped':
      return changeBatch(draft, { status: 'stopped', stop_mode: null, reason: event.reason, ended_at: draft.at });
    case 'batch_completed':
      return changeBatch(draft, { status: 'completed', stop_mode: null, reason: null, ended_at: draft.at });
  }
};

const requestStop = (draft: Draft, event: Of<'stop_requested'>): void => {
  if (event.ids === null) changeBatch(draft, { status: 'stopping', stop_mode: event.mode });
  if (event.mode === 'drain') return;
  const wanted = event.ids === null ? draft.active : event.ids.flatMap((id) => draft.relations.indexOf.get(id) ?? []);
  for (const i of wanted) {
    const { state } = draft.records[i] as WorkRecord;
    if (isActive(state)) patch(draft, i, { state: { ...state, stop: event.mode } });
  }
};

/** Works joined or left: everything is put in order anew. */
export const changeWorks = (draft: Draft, event: Of<'works_added' | 'works_removed'>): BatchState => {
  let { works, records }: Pick<BatchState, 'works' | 'records'> = draft;
  if (event.type === 'works_added') {
    const fresh = event.works.filter(({ id }) => !draft.relations.indexOf.has(id));
    works = [...works, ...fresh];
    records = [...records, ...fresh.map((work) => freshRecord(draft.plan, work))];
  } else {
    const gone = new Set<WorkId>(event.ids.filter((id) => isQueued(draft, id)));
    records = records.filter((_, i) => !gone.has((draft.works[i] as BatchState['works'][number]).id));
    works = works.filter(({ id }) => !gone.has(id));
  }
  const holders = new Map(
    draft.workers.flatMap(({ worker, work }) => (work < 0 ? [] : [[worker, draft.works[work]?.id]])),
  );
  const changed = derive({ ...draft, ...reorder(draft.plan, works, records) });
  const workers = changed.workers.map((worker) => {
    const held = holders.get(worker.worker);
    return { ...worker, work: held === undefined ? -1 : (changed.relations.indexOf.get(held) ?? -1) };
  });
  return { ...changed, workers };
};

const isQueued = (draft: Draft, id: WorkId): boolean => {
  const i = draft.relations.indexOf.get(id);
  return i !== undefined && draft.records[i]?.state.status === 'queued';
};
