import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** How much of a folder is looked at; a larger one is judged by the part that lies highest. */
const entryLimit = 20_000;
const timeLimitMs = 200;

/**
 * The first time after `since` (milliseconds since the epoch) that it meets at which something in the folder
 * changed; null if nothing did. Stops at 20,000 entries or 200 ms. Does not go into `node_modules` and `.git`,
 * whose own time counts. Times to come are no activity: nobody was active then.
 */
export const findChange = (folder: string, since: number): number | null => {
  const deadline = performance.now() + timeLimitMs;
  const latest = Date.now() + 1_000;
  let count = 0;
  for (const folders = [folder]; folders.length > 0;) {
    const current = folders.shift() ?? folder;
    for (const entry of entriesOf(current)) {
      if (++count > entryLimit || performance.now() > deadline) return null;
      const path = join(current, entry.name);
      const changed = changedAt(path);
      if (changed > since && changed <= latest) return changed;
      if (entry.isDirectory() && !closed.has(entry.name)) folders.push(path);
    }
  }
  return null;
};

const closed = new Set(['node_modules', '.git']);

const entriesOf = (folder: string): ReturnType<typeof readEntries> => {
  try {
    return readEntries(folder);
  } catch {
    return [];
  }
};

const readEntries = (folder: string) => readdirSync(folder, { withFileTypes: true });

const changedAt = (path: string): number => {
  try {
    return lstatSync(path).mtimeMs;
  } catch {
    return 0;
  }
};
