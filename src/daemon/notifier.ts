/**
 * Tells a person what happened, beside the loop.
 *
 *     events since the mark ──► gathered by kind ──► its minute is over? ──► mark on disk ──► every way
 *
 * The mark is written before anything is sent: a scheduler that dies in between leaves a notice untold, never told twice.
 * What no longer holds when its minute is over (the work was retried, the question answered) is not told. A way that
 * fails is noted in the journal once, and harms nothing else.
 */
import type { Event } from '../core/event.ts';
import { isEnded, isStillFailed, questionOf, tidingsOf } from '../core/notices.ts';
import type { BatchState } from '../core/state.ts';
import type { WorkId } from '../core/work.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Notice, NoticeKind, NoticeMark, Notifications, NoticeWay } from '../ports/notifications.ts';
import type { Journal } from '../ports/store.ts';

/** Of one kind nothing is told sooner than this after the last. */
const quietMs = 60_000;
/** The last notice of a batch is waited for this long; the scheduler has left the batch by then. */
const lastWaitMs = 10_000;

export interface NotifierWorld {
  readonly journal: Journal<BatchState>;
  /** Null: nobody wants to be told of anything. */
  readonly notifications: Notifications | null;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Notifier {
  /** Looks at what is new and begins to send what is due. Costs next to nothing when nothing is. Never throws. */
  look(): Promise<void>;
  /** The last look of an ended batch; waits a bounded time until all is sent. */
  finish(): Promise<void>;
}

export const makeNotifier = (world: NotifierWorld): Notifier => {
  const { notifications, log } = world;
  if (notifications === null) return { look: () => Promise.resolve(), finish: () => Promise.resolve() };
  const desk = makeDesk(world, notifications);
  const look = async (): Promise<void> => {
    try {
      await desk.look();
    } catch (error) {
      log.error('notices could not be looked for', error);
    }
  };
  return {
    look,
    finish: async () => {
      await look();
      await desk.noteHeld();
      await Promise.race([desk.sent(), world.clock.sleep(lastWaitMs)]);
    },
  };
};

const emptyMark: NoticeMark = { seq: 0, sent_at: {}, held: [], troubled: [] };

const makeDesk = (world: NotifierWorld, notifications: Notifications) => {
  const { journal, clock, log } = world;
  let mark = notifications.readMark() ?? emptyMark;
  let seen = mark.seq;
  const sending = new Set<Promise<void>>();

  const keep = (next: NoticeMark): void => {
    mark = next;
    try {
      notifications.writeMark(next);
    } catch (error) {
      log.error('it cannot be kept what was told; after a restart it may be told again', error);
    }
  };
  const begin = (state: BatchState, notice: Notice): void => {
    const document = notifications.describe(state, notice);
    log.info(`notice: ${document.title}`);
    for (const way of notifications.ways) {
      const done = sendBy(way, document).finally(() => sending.delete(done));
      sending.add(done);
    }
  };
  const sendBy = async (way: NoticeWay, document: Parameters<NoticeWay['send']>[0]): Promise<void> => {
    try {
      await way.send(document);
    } catch (error) {
      const text = `notifying by ${way.name} failed: ${error instanceof Error ? error.message : String(error)}`;
      log.warn(text);
      if (mark.troubled.includes(way.name)) return;
      keep({ ...mark, troubled: [...mark.troubled, way.name] });
      await note(text);
    }
  };
  const note = async (text: string): Promise<void> => {
    try {
      await journal.transact('scheduler', () => ({ ok: true, events: [{ type: 'noted', id: null, text }] }));
    } catch (error) {
      log.error('this could not be noted', error);
    }
  };
  return {
    look: async (): Promise<void> => {
      const state = await journal.read();
      // Lines were lost and the rest numbered anew: better untold than told twice.
      if (state.seq < seen) seen = state.seq;
      const fresh: Event[] = [];
      if (state.seq > seen) for await (const event of journal.events(seen + 1)) fresh.push(event);
      seen = fresh.at(-1)?.seq ?? seen;
      const held = gather(mark.held, fresh, notifications.on);
      const { due, waiting } = divide(state, held, { mark, now: clock.now() });
      if (due.length === 0 && waiting.length === 0 && mark.held.length === 0) return;
      if (due.length === 0 && fresh.length === 0) return;
      const sent_at = Object.fromEntries(due.map(({ kind }) => [kind, clock.now()]));
      keep({ ...mark, seq: seen, held: waiting, sent_at: { ...mark.sent_at, ...sent_at } });
      for (const notice of due) begin(state, notice);
    },
    /** What would have to wait for its minute when the scheduler goes is said in the journal. */
    noteHeld: async (): Promise<void> => {
      if (mark.held.length === 0) return;
      const text = mark.held.map(({ kind, ids }) => `${kind}${ids.length === 0 ? '' : ` of ${ids.join(', ')}`}`);
      keep({ ...mark, held: [] });
      await note(`not told, within a minute of the notice before: ${text.join('; ')}`);
    },
    sent: async (): Promise<void> => {
      while (sending.size > 0) await Promise.all(sending);
    },
  };
};

/** What was held and what the events add, one notice a kind, each work once. */
const gather = (held: readonly Notice[], events: readonly Event[], on: readonly NoticeKind[]): readonly Notice[] => {
  const byKind = new Map<NoticeKind, Set<WorkId>>(held.map(({ kind, ids }) => [kind, new Set(ids)]));
  for (const event of events) {
    const tidings = tidingsOf(event);
    if (tidings === null || !on.includes(tidings.kind)) continue;
    const ids = byKind.get(tidings.kind) ?? new Set<WorkId>();
    byKind.set(tidings.kind, ids);
    if (tidings.kind !== 'end') ids.add(tidings.id);
  }
  return [...byKind].map(([kind, ids]) => ({ kind, ids: [...ids] }));
};

interface Divided {
  readonly due: readonly Notice[];
  readonly waiting: readonly Notice[];
}

/** What no longer holds falls out. The notice of an end says what failed and what waits: nothing else is told beside it. */
const divide = (
  state: BatchState,
  held: readonly Notice[],
  { mark, now }: { readonly mark: NoticeMark; readonly now: number },
): Divided => {
  const current = held.flatMap((notice) => stillTrue(state, notice));
  // A clock that was set back must not silence anybody.
  const isDue = ({ kind }: Notice): boolean => Math.abs(now - (mark.sent_at[kind] ?? -Infinity)) >= quietMs;
  const due = current.filter(isDue);
  const end = due.find(({ kind }) => kind === 'end');
  if (end !== undefined) return { due: [end], waiting: [] };
  return { due, waiting: current.filter((notice) => !isDue(notice)) };
};

const stillTrue = (state: BatchState, { kind, ids }: Notice): readonly Notice[] => {
  if (kind === 'end') return isEnded(state) ? [{ kind, ids }] : [];
  const left = ids.filter((id) => (kind === 'failure' ? isStillFailed(state, id) : questionOf(state, id) !== null));
  return left.length === 0 ? [] : [{ kind, ids: left }];
};
