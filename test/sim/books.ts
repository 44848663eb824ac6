/**
 * The checker's own books: what the events say, kept in another way than the core keeps it. It knows the core's
 * types and nothing of its code, so that a mistake there is not made here a second time.
 */
import type { Event } from '../../src/core/event.ts';
import type { Plan, PlannedWork, Stage } from '../../src/core/plan.ts';

export interface WorkBook {
  readonly work: PlannedWork;
  readonly stages: readonly Stage[];
  status: 'queued' | 'assigned' | 'running' | 'completed' | 'failed' | 'stopped' | 'skipped';
  isSatisfied: boolean;
  everDelivered: boolean;
  token: string | null;
  worker: string | null;
  stop: boolean;
  attempts: number;
  notBefore: number;
  stageIndex: number;
  visits: number[];
  failures: number;
  throttles: number;
  publishing: string | null;
  commit: string | null;
  isPushed: boolean;
  /** It was dispatched and came back to the queue by itself. */
  isContinued: boolean;
}

export interface WorkerBook {
  incarnation: string;
  status: 'summoned' | 'live' | 'gone';
  work: string | null;
}

export interface Books {
  readonly plan: Plan;
  readonly works: Map<string, WorkBook>;
  readonly workers: Map<string, WorkerBook>;
  /** Times of stage starts by resource. */
  readonly starts: Map<string, number[]>;
  readonly cooled: Map<string, number>;
  /** Verdicts over stages by token: passed, failed, throttled. */
  readonly verdicts: Map<string, number>;
  status: string;
  parallel: number;
  generation: number;
  tolerated: number;
  /** Works that began since the batch last began to run. */
  begun: number;
  seq: number;
}

export const openBooks = (plan: Plan): Books => ({
  plan,
  works: new Map(plan.works.map((work) => [work.id, openWork(plan, work)])),
  workers: new Map(),
  starts: new Map(),
  cooled: new Map(),
  verdicts: new Map(),
  status: 'planned',
  parallel: plan.parallel,
  generation: 0,
  tolerated: 0,
  begun: 0,
  seq: 0,
});

const openWork = (plan: Plan, work: PlannedWork): WorkBook => {
  const stages = plan.workflows[work.workflow]?.stages ?? [];
  return {
    ...{
      work,
      stages,
      status: 'queued',
      isSatisfied: false,
      everDelivered: false,
      token: null,
      worker: null,
      stop: false,
    },
    ...{ attempts: 0, notBefore: 0, stageIndex: 0, visits: stages.map((_, i) => (i === 0 ? 1 : 0)), failures: 0 },
    ...{ throttles: 0, publishing: null, commit: null, isPushed: false, isContinued: false },
  };
};

export const isActive = ({ status }: WorkBook): boolean => status === 'assigned' || status === 'running';

export const countFailed = (books: Books): number =>
  [...books.works.values()].filter((b) => b.status === 'failed').length;

/** What a work uses at the stage where it stands. */
export const usesOf = ({ work, stages, stageIndex }: WorkBook): ReadonlySet<string> =>
  new Set([...work.uses, ...(stages[stageIndex]?.uses ?? [])]);

const nobody: ReadonlySet<string> = new Set();

/** Ids of works that wait for ever behind a failed or skipped one. */
export const findDoomed = (books: Books): ReadonlySet<string> => {
  if (![...books.works.values()].some(({ status }) => status === 'failed' || status === 'skipped')) return nobody;
  const known = new Map<string, boolean>();
  const isDoomed = (id: string): boolean => {
    const seen = known.get(id);
    if (seen !== undefined) return seen;
    known.set(id, false);
    const book = books.works.get(id);
    const answer =
      book?.status === 'queued' &&
      book.work.dependencies.some((d) => {
        const other = books.works.get(d);
        if (other === undefined) return false;
        return other.status === 'failed' || (other.status === 'skipped' && !other.isSatisfied) || isDoomed(d);
      });
    known.set(id, answer);
    return answer;
  };
  return new Set([...books.works.keys()].filter(isDoomed));
};

export const openDependencies = (books: Books, book: WorkBook): number =>
  new Set(book.work.dependencies.filter((id) => books.works.get(id)?.isSatisfied === false)).size;

