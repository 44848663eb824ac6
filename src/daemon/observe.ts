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

/** A busy batch wakes the scheduler hundreds of times a second; who died between two looks is seen no later to a person. */
const lookMs = 100;

/** A gap between two looks longer than this was a sleep of the machine or of this process: the workers slept, too. */
const gapMs = 2000;

interface Silence {
  readonly beatenAt: number;
  /** How long this beat has been the newest, in time that we were looking. */
  readonly quietMs: number;
}

/**
 * Gives up workers that are dead or silent. Everything that their attempts started is ended first, and only what
 * was seen dead is reported (law 14): the next attempt may begin the moment the report is in the journal.
 *
 * Silence is counted in our own looks, never as the age of a beat: a clock that is set, or a machine that slept, would
 * make every worker silent at once. `timeMs` is a clock that only goes forward.
 */
export const makeObserver = (world: Observer, timeMs = (): number => performance.now()): (() => Promise<void>) => {
  const silences = new Map<string, Silence>();
  let lookedAt = timeMs() - lookMs;
  return async () => {
    const now = timeMs();
    if (now - lookedAt < lookMs) return;
    const passedMs = Math.min(gapMs, now - lookedAt);
    lookedAt = now;
    const state = await world.journal.read();
    for (const worker of state.workers) {
      if (worker.status !== 'live' || worker.process === null) continue;
      const quietMs = listen(world, silences, { worker, passedMs });
      const reason = findTrouble(world, worker, quietMs);
      if (reason !== null) await giveUp(world, state, { worker, reason });
    }
  };
};

const listen = (
  { files }: Observer,
  silences: Map<string, Silence>,
  { worker, passedMs }: { readonly worker: WorkerRecord; readonly passedMs: number },
): number => {
  const beatenAt = files.readPulse(worker.worker)?.beatenAt ?? 0;
  const before = silences.get(worker.incarnation);
  const quietMs = before?.beatenAt === beatenAt ? before.quietMs + passedMs : 0;
  silences.set(worker.incarnation, { beatenAt, quietMs });
  return quietMs;
};

const findTrouble = ({ processes }: Observer, { worker, process }: WorkerRecord, quietMs: number): string | null => {
  if (process !== null && !processes.isAlive(process)) return `${worker} died`;
  return quietMs > silentMs ? `${worker} was silent for ${Math.round(quietMs / 1000)} s` : null;
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
