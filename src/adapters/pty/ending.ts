import type { StageEnd } from '../../core/failure.ts';

/** How a run comes to its one end, whichever of exit, limit and stop is first. */
export interface Ending {
  /** The end, when the process has exited and whatever was to be ended with it is gone. */
  readonly promise: Promise<StageEnd>;
  /** The process has exited by itself, or because it was broken off. */
  exited(own: StageEnd): void;
  /**
   * Ends everything of the run, for this cause. A later one only counts if it is a stop; a grace of 0 cuts short
   * the grace that runs. Does nothing once the process has exited by itself.
   */
  breakOff(cause: StageEnd, graceMs: number): void;
  isOver(): boolean;
}

/** How long an exit may be told after everything was seen to end; then the run ends without it. */
const exitLimitMs = 1_000;

/** `endAll` ends all processes of the run; its signal cuts the grace short. */
export const makeEnding = (endAll: (graceMs: number, signal: AbortSignal) => Promise<unknown>): Ending => {
  const hurry = new AbortController();
  let cause: StageEnd | null = null;
  let sweep: Promise<void> | null = null;
  let isOver = false;
  let tell = (_: StageEnd): void => undefined;
  const exit = new Promise<StageEnd>((resolve) => (tell = resolve));
  const promise = exit.then(async (own) => {
    await sweep;
    isOver = true;
    return cause ?? own;
  });
  const giveUpLater = (given: StageEnd): void => {
    const timer = setTimeout(() => tell(given), exitLimitMs);
    void exit.then(() => clearTimeout(timer));
  };
  return {
    promise,
    isOver: () => isOver,
    exited: (own) => {
      if (cause === null) isOver = true;
      tell(own);
    },
    breakOff: (next, graceMs) => {
      if (isOver) return;
      if (cause === null || next.kind === 'stopped') cause = next;
      if (graceMs === 0) hurry.abort();
      sweep ??= endAll(graceMs, hurry.signal).then(() => giveUpLater(next));
    },
  };
};
