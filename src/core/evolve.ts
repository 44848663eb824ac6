/**
 * `evolve(state, events) → state`: the only code that makes a state.
 *
 * Total (law 1): an event that does not fit the state, which only a damaged journal can hold, changes nothing
 * but the sequence number. Copies the arrays once a call, not once an event; the caller's state stays as it was.
 */
import type { Event, EventBody } from './event.ts';
import {
  derive,
  findDoomed,
  firstVisit,
  freshRecord,
  isActive,
  isContinued,
  isDooming,
  isSatisfied,
  reorder,
  spreadDoom,
  stageCount,
  type BatchRecord,
  type BatchState,
  type ResourceRecord,
  type SchedulerRecord,
  type WorkerRecord,
  type WorkRecord,
  type WorkState,
} from './state.ts';
import { parseTime } from './time.ts';
import type { WorkId } from './work.ts';

export const evolve = (state: BatchState, events: readonly Event[]): BatchState => {
  if (events.length === 0) return state;
  let draft = copy(state);
  for (const event of events) {
    draft.seq = event.seq;
    draft.at = parseTime(event.at);
    if (event.type === 'works_added' || event.type === 'works_removed') draft = copy(changeWorks(draft, event));
    else apply(draft, event);
  }
  return draft;
};

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Draft = Mutable<Omit<BatchState, 'records' | 'workers' | 'active' | 'resources'>> & {
  records: WorkRecord[];
  workers: WorkerRecord[];
  active: number[];
  resources: Map<string, ResourceRecord>;
};

const copy = (state: BatchState): Draft => ({
  ...state,
  records: state.records.slice(),
  workers: state.workers.slice(),
  active: state.active.slice(),
  resources: new Map(state.resources),
  remaining: state.remaining.slice(),
  doomedBy: state.doomedBy.slice(),
  ready: state.ready.copy(),
});

/** Every event but those that change which works there are. */
type PlainEvent = Exclude<EventBody, { type: 'works_added' | 'works_removed' }>;

const apply = (draft: Draft, event: PlainEvent): void => {
  switch (event.type) {
    case 'batch_created':
      return changeBatch(draft, { created_at: draft.at, parallel: event.parallel });
    case 'scheduler_started':
    case 'scheduler_ended':
      return applyToScheduler(draft, event);
    case 'worker_summoned':
    case 'worker_started':
    case 'worker_ended':
      return applyToWorkers(draft, event);
    case 'work_assigned':
    case 'work_prepared':
    case 'stage_started':
    case 'stage_passed':
    case 'stage_failed':
    case 'work_publishing':
    case 'work_pushed':
    case 'attention_changed':
      return applyToAttempt(draft, event);
    case 'work_requeued':
    case 'work_completed':
    case 'work_failed':
    case 'work_stopped':
    case 'work_skipped':
    case 'work_retried':
      return applyToOutcome(draft, event);
    case 'worktree_removed':
      return change(draft, event.id, () => ({ worktree_removed: true }));
    case 'noted':
      return event.id === null ? undefined : change(draft, event.id, (record) => ({ notes: [...record.notes, event.text] }));
    case 'resource_cooled':
      return cool(draft, event.resource, parseTime(event.until));
    case 'batch_paused':
    case 'batch_resumed':
    case 'stop_requested':
    case 'batch_stopped':
    case 'batch_completed':
      return applyToBatch(draft, event);
    case 'journal_repaired':
      return undefined;
  }
};

type Of<T extends EventBody['type']> = Extract<EventBody, { type: T }>;

const applyToScheduler = (draft: Draft, event: Of<'scheduler_started' | 'scheduler_ended'>): void => {
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
  if (draft.batch.status === 'planned') changeBatch(draft, { status: 'running', started_at: draft.at });
};

