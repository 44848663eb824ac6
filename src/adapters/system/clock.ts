import type { Clock } from '../../ports/clock.ts';

/** The machine's clock. A sleeper keeps the process alive until its time is over or its signal aborts. */
export const makeClock = (): Clock => ({ now: () => Date.now(), elapsed: () => performance.now(), sleep });

const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const wake = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, Math.min(Math.max(0, ms), longestTimerMs));
    signal?.addEventListener('abort', wake, { once: true });
  });

/** A longer `setTimeout` fires at once; sleepers look at the clock again after they wake. */
const longestTimerMs = 2 ** 31 - 1;
