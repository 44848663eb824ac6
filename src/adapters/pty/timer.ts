/** Calls `onTime` once after `ms`, which may be longer than the 24 days of a `setTimeout`. Gives its end. */
export const startTimer = (ms: number, onTime: () => void): (() => void) => {
  const deadline = performance.now() + ms;
  let timer: NodeJS.Timeout;
  const schedule = (): void => {
    const leftMs = deadline - performance.now();
    timer = leftMs <= longestMs ? setTimeout(onTime, Math.max(0, leftMs)) : setTimeout(schedule, longestMs);
  };
  schedule();
  return () => clearTimeout(timer);
};

const longestMs = 2 ** 31 - 1;
