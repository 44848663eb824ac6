/** Following a batch: every event in order, until the batch has come to an end or to rest. */
import type { Event } from '../core/event.ts';
import type { BatchState } from '../core/state.ts';
import type { Journal } from '../ports/store.ts';
import { isSchedulerAlive, isUnfinished } from './batch.ts';
import type { Client } from './client.ts';

export interface FollowOptions {
  /** Called once for every event from `fromSeq` on, in order. */
  onEvent?(event: Event): void;
  /** Called with every new state, after its events, and once at the beginning. */
  onState?(state: BatchState): void;
  /** Ends the following; nothing else. */
  readonly signal?: AbortSignal;
  /** The first event that is given; by default the next one to come. */
  readonly fromSeq?: number;
  /** Whether a pause in which nothing runs ends the following (exit code 4). Default true; `watch` stays. */
  readonly endsAtRest?: boolean;
}

/** A scheduler that crashed is started again by its session; after this long without one nobody does. */
const abandonedMs = 15_000;
/** Processes die without a line in the journal. */
const lookMs = 1000;
/** A busy batch writes hundreds of lines a second, and a person cannot tell whether they come one by one. */
const settleMs = 50;

/**
 * Follows until the batch has ended and its scheduler has left, until it rests in a pause, until no scheduler has
 * lived for 15 s, nor any worker, although the batch is unfinished (`isUnfinished` of the state then tells), or until `signal` aborts.
 * Gives the newest state. Changes nothing.
 */
export const follow = async (
  client: Pick<Client, 'clock' | 'processes'>,
  journal: Journal<BatchState>,
  options: FollowOptions = {},
): Promise<BatchState> => {
  const { onEvent, onState, signal } = options;
  let state = await journal.read();
  let nextSeq = options.fromSeq ?? state.seq + 1;
  let shownSeq = -1;
  let aliveAt = client.clock.elapsed();
  for (;;) {
    if (onEvent !== undefined) nextSeq = await give(journal, nextSeq, onEvent);
    if (state.seq !== shownSeq) onState?.(state);
    shownSeq = state.seq;
    if (signal?.aborted === true) return state;
    const isAlive = isSchedulerAlive(client, state);
    const now = client.clock.elapsed();
    if (isAlive) aliveAt = now;
    if (isOver(state) && !isAlive) return state;
    if ((options.endsAtRest ?? true) && isAtRest(state)) return state;
    if (now - aliveAt >= abandonedMs && !hasWorkers(client, state)) return state;
    await journal.changed({
      timeoutMs: lookMs,
      since: state.seq,
      settleMs,
      ...(signal === undefined ? {} : { signal }),
    });
    state = await journal.read();
  }
};

/** Hands out events from a number on; gives the number that comes next. */
const give = async (
  journal: Journal<BatchState>,
  fromSeq: number,
  onEvent: (event: Event) => void,
): Promise<number> => {
  let next = fromSeq;
  for await (const event of journal.events(fromSeq)) {
    onEvent(event);
    next = event.seq + 1;
  }
  return next;
};

/** Workers of a dead scheduler finish their stages and report. */
const hasWorkers = ({ processes }: Pick<Client, 'processes'>, { workers }: BatchState): boolean =>
  workers.some(({ status, process }) => status === 'live' && process !== null && processes.isAlive(process));

const isOver = (state: BatchState): boolean => !isUnfinished(state);

const isAtRest = ({ batch, active }: BatchState): boolean => batch.status === 'paused' && active.length === 0;
