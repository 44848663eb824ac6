/**
 * One batch, watched for all who look at it: one open journal, one watch, and one look for all subscribers.
 *
 *     journal grows ─► look ─► difference to the last look ─► every subscriber's queue
 *     pulses (every 500 ms) ─┘
 *
 * A subscriber gets everything behind the look with which it began: that is taken and it is entered in the same tick, and
 * what it missed before is read while new messages wait in its queue. So there is neither gap nor repeat. A look at 5,000 works takes about
 * 30 ms of a core; the pause behind one grows with its cost, so that a busy batch takes half a core at most.
 */
import type { Client } from '../client/client.ts';
import { isSchedulerAlive, isUnfinished } from '../client/batch.ts';
import { observe } from '../client/observe.ts';
import type { Event } from '../core/event.ts';
import type { BatchState } from '../core/state.ts';
import type { Journal } from '../ports/store.ts';
import type { ChangeMessage, SnapshotMessage } from '../view/api.ts';
import { changeBetween, changeSince, hasOtherWorks, type StatusLook } from '../view/status-change.ts';
import { makeForecaster } from '../view/forecast.ts';
import { makeStatus, type KnownItems } from '../view/status.ts';

export type FeedMessage =
  | { readonly event: 'snapshot'; readonly seq: number; readonly data: SnapshotMessage }
  | { readonly event: 'change'; readonly seq: number; readonly data: ChangeMessage };

export interface Subscriber {
  take(message: FeedMessage): void;
  /** Nothing comes any more: the server ends (null), or the batch cannot be read. */
  end(error: unknown): void;
}

export interface Feed {
  readonly journal: Journal<BatchState>;
  /** The status by all that is in the journal now. */
  look(): Promise<StatusLook>;
  /** Hands messages out until the end that it gives is called. `after`: of the last event that the subscriber knows; null: none. */
  subscribe(after: number | null, subscriber: Subscriber): Promise<() => void>;
  isIdle(): boolean;
  close(): Promise<void>;
}

/** Between two looks: a person cannot tell more than twenty a second. */
const leastPauseMs = 50;
const pauseFactor = 1;
const longestPauseMs = 500;
/** Pulses are files, and processes die without a line. */
const pulseMs = 500;
/** Of a batch that is over. */
const restMs = 5000;
/** What only time changes: the estimate, reasons with times in them. */
const slowMs = 2000;
/** As old as a look may be that is given out again, if the journal has not grown. */
const freshMs = 250;
/** Who missed more gets a snapshot. */
const tailLimit = 5000;

export const makeFeed = (client: Client, journal: Journal<BatchState>): Feed => {
  const subscribers = new Set<Subscriber>();
  const ended = new AbortController();
  let newest: StatusLook | null = null;
  const forecast = makeForecaster();
  const known: KnownItems = new WeakMap();
  let takenAt = -Infinity;
  let looking: Promise<StatusLook> | null = null;
  /** What all subscribers know; null while nobody watches. */
  let told: StatusLook | null = null;
  let slowAt = -Infinity;
  let watching: Promise<void> | null = null;

  const takeLook = async (): Promise<StatusLook> => {
    const state = await journal.read();
    if (newest?.state === state && client.clock.elapsed() - takenAt < freshMs) return newest;
    const seen = await observe(client, journal);
    takenAt = client.clock.elapsed();
    return (newest = {
      state: seen.state,
      status: makeStatus({ ...seen, eta: forecast(seen.state, seen.now), known }),
      at: new Date(seen.now).toISOString(),
    });
  };
  /** Those who ask while one is taken share the next one, which sees all that they have done. */
  const look = async (): Promise<StatusLook> => {
    if (looking !== null) await looking.catch(() => null);
    return (looking ??= takeLook().finally(() => (looking = null)));
  };
  const eventsUpTo = async (fromSeq: number, toSeq: number): Promise<readonly Event[]> => {
    const events: Event[] = [];
    if (fromSeq > toSeq) return events;
    for await (const event of journal.events(fromSeq)) {
      if (event.seq > toSeq) break;
      events.push(event);
    }
    return events;
  };
  /** No wait between `told` and the handing out: who subscribes later begins with the newer look. */
  const tell = async (before: StatusLook): Promise<void> => {
    const after = await look();
    if (after.state.seq < before.state.seq || hasOtherWorks(before, after)) {
      told = after;
      return hand(snapshotOf(after));
    }
    const events = await eventsUpTo(before.state.seq + 1, after.state.seq);
    const isSlow = client.clock.elapsed() - slowAt >= slowMs;
    const { message, known } = changeBetween(before, after, { events, isSlow });
    if (message === null) return;
    if (isSlow) slowAt = client.clock.elapsed();
    told = known;
    hand({ event: 'change', seq: message.seq, data: message });
  };
  const hand = (message: FeedMessage): void => {
    for (const { take } of [...subscribers]) take(message);
  };
  const watch = async (): Promise<void> => {
    for (;;) {
      if (subscribers.size === 0 || ended.signal.aborted || told === null) {
        // In one tick with the look at the subscribers: who comes now begins a new watch.
        watching = told = null;
        return;
      }
      const startedAt = performance.now();
      await tell(told);
      const took = performance.now() - startedAt;
      await client.clock.sleep(Math.max(leastPauseMs, Math.min(longestPauseMs, took * pauseFactor)), ended.signal);
      const { state } = newest ?? told;
      const isOver = !isUnfinished(state) && !isSchedulerAlive(client, state);
      await journal.changed({ timeoutMs: isOver ? restMs : pulseMs, since: state.seq, signal: ended.signal });
    }
  };
  const fail = (error: unknown): void => {
    watching = told = null;
    for (const { end } of [...subscribers]) end(error);
    subscribers.clear();
  };
  const missed = async (after: number, known: StatusLook): Promise<FeedMessage> => {
    const { seq } = known.state;
    if (after > seq || seq - after > tailLimit) return snapshotOf(known);
    const events = await eventsUpTo(after + 1, seq);
    const isOther = events.some(({ type }) => type === 'works_added' || type === 'works_removed');
    return isOther ? snapshotOf(known) : { event: 'change', seq, data: changeSince(known, events) };
  };
  return {
    journal,
    look,
    subscribe: async (after, { take, end }) => {
      if (told === null) {
        const looked = await look();
        told ??= looked;
      }
      const known = told;
      const waiting: FeedMessage[] = [];
      let pass = (message: FeedMessage): void => void waiting.push(message);
      const subscriber: Subscriber = { take: (message) => pass(message), end };
      subscribers.add(subscriber);
      watching ??= watch().catch(fail);
      try {
        take(after === null ? snapshotOf(known) : await missed(after, known));
      } catch (error) {
        subscribers.delete(subscriber);
        throw error;
      }
      waiting.forEach(take);
      pass = take;
      return () => subscribers.delete(subscriber);
    },
    isIdle: () => subscribers.size === 0,
    close: async () => {
      ended.abort();
      await watching;
      for (const { end } of [...subscribers]) end(null);
      await journal.close();
    },
  };
};

const snapshotOf = ({ state, status, at }: StatusLook): FeedMessage => ({
  event: 'snapshot',
  seq: state.seq,
  data: { ...status, at, seq: state.seq },
});
