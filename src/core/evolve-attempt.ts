/** How the events of a running attempt change a state. */
import { addSpent } from './budget.ts';
import { change, changeBatch, patch, setState, type Draft, type Of } from './draft.ts';
import { widen } from './evolve-resource.ts';
import { usesOf } from './resources.ts';
import { freshResource, isActive, isContinued, type WorkRecord, type WorkState } from './state.ts';

/** Assigned, prepared, its stages, its publication. */
export const applyToAttempt = (
  draft: Draft,
  event: Of<
    | 'work_assigned'
    | 'work_prepared'
    | 'stage_started'
    | 'stage_passed'
    | 'stage_failed'
    | 'work_publishing'
    | 'work_pushed'
    | 'stage_spent'
    | 'attention_changed'
  >,
): void => {
  switch (event.type) {
    case 'work_assigned':
      return assign(draft, event);
    case 'work_prepared':
      return change(draft, event.id, (record) => ({
        state: isActive(record.state) ? { ...running(record.state, draft.at), stage_since: draft.at } : record.state,
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
    case 'stage_spent':
      return spend(draft, event);
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
  patch(draft, i, {
    attempts: event.attempt,
    token: event.token,
    started_at: draft.records[i]?.started_at ?? draft.at,
    ended_at: null,
  });
  draft.workers[slot] = { ...worker, work: i };
  if (isNew) changeBatch(draft, { dispatched: draft.batch.dispatched + 1 });
};

const spend = (draft: Draft, event: Of<'stage_spent'>): void => {
  const { spent, spendings } = draft.batch;
  changeBatch(draft, { spent: addSpent(spent, event), spendings: spendings + 1 });
  change(draft, event.id, (record) => ({ spent: addSpent(record.spent, event) }));
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
    const record = draft.resources.get(name) ?? freshResource;
    const starts = [...record.starts.filter((at) => at > draft.at - 60_000), draft.at];
    draft.resources.set(name, { ...record, starts });
  }
};

const passStage = (draft: Draft, event: Of<'stage_passed'>): void => {
  const i = draft.relations.indexOf.get(event.id);
  if (i !== undefined) widen(draft, usesOf(draft, i, event.stage_index));
  change(draft, event.id, (record) => {
    const next = Math.max(0, Math.min(event.next_index, record.visits.length));
    const boundaries = record.boundaries.slice();
    while (boundaries.length < next) boundaries.push(null);
    boundaries[next] = event.commit;
    return {
      state:
        record.state.status === 'running' ? { ...record.state, stage_since: draft.at, attention: null } : record.state,
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
};

const running = (
  state: Extract<WorkState, { status: 'assigned' | 'running' }>,
  at: number,
): Extract<WorkState, { status: 'running' }> =>
  state.status === 'running'
    ? state
    : { ...state, status: 'running', stage_since: at, publishing: null, attention: null };

/** Each sentence once, the newest last. */
export const mergeNotes = (old: readonly string[], more: readonly string[]): readonly string[] =>
  more.length === 0 ? old : [...old.filter((note) => !more.includes(note)), ...more];

/** At most the newest 50: a work pushes once a stage. */
const addHead = (heads: readonly string[], commit: string): readonly string[] =>
  heads.at(-1) === commit ? heads : [...heads.filter((head) => head !== commit), commit].slice(-50);
