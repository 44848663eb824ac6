/** A file store over a folder of its own, with a model that counts, for tests that need a store and no batch. */
import type { Event, EventBody } from '../../src/core/event.ts';
import type { Plan } from '../../src/core/plan.ts';
import { makeFileStore } from '../../src/adapters/file-store/store.ts';
import type { FileStoreOptions } from '../../src/adapters/file-store/store.ts';
import type { StateModel, Store } from '../../src/ports/store.ts';
import { makePlan } from './plan.ts';
import { makeLinuxProcesses } from './linux-processes.ts';

/** How many events of each type there were, the last number, and the texts of notes in their order. */
export interface Counts {
  readonly seq: number;
  readonly byType: Readonly<Record<string, number>>;
  readonly notes: readonly string[];
}

export const countingModel: StateModel<Counts> = {
  start: () => ({ seq: 0, byType: {}, notes: [] }),
  evolve: (state, events) => {
    const byType: Record<string, number> = { ...state.byType };
    for (const { type } of events) byType[type] = (byType[type] ?? 0) + 1;
    const notes = events.flatMap((event) => (event.type === 'noted' ? [event.text] : []));
    return { seq: events.at(-1)?.seq ?? state.seq, byType, notes: [...state.notes, ...notes] };
  },
  toSnapshot: (state) => state,
  fromSnapshot: (_plan, snapshot) => (isCounts(snapshot) ? snapshot : null),
};

/** Checks no more than the envelope: what an event is in full is `protocol`'s to say. */
export const parseAnyEvent = (json: unknown): Event | null => {
  if (typeof json !== 'object' || json === null) return null;
  const { seq, at, actor, type } = json as Partial<Event>;
  const isWhole = Number.isSafeInteger(seq) && typeof at === 'string' && typeof actor === 'string';
  return isWhole && typeof type === 'string' ? (json as Event) : null;
};

/** A store over `root/.wf`. */
export const openTestStore = (root: string, options: Partial<FileStoreOptions<Counts>> = {}): Store<Counts> =>
  makeFileStore({
    root,
    processes: makeLinuxProcesses(),
    clock: { now: Date.now },
    parseEvent: parseAnyEvent,
    parsePlan: (text) => JSON.parse(text) as Plan,
    parseSchedule: (text) => JSON.parse(text),
    model: countingModel,
    ...options,
  });

/** A plan without works. */
export const makeTestPlan = (batchRunId: string): Plan =>
  makePlan({
    plan_hash: 'a'.repeat(64),
    batch_run_id: batchRunId,
    root: '/nowhere',
    in_repository: false,
    settings: { cleanup_worktree: false, push_enabled: false },
    workflows: [],
    works: [],
  });

/** An event body that says something and changes nothing. */
export const note = (text: string): EventBody => ({ type: 'noted', id: null, text });

const isCounts = (value: unknown): value is Counts =>
  typeof value === 'object' && value !== null && 'seq' in value && 'byType' in value && 'notes' in value;
