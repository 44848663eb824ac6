/** Law 11: the running state against the checker's books, its own recomputation, its snapshot and the refolded journal. */
import type { Event } from '../../src/core/event.ts';
import { derive, type BatchState } from '../../src/core/state.ts';
import { findDoomed, isActive, openDependencies, type Books } from './books.ts';
import type { Parts } from './parts.ts';
import type { Random } from './random.ts';
import { demand } from './violation.ts';

/** The state says of every work and worker what the books say. */
export const compareWithBooks = (state: BatchState, books: Books): void => {
  const doomed = findDoomed(books);
  let active = 0;
  let failed = 0;
  demand(
    state.works.length === books.works.size,
    11,
    () => `${state.works.length} works, ${books.works.size} in the books`,
  );
  state.works.forEach(({ id }, i) => {
    const book = books.works.get(id);
    const record = state.records[i];
    if (book === undefined || record === undefined) return demand(false, 11, () => `${id} is not in the books`);
    demand(
      record.state.status === book.status,
      11,
      () => `${id} is ${record.state.status}, in the books ${book.status}`,
    );
    demand(
      record.stage_index === book.stageIndex || book.status === 'completed',
      11,
      () => `${id} stands at ${record.stage_index}, in the books at ${book.stageIndex}`,
    );
    demand(
      record.attempts === book.attempts && record.failures === book.failures,
      11,
      () => `attempts or failures of ${id} differ`,
    );
    const open = openDependencies(books, book);
    demand(state.remaining[i] === open, 11, () => `${id} waits for ${state.remaining[i]}, in the books for ${open}`);
    demand(
      (state.doomedBy[i] !== -1) === doomed.has(id),
      11,
      () => `${id} is ${doomed.has(id) ? 'not ' : ''}doomed, against the books`,
    );
    const isReady = book.status === 'queued' && open === 0 && !doomed.has(id);
    demand(state.ready.has(i) === isReady, 11, () => `${id} is ${isReady ? 'not ' : ''}ready, against the books`);
    if (isActive(book)) active++;
    if (book.status === 'failed') failed++;
    demand(
      state.active.includes(i) === isActive(book),
      11,
      () => `${id} is ${isActive(book) ? 'not ' : ''}active, against the books`,
    );
  });
  demand(
    state.active.length === active && state.failed === failed,
    11,
    () => 'the counts of active or failed works differ',
  );
  demand(
    state.batch.status === books.status && state.batch.parallel === books.parallel,
    11,
    () => `the batch is ${state.batch.status}, in the books ${books.status}`,
  );
  for (const worker of state.workers) {
    const held = worker.work < 0 ? null : (state.works[worker.work]?.id ?? null);
    demand(
      held === books.workers.get(worker.worker)?.work,
      11,
      () => `${worker.worker} holds ${held}, in the books ${books.workers.get(worker.worker)?.work}`,
    );
  }
};

/** Derived indexes equal their recomputation; a snapshot through JSON brings back the same state. */
export const compareWithItself = (state: BatchState, parts: Parts): void => {
  sameState(derive(state), state, 'derived anew');
  const back = parts.fromSnapshot(state.plan, JSON.parse(JSON.stringify(parts.toSnapshot(state))));
  if (back === null) return demand(false, 11, () => 'the snapshot is not taken back');
  sameState(back, state, 'from its snapshot');
};

/** The journal, read back from its text and folded in pieces of any size, gives the running state. */
export const compareWithJournal = (
  state: BatchState,
  events: readonly Event[],
  { parts, random }: { readonly parts: Parts; readonly random: Random },
): void => {
  const read = JSON.parse(JSON.stringify(events)) as Event[];
  let folded = parts.start(state.plan);
  for (let i = 0; i < read.length;) {
    const size = random.int(1, 40);
    folded = parts.evolve(folded, read.slice(i, i + size));
    i += size;
  }
  sameState(folded, state, 'folded from its journal');
};

const sameState = (one: BatchState, other: BatchState, how: string): void => {
  if (plainOf(one) === plainOf(other)) return;
  // Rarely, members stand in another order, which means nothing.
  const [a, b] = [plainOf(one, sortKeys), plainOf(other, sortKeys)];
  if (a === b) return;
  let i = 0;
  while (a[i] === b[i]) i++;
  demand(
    false,
    11,
    () =>
      `the state ${how} differs: …${a.slice(Math.max(0, i - 80), i + 40)}… against …${b.slice(Math.max(0, i - 10), i + 40)}…`,
  );
};

/** All that a state says, as text. The order of `active` means nothing. */
const plainOf = (state: BatchState, replacer?: typeof sortKeys): string => {
  const { batch, scheduler, workers, works, records, resources, seq, at, remaining, doomedBy, ready, active, failed } =
    state;
  const ids = works.map(({ id }) => id);
  const sorted = [...active].sort((a, b) => a - b);
  return JSON.stringify(
    [
      batch,
      scheduler,
      workers,
      records,
      [...resources],
      seq,
      at,
      ids,
      [...remaining],
      [...doomedBy],
      [...ready],
      sorted,
      failed,
    ],
    replacer,
  );
};

const sortKeys = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
