/** The laws of DESIGN.md, asked of every event before it is entered into the books. */
import type { Event } from '../../src/core/event.ts';
import { countFailed, findDoomed, isActive, openDependencies, usesOf, type Books, type WorkBook } from './books.ts';
import { demand } from './violation.ts';

/** What is so in the simulated world, whatever the journal says. */
export interface Truth {
  remoteHead(branch: string): string | null;
  /** Whether a process of an attempt at this work lives that nobody has taken for dead. */
  livesAttempt(id: string): boolean;
  /** How many runs of stages have ended under this token. */
  endedRuns(token: string): number;
}

/** Who asked for the events. */
export type Submitter =
  | { readonly kind: 'scheduler'; readonly generation: number }
  | { readonly kind: 'worker'; readonly worker: string; readonly incarnation: string; readonly token: string | null }
  | { readonly kind: 'operator' };

interface Case {
  readonly books: Books;
  readonly truth: Truth;
  readonly by: Submitter;
  readonly at: number;
}

export const checkEvent = (event: Event, about: Case): void => {
  const { books } = about;
  demand(event.seq === books.seq + 1, 11, () => `event ${event.seq} follows ${books.seq}`);
  if (event.type === 'worker_started') checkStarted(event, about);
  if (event.type === 'scheduler_started')
    demand(event.generation > books.generation, 6, () => `generation ${event.generation} after ${books.generation}`);
  checkSubmitter(event, about);
  if ('id' in event && event.id !== null) {
    const book = books.works.get(event.id);
    if (book !== undefined) checkWork(event, book, about);
  }
};

const checkStarted = (event: Extract<Event, { type: 'worker_started' }>, { books }: Case): void => {
  const worker = books.workers.get(event.worker);
  const isExpected = worker?.incarnation === event.incarnation && worker.status === 'summoned';
  demand(
    isExpected,
    7,
    () => `${event.worker} started as ${event.incarnation}, which is ${worker?.status ?? 'unknown'}`,
  );
};

/** Law 6: only the newest scheduler decides, only the attempt that holds a work reports. */
const checkSubmitter = (event: Event, { books, by }: Case): void => {
  if (by.kind === 'scheduler')
    demand(
      by.generation === books.generation,
      6,
      () => `generation ${by.generation} recorded ${event.type} under ${books.generation}`,
    );
  if ('token' in event && event.type !== 'work_assigned') {
    const book = books.works.get(event.id) as WorkBook;
    const isLatePush = event.type === 'work_pushed' && book.status === 'stopped';
    demand(
      book.token === event.token,
      6,
      () => `${event.type} of ${event.token} for ${event.id}, which is ${book.token}'s`,
    );
    demand(isActive(book) || isLatePush, 6, () => `${event.type} for ${event.id}, which is ${book.status}`);
  }
  if (by.kind === 'worker' && by.token !== null && 'id' in event && event.id !== null) {
    const book = books.works.get(event.id) as WorkBook;
    demand(
      book.token === by.token,
      6,
      () => `${by.token} caused ${event.type} of ${event.id}, which is ${book.token}'s`,
    );
  }
};

const checkWork = (event: Event, book: WorkBook, about: Case): void => {
  const { books, truth } = about;
  const { id } = book.work;
  if (book.status === 'completed')
    demand(
      isHarmless.has(event.type) || (event.type === 'work_retried' && event.rerun),
      5,
      () => `${event.type} of completed ${id}`,
    );
  if (isEnding.has(event.type) && isActive(book) && event.type !== 'work_completed')
    demand(
      event.type !== 'work_retried' && event.type !== 'work_skipped',
      'controls',
      () => `${event.type} of running ${id}`,
    );
  switch (event.type) {
    case 'work_assigned':
      return checkAssigned(event, book, about);
    case 'stage_started':
      return checkStage(event, book, about);
    case 'stage_passed':
    case 'stage_failed':
    case 'work_requeued': {
      const counted = books.verdicts.get(event.token) ?? 0;
      const adds =
        event.type === 'stage_passed' || (event.type === 'work_requeued' && event.reason.kind === 'throttled');
      const ended = truth.endedRuns(event.token);
      demand(counted + Number(adds) <= ended, 7, () => `${id}: ${counted + 1} verdicts over ${ended} runs of a stage`);
      return;
    }
    case 'work_completed':
      if (!event.pushed || book.work.branch === null) return;
      return demand(
        truth.remoteHead(book.work.branch) === event.commit,
        12,
        () => `${id} completed with ${event.commit}, the remote has ${truth.remoteHead(book.work.branch as string)}`,
      );
    default:
      return;
  }
};

const isHarmless: ReadonlySet<string> = new Set(['worktree_removed', 'noted']);
const isEnding: ReadonlySet<string> = new Set(['work_retried', 'work_skipped', 'work_stopped', 'work_failed']);

