/** The logs of a batch in real files. */
import { constants, watch, type FSWatcher } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { LogFiles, StageLog } from '../../ports/log-files.ts';

/** `directory`: the batch's folder. */
export const makeLogFiles = (directory: string): LogFiles => {
  const logs = join(directory, 'logs');
  return {
    stages: (id) => listStages(join(logs, id)),
    role: async (name) => {
      const path = join(logs, `${name}.log`);
      return lstat(path).then(
        (found) => (found.isFile() ? path : null),
        () => null,
      );
    },
    read: readFrom,
    changed,
  };
};

const listStages = async (folder: string): Promise<readonly StageLog[]> => {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  // A stage can put a link here; what it leads to is no log.
  const names = entries.flatMap((entry) => (entry.isFile() ? [entry.name] : []));
  const logs = names.flatMap((file): StageLog[] => {
    const parts = /^(\d+)\.(\d+)-(.+)\.log$/.exec(file);
    if (parts === null) return [];
    const [, attempt, count, stage = ''] = parts;
    return [
      {
        path: join(folder, file),
        name: file.slice(0, -'.log'.length),
        attempt: Number(attempt),
        count: Number(count),
        stage,
      },
    ];
  });
  return logs.sort((a, b) => a.attempt - b.attempt || a.count - b.count);
};

const portionBytes = 1024 * 1024;

/** A file that became shorter is read from its start again. */
const readFrom = async function* (path: string, offset: number): AsyncIterable<Uint8Array> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    let at = offset;
    for (;;) {
      const buffer = Buffer.allocUnsafe(portionBytes);
      const { bytesRead } = await file.read(buffer, 0, portionBytes, at);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
};

const changed: LogFiles['changed'] = (path, { timeoutMs, signal }) =>
  new Promise((resolve) => {
    let watcher: FSWatcher | null = null;
    const finish = (): void => {
      clearTimeout(timer);
      watcher?.close();
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, timeoutMs);
    if (signal?.aborted === true) return finish();
    signal?.addEventListener('abort', finish, { once: true });
    try {
      watcher = watch(dirname(path), { persistent: false }, finish);
      watcher.on('error', finish);
    } catch {
      // No watch is left, or no folder yet: the time limit has to do.
    }
  });
