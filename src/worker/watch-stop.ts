/** Tells a running stage that it is to end: a person's stop, or the attempt was given up. */
import { isActive, type BatchState } from '../core/state.ts';
import { standing } from './report.ts';
import type { Attempt, WorkerWorld } from './world.ts';

/** How an attempt is wanted to end. */
export type Ending = 'graceful' | 'force';

export interface StopWatch {
  /** Calls back with every new wish, at once if there is one already; returns how to stop listening. */
  listen(listener: (ending: Ending) => void): () => void;
  end(): void;
}

const lookAgainMs = 60_000;
/** Most of what wakes us is about other works; a stop that is seen so much later is no later to a person. */
const settleMs = 50;

export const watchStop = (world: WorkerWorld, attempt: Attempt): StopWatch => {
  const ended = new AbortController();
  let wish: Ending | null = null;
  let listener: ((ending: Ending) => void) | null = null;
  const follow = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      const state = await world.journal.read();
      const next = findWish(state, attempt);
      if (next !== null && next !== wish) {
        wish = next;
        listener?.(next);
      }
      await world.journal.changed({ timeoutMs: lookAgainMs, settleMs, signal: ended.signal, since: state.seq });
    }
  };
  void follow().catch((error: unknown) => world.log.error('watching for a stop failed', error));
  return {
    listen: (heard) => {
      listener = heard;
      if (wish !== null) heard(wish);
      return () => (listener = null);
    },
    end: () => ended.abort(),
  };
};

/** An attempt that was given up ends by force: its successor waits for its processes to go. */
const findWish = (state: BatchState, attempt: Attempt): Ending | null => {
  const record = standing(state, attempt);
  if (record === null) return 'force';
  if (!isActive(record.state) || record.state.stop === null || record.state.stop === 'drain') return null;
  return record.state.stop;
};
