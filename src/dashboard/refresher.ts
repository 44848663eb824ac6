/**
 * Does something again whenever it is asked to, one at a time, with a pause behind each: as long as is given, and
 * longer where the thing itself takes long, so that it uses a small share of a core however large the batch is.
 */
export interface Refresher {
  ask(): void;
  /** Resolves when nothing of it runs any more. */
  stop(): Promise<void>;
}

/** The pause is this many times what the thing took, but never longer than `longestPauseMs`. */
const pauseFactor = 50;
const longestPauseMs = 1000;

export const makeRefresher = (
  body: () => Promise<void>,
  { pauseMs, fail }: { readonly pauseMs: number; readonly fail: (error: unknown) => void },
): Refresher => {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let isBusy = false;
  let isWanted = false;
  let isStopped = false;
  const run = (): void => {
    isBusy = true;
    isWanted = false;
    const startedAt = performance.now();
    running = body()
      .catch(fail)
      .then(() => rest(performance.now() - startedAt));
  };
  const rest = (tookMs: number): void => {
    if (isStopped) return;
    timer = setTimeout(
      () => {
        isBusy = false;
        if (isWanted) run();
      },
      Math.max(pauseMs, Math.min(longestPauseMs, tookMs * pauseFactor)),
    );
  };
  return {
    ask: () => {
      isWanted = true;
      if (!isBusy && !isStopped) run();
    },
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
      return running;
    },
  };
};
