/**
 * Waking those who wait for a file to change: one fs.watch on its folder while the owner lives, and one stat a second
 * while somebody waits, because fs.watch loses events (full queues, network file systems, no watches left).
 */
import fs from 'node:fs';

export interface Waker {
  /** Resolves when the file has changed, after `timeoutMs`, or when `signal` aborts. */
  wait(options: { readonly timeoutMs: number; readonly signal?: AbortSignal }): Promise<void>;
  /** Wakes all who wait. */
  wake(): void;
  close(): void;
}

export interface WakerOptions {
  readonly folder: string;
  /** The file's name in the folder. */
  readonly name: string;
  readonly hasChanged: () => boolean;
}

const pollMs = 1000;

/** A waker for one file. The watch starts with the first wait. */
export const makeWaker = ({ folder, name, hasChanged }: WakerOptions): Waker => {
  const waiting = new Set<() => void>();
  let watcher: fs.FSWatcher | null = null;
  let poll: NodeJS.Timeout | null = null;
  let isClosed = false;

  const wake = (): void => {
    for (const resolve of [...waiting]) resolve();
  };
  const check = (): void => {
    if (waiting.size > 0 && hasChanged()) wake();
  };
  const startWatch = (): void => {
    if (watcher !== null) return;
    watcher = watchFolder(folder, (changed) => {
      if (changed === null || changed === name) check();
    });
    watcher?.on('error', () => {
      watcher?.close();
      watcher = null;
    });
  };
  const wait: Waker['wait'] = ({ timeoutMs, signal }) =>
    new Promise((resolve) => {
      const finish = (): void => {
        waiting.delete(finish);
        clearTimeout(timer);
        signal?.removeEventListener('abort', finish);
        if (waiting.size === 0 && poll !== null) {
          clearInterval(poll);
          poll = null;
        }
        resolve();
      };
      const timer = setTimeout(finish, Math.min(timeoutMs, 2 ** 31 - 1));
      waiting.add(finish);
      if (isClosed || signal?.aborted === true) return finish();
      signal?.addEventListener('abort', finish, { once: true });
      startWatch();
      poll ??= setInterval(check, pollMs).unref();
      // After the watch has begun: what came before it is seen here, what comes later wakes.
      check();
    });
  const close = (): void => {
    isClosed = true;
    watcher?.close();
    watcher = null;
    wake();
  };
  return { wait, wake, close };
};

/** Null if the system has no watch left: then the poll has to do. */
const watchFolder = (folder: string, listener: (changed: string | null) => void): fs.FSWatcher | null => {
  try {
    return fs.watch(folder, { persistent: false }, (_event, changed) => listener(changed));
  } catch {
    return null;
  }
};
