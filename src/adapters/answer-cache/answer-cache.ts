/**
 * Answers under `.wf/cache/<kind>`, one file each, 0600 in a folder 0700. What somebody else owns, others may write,
 * or is a link was not written here and is passed over: a repository that brings a `.wf` cannot plant an answer, for
 * git gives its files other modes. Files that nobody used for 30 days go, and the oldest of more than 5,000.
 */
import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnswerCache, CachedAnswer } from '../../ports/answer-cache.ts';

export interface CacheOptions {
  /** `.wf`; must exist before anything is put. */
  readonly stateFolder: string;
  readonly kind: string;
  /** Sees to it that `stateFolder` exists and is kept out of git's sight. */
  prepare(): Promise<void>;
}

const fileLimitBytes = 64 * 1024 * 1024;
const entryLimit = 5000;
const ageLimitMs = 30 * 24 * 3600 * 1000;

export const makeAnswerCache = ({ stateFolder, kind, prepare }: CacheOptions): AnswerCache => {
  const folder = join(stateFolder, 'cache', kind);
  let ready: Promise<boolean> | null = null;
  const fileOf = (key: string): string => join(folder, `${createHash('sha256').update(key).digest('hex')}.json`);
  return {
    get: (key) => readEntry(fileOf(key)).catch(() => null),
    put: async (key, answer) => {
      ready ??= prepare()
        .then(() => makeFolder(stateFolder, kind))
        .catch(() => false);
      if (await ready) await writeEntry(fileOf(key), answer).catch(() => undefined);
    },
  };
};

const readEntry = async (path: string): Promise<CachedAnswer | null> => {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const { uid, mode, size } = await file.stat();
    if (uid !== process.getuid?.() || (mode & 0o077) !== 0 || size > fileLimitBytes) return null;
    const entry = JSON.parse(await file.readFile('utf8')) as CachedAnswer & { readonly version?: unknown };
    const isAnswer =
      entry.version === 1 &&
      typeof entry.etag === 'string' &&
      typeof entry.body === 'string' &&
      typeof entry.headers === 'object';
    if (!isAnswer) return null;
    await utimes(path, new Date(), new Date()).catch(() => undefined);
    return entry;
  } finally {
    await file.close();
  }
};

const writeEntry = async (path: string, answer: CachedAnswer): Promise<void> => {
  const text = JSON.stringify({ version: 1, ...answer });
  if (text.length > fileLimitBytes) return;
  const fresh = `${path}.${randomUUID()}`;
  try {
    await writeFile(fresh, text, { mode: 0o600, flag: 'wx' });
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
};

/** Whether the folder is there and ours: a link in its place leads to somebody else's. */
const makeFolder = async (stateFolder: string, kind: string): Promise<boolean> => {
  let folder = stateFolder;
  for (const name of ['cache', kind]) {
    folder = join(folder, name);
    await mkdir(folder, { mode: 0o700 }).catch(() => undefined);
    const found = await lstat(folder);
    if (!found.isDirectory() || found.uid !== process.getuid?.()) return false;
  }
  await prune(folder);
  return true;
};

const prune = async (folder: string): Promise<void> => {
  const files = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const path = join(folder, name);
      return { path, usedAt: (await stat(path).catch(() => null))?.mtimeMs ?? 0 };
    }),
  );
  const newestFirst = files.sort((left, right) => right.usedAt - left.usedAt);
  const old = newestFirst.filter(({ usedAt }, index) => index >= entryLimit || usedAt < Date.now() - ageLimitMs);
  for (const { path } of old) await rm(path, { force: true });
};
