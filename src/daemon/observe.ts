/** Looks at the workers: one whose process is gone, or that was silent too long, gives its work back. */
import { accept } from '../core/accept.ts';
import type { BatchState, WorkerRecord } from '../core/state.ts';
import type { AttemptFiles } from '../ports/attempt-files.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Processes } from '../ports/processes.ts';
import type { Journal } from '../ports/store.ts';

/** A live worker beats every few seconds; after this long without it counts as gone, though its process is there. */
export const silentMs = 60_000;

interface Observer {
  readonly journal: Journal<BatchState>;
  readonly processes: Processes;
  readonly files: AttemptFiles;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Gives up workers that are dead or silent. Everything that their attempts started is ended first, and only what
 * was seen dead is reported (law 14): the next attempt may begin the moment the report is in the journal.
 */
export const observeWorkers = async (world: Observer): Promise<void> => {
  const state = await world.journal.read();
  for (const worker of state.workers) {
    const reason = worker.status === 'live' ? findTrouble(world, worker) : null;
    if (reason !== null) await giveUp(world, state, { worker, reason });
  }
};

const findTrouble = ({ processes, files, clock }: Observer, worker: WorkerRecord): string | null => {
  if (worker.process === null) return null;
  if (!processes.isAlive(worker.process)) return `${worker.worker} died`;
  const pulse = files.readPulse(worker.worker);
  if (pulse === null || clock.now() - pulse.beatenAt <= silentMs) return null;
  return `${worker.worker} was silent for ${Math.round((clock.now() - pulse.beatenAt) / 1000)} s`;
};

const giveUp = async (
  { journal, processes, clock, log }: Observer,
  state: BatchState,
  { worker, reason }: { readonly worker: WorkerRecord; readonly reason: string },
): Promise<void> => {
  log.warn(reason);
  const { incarnation, process } = worker;
  const token = state.records[worker.work]?.token ?? incarnation;
  const roots = process === null ? [] : [process];
  const { survivors } = await processes.endAttempt({ token, roots, graceMs: 0 });
  if (survivors.length > 0) {
    log.error(
      `process ${survivors.map(({ pid }) => pid).join(', ')} of ${worker.worker} cannot be ended; its work waits`,
    );
    return;
  }
  await journal.transact('scheduler', (newest) =>
    accept(newest, { type: 'give_up_worker', worker: worker.worker, incarnation, reason }, clock.now()),
  );
};
