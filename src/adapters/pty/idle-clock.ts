export interface IdleClockOptions {
  readonly limitMs: number;
  /** Processor time that all of the stage's live processes have used; -1 if unknown. */
  processorMs(): number;
  /** When, after this time, a file changed, in milliseconds since the epoch; null if none did. */
  findChange(since: number): number | null;
  onIdle(): void;
}

/** Measures how long nothing happened. */
export interface IdleClock {
  /** Output came. */
  touch(): void;
  /** The clock stands while it is held, and goes on from there. */
  hold(hold: boolean): void;
  stop(): void;
}

/**
 * Calls `onIdle` once when neither output nor processor time nor a changed file was seen for `limitMs`. Processor
 * time is sampled four times in a limit, at most every 30 s, and only while there is no output; less than a
 * thousandth of the time counts as nothing, since programs that hang in a timer use a little. Files are looked at
 * only when the time is about to be over.
 */
export const startIdleClock = ({ limitMs, processorMs, findChange, onIdle }: IdleClockOptions): IdleClock => {
  const stepMs = Math.min(30_000, Math.max(10, limitMs / 4));
  let activeAt = performance.now();
  let heldAt: number | null = null;
  let sample = { at: performance.now(), used: 0 };
  let timer: NodeJS.Timeout | null = null;

  const hasWorked = (now: number): boolean => {
    const used = processorMs();
    const hasMoved = Math.abs(used - sample.used) > Math.max(0, (now - sample.at) / 1000);
    sample = { at: now, used };
    return used >= 0 && hasMoved;
  };
  const look = (): void => {
    const now = performance.now();
    if (now - activeAt >= stepMs / 2 && hasWorked(now)) activeAt = now;
    if (now - activeAt >= limitMs) {
      const quietMs = now - activeAt;
      const changedAt = findChange(Date.now() - quietMs);
      if (changedAt === null) return onIdle();
      activeAt = Math.min(now, now - (Date.now() - changedAt));
    }
    schedule();
  };
  const schedule = (): void => {
    const leftMs = activeAt + limitMs - performance.now();
    timer = setTimeout(look, Math.max(1, Math.min(stepMs, leftMs)));
  };
  const stop = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  schedule();
  return {
    touch: () => void (activeAt = performance.now()),
    hold: (hold) => {
      if (hold === (heldAt !== null)) return;
      stop();
      if (heldAt === null) return void (heldAt = performance.now());
      activeAt = Math.min(performance.now(), activeAt + performance.now() - heldAt);
      heldAt = null;
      schedule();
    },
    stop,
  };
};
