import { writeSync } from 'node:fs';

/** What is typed into a terminal, in order. */
export interface Keyboard {
  write(data: Buffer | string): void;
  close(): void;
}

/** What may wait to be typed; more than a person or a pasted file needs. */
const queueLimitBytes = 1024 * 1024;

/**
 * Writes to the master, which must be non-blocking. What the terminal does not take now is offered again, after 2
 * to 50 ms. Beyond 1 MiB that nobody reads, `onOverflow` is told and the data dropped.
 */
export const makeKeyboard = (master: number, onOverflow: () => void): Keyboard => {
  let queue: Buffer[] = [];
  let queuedBytes = 0;
  let timer: NodeJS.Timeout | null = null;
  let pauseMs = firstPauseMs;
  const close = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    queue = [];
  };
  const flush = (): void => {
    timer = null;
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      const count = offer(master, next);
      if (count === null) return close();
      queuedBytes -= count;
      if (count === next.length) queue.shift();
      else queue[0] = next.subarray(count);
      if (count > 0) pauseMs = firstPauseMs;
      else return void (timer = setTimeout(flush, (pauseMs = Math.min(50, pauseMs * 2))));
    }
  };
  return {
    write: (data) => {
      const bytes = Buffer.from(data);
      if (queuedBytes + bytes.length > queueLimitBytes) return onOverflow();
      queue.push(bytes);
      queuedBytes += bytes.length;
      if (timer === null) flush();
    },
    close,
  };
};

const firstPauseMs = 1;

/** How many bytes were taken; null if the terminal is gone. */
const offer = (master: number, bytes: Buffer): number | null => {
  try {
    return writeSync(master, bytes);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EAGAIN' ? 0 : null;
  }
};
