/** The worker's sign of life: a file that it touches every few seconds, with the newest lines of output in it. */
import type { Pulse } from '../core/pulse.ts';
import type { WorkerWorld } from './world.ts';

/** A worker that was silent for `silentMs` (core) counts as gone; it beats often enough to miss some beats. */
const beatMs = 5000;
/** Changes are shown sooner, but not more often than this. */
const changeMs = 1000;

export interface PulseBeat {
  /** What the next beat says; soon after a change, at the latest with the next beat. */
  show(change: Partial<Omit<Pulse, 'at'>>): void;
  stop(): void;
}

export const nothingShown: Omit<Pulse, 'at'> = {
  id: '',
  stage: '',
  last_output: [],
  phase: null,
  progress: null,
  pid: null,
  question: null,
};

export const makePulse = ({
  files,
  clock,
  worker,
  mask,
}: Pick<WorkerWorld, 'files' | 'clock' | 'worker' | 'mask'>): PulseBeat => {
  let shown = nothingShown;
  let hasChanged = false;
  let beatenAt = 0;
  const beat = (): void => {
    // A clock that is set back must not silence the pulse.
    beatenAt = clock.elapsed();
    hasChanged = false;
    const { last_output, question } = shown;
    files.beat(worker, {
      ...shown,
      at: clock.now(),
      last_output: last_output.map(mask),
      question: question === null ? null : mask(question),
    });
  };
  const timer = setInterval(() => {
    if (hasChanged || clock.elapsed() - beatenAt >= beatMs) beat();
  }, changeMs);
  beat();
  return {
    show: (change) => {
      shown = { ...shown, ...change };
      hasChanged = true;
    },
    stop: () => clearInterval(timer),
  };
};