const checkAssigned = (event: Extract<Event, { type: 'work_assigned' }>, book: WorkBook, about: Case): void => {
  const { books, truth, at } = about;
  const { id } = book.work;
  const { settings } = books.plan;
  const worker = books.workers.get(event.worker);
  const active = [...books.works.values()].filter(isActive);
  demand(book.status === 'queued', 4, () => `${id} is ${book.status} and assigned`);
  demand(openDependencies(books, book) === 0, 3, () => `${id} goes before its dependencies`);
  demand(
    worker?.status === 'live' && worker.work === null,
    4,
    () => `${event.worker} is ${worker?.status}, holds ${worker?.work}, gets ${id}`,
  );
  demand(books.status === 'running', 'controls', () => `${id} dispatched while ${books.status}`);
  demand(
    book.isContinued || settings.max_works === null || books.begun < settings.max_works,
    'controls',
    () => `${id} is one more than max_works`,
  );
  const isHeld = settings.on_failure !== 'skip-dependents' && countFailed(books) > books.tolerated;
  demand(!isHeld, 'controls', () => `${id} dispatched after a failure under ${settings.on_failure}`);
  demand(book.notBefore <= at, 'controls', () => `${id} dispatched within its back-off`);
  demand(active.length < books.parallel, 13, () => `${active.length + 1} of ${books.parallel} running`);
  const rival = active.find(
    (other) => other.work.conflicts.includes(id) || book.work.conflicts.includes(other.work.id),
  );
  demand(rival === undefined, 13, () => `${id} beside ${rival?.work.id}, its conflict`);
  checkSlots(book, about);
  for (const name of usesOf(book))
    demand((books.cooled.get(name) ?? 0) <= at, 13, () => `${id} dispatched while ${name} cools down`);
  demand(!truth.livesAttempt(id), 14, () => `${id} has a new attempt while a process of the old one lives`);
};

const checkStage = (event: Extract<Event, { type: 'stage_started' }>, book: WorkBook, about: Case): void => {
  const { books, at } = about;
  const { id } = book.work;
  const stage = book.stages[event.stage_index];
  demand(
    stage !== undefined && event.stage_index === book.stageIndex,
    10,
    () => `${id} starts stage ${event.stage_index}, stands at ${book.stageIndex}`,
  );
  if (stage === undefined) return;
  const undelivered = book.work.dependencies.find(
    (d) => books.works.get(d)?.everDelivered === false && !books.works.get(d)?.isSatisfied,
  );
  demand(
    undelivered === undefined || (book.attempts > 0 && book.status === 'running'),
    3,
    () => `${id} starts before ${undelivered}`,
  );
  const visits = book.visits[event.stage_index] ?? 0;
  demand(
    visits <= stage.max_visits && event.visit === visits,
    10,
    () => `${id} visits ${stage.name} for the ${visits}. time (says ${event.visit}), ${stage.max_visits} allowed`,
  );
  demand(
    book.failures < stage.retry.max_attempts,
    10,
    () => `${id} tries ${stage.name} after ${book.failures} failures`,
  );
  demand(book.throttles <= 20, 10, () => `${id} was throttled ${book.throttles} times`);
  checkSlots(book, about);
  for (const name of usesOf(book)) {
    const limit = books.plan.settings.resources[name]?.per_minute ?? null;
    const recent = (books.starts.get(name) ?? []).filter((time) => time > at - 60_000).length;
    demand(limit === null || recent < limit, 13, () => `${recent + 1} starts a minute of ${name}, ${limit} allowed`);
  }
};

const checkSlots = (book: WorkBook, { books }: Case): void => {
  for (const name of usesOf(book)) {
    const slots = books.plan.settings.resources[name]?.slots ?? null;
    if (slots === null) continue;
    const others = [...books.works.values()].filter(
      (other) => other !== book && isActive(other) && usesOf(other).has(name),
    ).length;
    demand(others < slots, 13, () => `${others + 1} works use ${name}, which has ${slots} slots`);
  }
};

/** Law 9, asked when faults have stopped and nothing moves any more. */
export const checkSettled = (books: Books): void => {
  const doomed = findDoomed(books);
  const waits = (book: WorkBook): boolean =>
    book.work.dependencies.some((id) => {
      const other = books.works.get(id);
      return (
        other !== undefined &&
        !other.isSatisfied &&
        (other.status === 'stopped' || (other.status === 'queued' && (doomed.has(id) || waits(other))))
      );
    });
  for (const book of books.works.values()) {
    const { id } = book.work;
    demand(!isActive(book), 9, () => `${id} is ${book.status} for ever`);
    if (book.status === 'queued' && !doomed.has(id))
      demand(waits(book), 9, () => `${id} is queued for ever, the batch is ${books.status}`);
  }
  demand(books.status === 'completed' || books.status === 'stopped', 9, () => `the batch is ${books.status} for ever`);
};