const applyToWorkers = (draft: Draft, event: Of<'worker_summoned' | 'worker_started' | 'worker_ended'>): void => {
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

const applyToAttempt = (
  draft: Draft,
  event: Of<
    | 'work_assigned'
    | 'work_prepared'
    | 'stage_started'
    | 'stage_passed'
    | 'stage_failed'
    | 'work_publishing'
    | 'work_pushed'
    | 'attention_changed'
  >,
): void => {
  switch (event.type) {
    case 'work_assigned':
      return assign(draft, event);
    case 'work_prepared':
      return change(draft, event.id, (record) => ({
        state: isActive(record.state)
          ? { ...running(record.state, draft.at), stage_since: draft.at }
          : record.state,
        place: event.place,
        boundaries: record.stage_index === 0 && event.place !== null ? [event.place.base_commit] : record.boundaries,
        notes: mergeNotes(record.notes, event.notes),
        restart: 'none',
        worktree_removed: false,
      }));
    case 'stage_started':
      return startStage(draft, event);
    case 'stage_passed':
      return passStage(draft, event);
    case 'stage_failed':
      return change(draft, event.id, (record) => ({
        failures: record.failures + 1,
        run_ms: record.run_ms + event.duration_ms,
        last_failure: { at: draft.at, failure: event.failure },
      }));
    case 'work_publishing':
      return change(draft, event.id, (record) => ({
        state: isActive(record.state) ? { ...running(record.state, draft.at), publishing: event.commit } : record.state,
        own_heads: addHead(record.own_heads, event.commit),
      }));
    case 'work_pushed':
      return change(draft, event.id, (record) => ({
        pushed_commit: event.commit,
        own_heads: addHead(record.own_heads, event.commit),
      }));
    case 'attention_changed':
      return change(draft, event.id, ({ state }) => {
        if (state.status !== 'running') return {};
        const attention = event.question === null ? null : { since: draft.at, question: event.question };
        return { state: { ...state, attention } };
      });
  }
};

const assign = (draft: Draft, event: Of<'work_assigned'>): void => {
  const i = draft.relations.indexOf.get(event.id);
  const slot = draft.workers.findIndex(({ worker }) => worker === event.worker);
  const worker = draft.workers[slot];
  if (i === undefined || worker === undefined) return;
  const isNew = !isContinued(draft.records[i] as WorkRecord);
  setState(draft, i, { status: 'assigned', token: event.token, worker: event.worker, since: draft.at, stop: null });
  patch(draft, i, { attempts: event.attempt, token: event.token, started_at: draft.records[i]?.started_at ?? draft.at, ended_at: null });
  draft.workers[slot] = { ...worker, work: i };
  if (isNew) changeBatch(draft, { dispatched: draft.batch.dispatched + 1 });
};

const startStage = (draft: Draft, event: Of<'stage_started'>): void => {
  const i = draft.relations.indexOf.get(event.id);
  if (i === undefined) return;
  const { state } = draft.records[i] as WorkRecord;
  if (!isActive(state)) return;
  const work = draft.works[i];
  patch(draft, i, { state: { ...running(state, draft.at), stage_since: draft.at, publishing: null, attention: null } });
  const stage = work && draft.plan.workflows[work.workflow]?.stages[event.stage_index];
  for (const name of new Set([...(work?.uses ?? []), ...(stage?.uses ?? [])])) {
    const record = draft.resources.get(name) ?? { cooled_until: 0, starts: [] };
    const starts = [...record.starts.filter((at) => at > draft.at - 60_000), draft.at];
    draft.resources.set(name, { ...record, starts });
  }
};

const passStage = (draft: Draft, event: Of<'stage_passed'>): void =>
  change(draft, event.id, (record) => {
    const next = Math.max(0, Math.min(event.next_index, record.visits.length));
    const boundaries = record.boundaries.slice();
    while (boundaries.length < next) boundaries.push(null);
    boundaries[next] = event.commit;
    return {
      state: record.state.status === 'running' ? { ...record.state, stage_since: draft.at, attention: null } : record.state,
      stage_index: next,
      failures: 0,
      throttles: 0,
      visits: record.visits.map((visits, i) => (i === next ? visits + 1 : visits)),
      boundaries,
      own_heads: event.commit === null ? record.own_heads : addHead(record.own_heads, event.commit),
      run_ms: record.run_ms + event.duration_ms,
      quality: event.result?.quality ?? record.quality,
      answer: null,
    };
  });

const applyToOutcome = (
  draft: Draft,
  event: Of<'work_requeued' | 'work_completed' | 'work_failed' | 'work_stopped' | 'work_skipped' | 'work_retried'>,
): void => {
  const i = draft.relations.indexOf.get(event.id);
  if (i === undefined) return;
  const record = draft.records[i] as WorkRecord;
  switch (event.type) {
    case 'work_requeued': {
      const not_before = event.not_before === null ? 0 : parseTime(event.not_before);
      if (event.reason.kind === 'throttled')
        patch(draft, i, { throttles: record.throttles + 1, run_ms: record.run_ms + unreportedMs(draft, record) });
      return setState(draft, i, { status: 'queued', reason: event.reason, not_before });
    }
    case 'work_completed':
      patch(draft, i, {
        ended_at: draft.at,
        notes: mergeNotes(record.notes, event.notes),
        pushed_commit: event.pushed ? event.commit : record.pushed_commit,
        stage_index: stageCount(draft.plan, draft.works[i] as BatchState['works'][number]),
      });
      return setState(draft, i, { status: 'completed', commit: event.commit, pushed: event.pushed });
    case 'work_failed':
      patch(draft, i, { ended_at: draft.at, last_failure: { at: draft.at, failure: event.failure } });
      return setState(draft, i, { status: 'failed', failure: event.failure });
    case 'work_stopped':
      patch(draft, i, { ended_at: draft.at, run_ms: record.run_ms + unreportedMs(draft, record) });
      return setState(draft, i, { status: 'stopped', cause: event.cause });
    case 'work_skipped':
      patch(draft, i, { ended_at: draft.at });
      return setState(draft, i, { status: 'skipped', satisfied: event.satisfied });
    case 'work_retried':
      return retry(draft, i, event);
  }
};

/** Time in a stage whose end gave neither `stage_passed` nor `stage_failed`: it was throttled, blocked or stopped. */
const unreportedMs = (draft: Draft, { state }: WorkRecord): number =>
  state.status === 'running' && state.publishing === null ? Math.max(0, draft.at - state.stage_since) : 0;

const retry = (draft: Draft, i: number, event: Of<'work_retried'>): void => {
  const record = draft.records[i] as WorkRecord;
  const stage_index = event.rerun ? 0 : (event.from_index ?? record.stage_index);
  const stages = record.visits.length;
  patch(draft, i, {
    stage_index,
    failures: 0,
    throttles: 0,
    visits: firstVisit(stages, stage_index),
    boundaries: event.rerun ? [] : record.boundaries.slice(0, stage_index + 1),
    restart: event.rerun ? 'rerun' : event.from_index !== null ? 'reset' : record.restart,
    answer: event.answer,
    ended_at: null,
    run_ms: event.rerun ? 0 : record.run_ms,
  });
  setState(draft, i, { status: 'queued', reason: null, not_before: 0 });
};

const applyToBatch = (
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

const changeWorks = (draft: Draft, event: Of<'works_added' | 'works_removed'>): BatchState => {
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
  const holders = new Map(draft.workers.flatMap(({ worker, work }) => (work < 0 ? [] : [[worker, draft.works[work]?.id]])));
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

/** Sets a work's state and keeps every derived index true. */
const setState = (draft: Draft, i: number, next: WorkState): void => {
  const before = (draft.records[i] as WorkRecord).state;
  patch(draft, i, { state: next });
  if (isActive(before) && !isActive(next)) release(draft, i, before.worker);
  if (!isActive(before) && isActive(next)) draft.active.push(i);
  draft.failed += Number(next.status === 'failed') - Number(before.status === 'failed');
  // A tolerated failure that was retried is no longer tolerated when it comes again.
  if (draft.failed < draft.batch.tolerated_failures) changeBatch(draft, { tolerated_failures: draft.failed });
  if (isSatisfied(before) !== isSatisfied(next)) {
    const step = isSatisfied(next) ? -1 : 1;
    for (const d of draft.relations.dependents[i] as readonly number[]) {
      draft.remaining[d] = (draft.remaining[d] as number) + step;
      refreshReady(draft, d);
    }
  }
  const wasDoomed = draft.doomedBy[i] !== -1;
  if (isDooming(next) && !isDooming(before) && !wasDoomed) {
    for (const d of spreadDoom(draft.doomedBy, draft.records, draft.relations, i)) refreshReady(draft, d);
  } else if (isDooming(before) !== isDooming(next) || next.status === 'queued' || wasDoomed) reviveDoomed(draft);
  refreshReady(draft, i);
};

/** A work came back, or one that passed its doom on left the queue: who is doomed is found anew. Rare, and one pass over the graph. */
const reviveDoomed = (draft: Draft): void => {
  if (draft.failed === 0 && draft.doomedBy.every((by) => by === -1) && !draft.records.some(({ state }) => isDooming(state))) return;
  const before = draft.doomedBy;
  draft.doomedBy = findDoomed(draft.records, draft.relations);
  draft.doomedBy.forEach((by, i) => {
    if (by !== before[i]) refreshReady(draft, i);
  });
};

const refreshReady = (draft: Draft, i: number): void =>
  draft.ready.set(
    i,
    draft.records[i]?.state.status === 'queued' && draft.remaining[i] === 0 && draft.doomedBy[i] === -1,
  );

const release = (draft: Draft, i: number, name: string): void => {
  draft.active = draft.active.filter((other) => other !== i);
  const slot = draft.workers.findIndex(({ worker }) => worker === name);
  const worker = draft.workers[slot];
  if (worker !== undefined && worker.work === i) draft.workers[slot] = { ...worker, work: -1, freed_at: draft.at };
};

const running = (
  state: Extract<WorkState, { status: 'assigned' | 'running' }>,
  at: number,
): Extract<WorkState, { status: 'running' }> =>
  state.status === 'running'
    ? state
    : { ...state, status: 'running', stage_since: at, publishing: null, attention: null };

const cool = (draft: Draft, resource: string, until: number): void => {
  const record = draft.resources.get(resource) ?? { cooled_until: 0, starts: [] };
  draft.resources.set(resource, { ...record, cooled_until: Math.max(record.cooled_until, until) });
};

const changeBatch = (draft: Draft, changes: Partial<BatchRecord>): void => {
  draft.batch = { ...draft.batch, ...changes };
};

const change = (draft: Draft, id: WorkId, changes: (record: WorkRecord) => Partial<WorkRecord>): void => {
  const i = draft.relations.indexOf.get(id);
  if (i !== undefined) patch(draft, i, changes(draft.records[i] as WorkRecord));
};

const patch = (draft: Draft, i: number, changes: Partial<WorkRecord>): void => {
  draft.records[i] = { ...(draft.records[i] as WorkRecord), ...changes };
};

/** Each sentence once, the newest last. */
const mergeNotes = (old: readonly string[], more: readonly string[]): readonly string[] =>
  more.length === 0 ? old : [...old.filter((note) => !more.includes(note)), ...more];

/** At most the newest 50: a work pushes once a stage. */
const addHead = (heads: readonly string[], commit: string): readonly string[] =>
  heads.at(-1) === commit ? heads : [...heads.filter((head) => head !== commit), commit].slice(-50);
