/** A summoned worker that died before it answered: the journal does not know its process, only its session tells. */
import { accept } from '../core/accept.ts';
import type { WorkerRecord } from '../core/state.ts';
import type { Started } from './perform.ts';
import type { SchedulerWorld } from './world.ts';

type World = Pick<SchedulerWorld, 'journal' | 'engine' | 'clock' | 'log'>;

/**
 * Gives up a worker that was started from here and whose session is gone, so that it is summoned again at once. Only the
 * first in a row: what cannot start at all is tried again no sooner than its summons is over.
 */
export const giveUpUnanswered = async ({ journal, engine, clock, log }: World, started: Started): Promise<void> => {
  const { workers } = await journal.read();
  const waiting = workers.filter((worker) => isAwaited(worker) && started.has(worker.incarnation));
  if (waiting.length === 0) return;
  const live = await liveSessions({ engine, log });
  if (live === null) return;
  for (const { worker, incarnation } of waiting) {
    if (live.has(started.get(incarnation)?.name ?? '')) continue;
    log.warn(`${worker} died before it answered`);
    await journal.transact('scheduler', (newest) => {
      const isAnswered = newest.workers.some((each) => each.incarnation === incarnation && !isAwaited(each));
      if (isAnswered) return { ok: true, events: [] };
      const reason = `${worker} died before it answered`;
      return accept(newest, { type: 'give_up_worker', worker, incarnation, reason }, clock.now());
    });
  }
};

/** Null if the engine does not say: then nobody is taken for dead. */
const liveSessions = async ({ engine, log }: Pick<World, 'engine' | 'log'>): Promise<ReadonlySet<string> | null> => {
  try {
    return new Set((await engine.list()).map(({ name }) => name));
  } catch (error) {
    log.error('the sessions cannot be listed', error);
    return null;
  }
};

const isAwaited = ({ status, unanswered }: WorkerRecord): boolean => status === 'summoned' && unanswered === 0;