/** Enters an event. */
export const enter = (books: Books, event: Event): void => {
  books.seq = event.seq;
  switch (event.type) {
    case 'scheduler_started':
      books.generation = event.generation;
      if (books.status === 'planned') books.status = 'running';
      return;
    case 'worker_summoned':
      books.workers.set(event.worker, { incarnation: event.incarnation, status: 'summoned', work: null });
      return;
    case 'worker_started':
    case 'worker_ended': {
      const worker = books.workers.get(event.worker);
      if (worker === undefined) return;
      worker.status = event.type === 'worker_started' ? 'live' : 'gone';
      return;
    }
    case 'works_added':
      for (const work of event.works) books.works.set(work.id, openWork(books.plan, work));
      return;
    case 'works_removed':
      for (const id of event.ids) books.works.delete(id);
      return;
    case 'resource_cooled':
      books.cooled.set(event.resource, Math.max(books.cooled.get(event.resource) ?? 0, Date.parse(event.until)));
      return;
    case 'batch_paused':
      books.status = 'paused';
      return;
    case 'batch_resumed':
      books.status = 'running';
      books.parallel = event.parallel;
      books.tolerated = countFailed(books);
      books.begun = 0;
      return;
    case 'stop_requested':
      if (event.ids === null) books.status = 'stopping';
      if (event.mode === 'drain') return;
      for (const book of books.works.values())
        if (isActive(book) && (event.ids === null || event.ids.includes(book.work.id))) book.stop = true;
      return;
    case 'batch_stopped':
      books.status = 'stopped';
      return;
    case 'batch_completed':
      books.status = 'completed';
      return;
    default:
      if ('id' in event && event.id !== null) enterForWork(books, event);
  }
};

const enterForWork = (books: Books, event: Event): void => {
  const book = 'id' in event && event.id !== null ? books.works.get(event.id) : undefined;
  if (book === undefined) return;
  const verdict = (token: string): unknown => books.verdicts.set(token, (books.verdicts.get(token) ?? 0) + 1);
  switch (event.type) {
    case 'work_assigned':
      Object.assign(book, {
        status: 'assigned',
        token: event.token,
        worker: event.worker,
        stop: false,
        publishing: null,
      });
      if (!book.isContinued) books.begun++;
      Object.assign(book, { attempts: book.attempts + 1, isContinued: false });
      (books.workers.get(event.worker) as WorkerBook).work = event.id;
      return;
    case 'work_prepared':
      book.status = 'running';
      return;
    case 'stage_started': {
      book.status = 'running';
      for (const name of usesOf(book))
        books.starts.set(name, [...(books.starts.get(name) ?? []), Date.parse(event.at)].slice(-8));
      return;
    }
    case 'stage_passed':
      verdict(event.token);
      Object.assign(book, { stageIndex: event.next_index, failures: 0, throttles: 0 });
      if (event.next_index < book.stages.length)
        book.visits[event.next_index] = (book.visits[event.next_index] ?? 0) + 1;
      return;
    case 'stage_failed':
      if (isOfStage.has(event.failure.reason)) verdict(event.token);
      book.failures++;
      return;
    case 'work_publishing':
      book.publishing = event.commit;
      return;
    case 'work_requeued':
      if (event.reason.kind === 'throttled') {
        verdict(event.token);
        book.throttles++;
      }
      leave(books, book, 'queued');
      book.isContinued = true;
      book.notBefore = event.not_before === null ? 0 : Date.parse(event.not_before);
      return;
    case 'work_completed':
      leave(books, book, 'completed');
      Object.assign(book, { isSatisfied: true, everDelivered: true, commit: event.commit, isPushed: event.pushed });
      return;
    case 'work_failed':
      return leave(books, book, 'failed');
    case 'work_stopped':
      return leave(books, book, 'stopped');
    case 'work_skipped':
      leave(books, book, 'skipped');
      book.isSatisfied = event.satisfied;
      return;
    case 'work_retried':
      leave(books, book, 'queued');
      book.stageIndex = event.rerun ? 0 : (event.from_index ?? book.stageIndex);
      book.visits = book.stages.map((_, i) => (i === book.stageIndex ? 1 : 0));
      Object.assign(book, { failures: 0, throttles: 0, notBefore: 0, isPushed: false, isContinued: false });
      return;
    default:
      return;
  }
};

const leave = (books: Books, book: WorkBook, status: WorkBook['status']): void => {
  const worker = book.worker === null ? undefined : books.workers.get(book.worker);
  if (isActive(book) && worker?.work === book.work.id) worker.work = null;
  Object.assign(book, { status, isSatisfied: false, worker: null, stop: false });
  // Failures that a resume tolerated and that are no more cannot be tolerated twice.
  if (books.tolerated > 0) books.tolerated = Math.min(books.tolerated, countFailed(books));
};

/** Failures that a stage's own end gives; the others come from preparing and publishing, or from a lost worker. */
const isOfStage: ReadonlySet<string> = new Set(
  'exit signal timeout run_time idle asked not_started unproven gate bad_result visits throttled'.split(' '),
);
