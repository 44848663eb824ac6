/**
 * Who runs in which role: one `engine-<role>.json` in the batch's folder, written whole and exclusively.
 *
 * Two starters of one role, each of which has ended what was there before, meet here: the name is claimed by
 * `link`, which fails if it exists, and taken away by `rename` to a name of its own, which only one can do. So a process is never left without a record. One that was taken away
 * and not yet dealt with (its taker died) still begins with `engine-<role>.` and is found by everyone.
 */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { link, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ProcessIdentity } from '../../core/event.ts';

/** A started program. Field names are those of the file. */
export interface PidRecord {
  readonly version: 1;
  readonly role: string;
  /** Root of the repository: a copied batch folder names processes of the original, which are not ours. */
  readonly repository: string;
  readonly batch_run_id: string;
  readonly process: ProcessIdentity;
}

/** Writes a record under the role's name; false if the name is in use. */
export const claim = async (directory: string, record: PidRecord): Promise<boolean> => {
  const written = join(directory, `.engine-${randomUUID()}.part`);
  await writeFile(written, `${JSON.stringify(record)}\n`, { mode: 0o600, flag: 'wx' });
  try {
    await link(written, join(directory, `engine-${record.role}.json`));
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(written, { force: true });
  }
};

/** The paths of a role's records, `role` null: of all. None if the folder does not exist. */
export const findRecords = async (directory: string, role: string | null): Promise<readonly string[]> => {
  const names = await readdir(directory).catch((error: unknown) => {
    if (isCode(error, 'ENOENT')) return [];
    throw error;
  });
  const prefix = role === null ? 'engine-' : `engine-${role}.`;
  return names.filter((name) => name.startsWith(prefix) && name.endsWith('.json')).map((name) => join(directory, name));
};

/**
 * Takes a record out of the role's name, which is free from then on; its new path, null if it was gone. One
 * that was taken before stays where it is: ending a process twice does no harm.
 */
export const takeAway = async (path: string, role: string): Promise<string | null> => {
  if (basename(path) !== `engine-${role}.json`) return path;
  const taken = join(dirname(path), `engine-${role}.${randomUUID()}.json`);
  return rename(path, taken).then(
    () => taken,
    (error: unknown) => {
      if (isCode(error, 'ENOENT')) return null;
      throw error;
    },
  );
};

/** Neither a link nor a pipe can make a reader follow or wait. */
const plainFile = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** What a record says; null if it is gone or nothing that we wrote. */
export const readRecord = async (path: string): Promise<PidRecord | null> => {
  try {
    const value: unknown = JSON.parse(await readFile(path, { encoding: 'utf8', flag: plainFile }));
    return isPidRecord(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError || isCode(error, 'ENOENT') || isCode(error, 'ELOOP')) return null;
    throw error;
  }
};

const isPidRecord = (value: unknown): value is PidRecord =>
  isObject(value) &&
  value['version'] === 1 &&
  ['role', 'repository', 'batch_run_id'].every((field) => typeof value[field] === 'string') &&
  isObject(value['process']) &&
  typeof value['process']['pid'] === 'number' &&
  typeof value['process']['started'] === 'string' &&
  typeof value['process']['boot'] === 'string';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
