/** A state in the making: copied once a call of `evolve`, then changed in place, its derived indexes kept true. */
import type { EventBody } from './event.ts';
import {
  findDoomed,
  isActive,
  isDooming,
  isSatisfied,
  spreadDoom,
  type BatchRecord,
  type BatchState,
  type ResourceRecord,
  type WorkerRecord,
  type WorkRecord,
  type WorkState,
} from './state.ts';
import type { WorkId } from './work.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
/** `BatchState` with what `evolve` changes open to change. */
export type Draft = Mutable<Omit<BatchState, 'records' | 'workers' | 'active' | 'resources'>> & {
  records: WorkRecord[];
  workers: WorkerRecord[];
  active: number[];
  resources: Map<string, ResourceRecord>;
};

/** The events of these types. */
export type Of<T extends EventBody['type']> = Extract<EventBody, { type: T }>;

/** A draft that shares nothing with the state that changes. */
export const copy = (state: BatchState): Draft => ({
  ...state,
  records: state.records.slice(),
  workers: state.workers.slice(),
  active: state.active.slice(),
  resources: new Map(state.resources),
  remaining: state.remaining.slice(),
  doomedBy: state.doomedBy.slice(),
  ready: state.ready.copy(),
});

/** Sets a work's state and keeps every derived index true. */
export const setState = (draft: Draft, i: number, next: WorkState): void => {
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
  if (
    draft.failed === 0 &&
    draft.doomedBy.every((by) => by === -1) &&
    !draft.records.some(({ state }) => isDooming(state))
  )
    return;
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

/** Changes the batch itself. */
export const changeBatch = (draft: Draft, changes: Partial<BatchRecord>): void => {
  draft.batch = { ...draft.batch, ...changes };
};

/** Changes a work by its id; nothing if it is not there. */
export const change = (draft: Draft, id: WorkId, changes: (record: WorkRecord) => Partial<WorkRecord>): void => {
  const i = draft.relations.indexOf.get(id);
  if (i !== undefined) patch(draft, i, changes(draft.records[i] as WorkRecord));
};

/** Changes what is recorded of a work; its state only where no index depends on it. */
export const patch = (draft: Draft, i: number, changes: Partial<WorkRecord>): void => {
  draft.records[i] = { ...(draft.records[i] as WorkRecord), ...changes };
};
