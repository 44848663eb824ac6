/** Does something again whenever it is asked to, one at a time and not more often than every so many milliseconds. */
export interface Refresher {
  ask(): void;
  /** Resolves when nothing of it runs any more. */
  stop(): Promise<void>;
}

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
    running = body().catch(fail).then(rest);
  };
  const rest = (): void => {
    if (isStopped) return;
    timer = setTimeout(() => {
      isBusy = false;
      if (isWanted) run();
    }, pauseMs);
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
