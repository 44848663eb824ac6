/**
 * The folders of batches. A batch is built whole under another name and appears by one rename, so that a folder under
 * a batch's name always has its plan and its first event. `latest` is written before that rename: one that points at
 * nothing means the newest that is there.
 */
import fs from 'node:fs';
import path from 'node:path';
import type { Event } from '../../core/event.ts';
import type { Plan } from '../../core/plan.ts';
import { Problem } from '../../ports/problem.ts';
import {
  ensureFolder,
  isRealFolder,
  namesIn,
  readText,
  removeQuietly,
  replaceFile,
  syncFolder,
  writeNew,
} from './files.ts';
import { journalName } from './journal.ts';
import { encodeTransaction } from './lines.ts';
import { guarded } from './problems.ts';
import { openJournalFile, readAt } from './tail.ts';

const unfinished = '.new-';
const firstLineBytes = 4096;

/** Whether a text can be the name of a batch or a plan: a file name that stays inside its folder. */
export const isName = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(name);

/** Makes a batch's folder with its plan and `batch_created`, and points `latest` at it. Call it under the store's lock. */
export const writeBatch = (batches: string, plan: Plan, at: string): void => {
  const id = plan.batch_run_id;
  const folder = path.join(batches, id);
  if (!isName(id)) throw new Error(`not a batch_run_id: ${JSON.stringify(id)}`);
  if (fs.existsSync(folder)) throw exists(id, folder);
  ensureFolder(batches);
  guarded('make a batch', folder, () => {
    fs.chmodSync(batches, 0o700);
    for (const name of namesIn(batches)) if (name.startsWith(unfinished)) removeQuietly(path.join(batches, name));
    const building = path.join(batches, unfinished + id);
    try {
      fill(building, plan, at);
      replaceFile(path.join(batches, 'latest'), `${id}\n`);
      fs.renameSync(building, folder);
    } catch (error) {
      removeQuietly(building);
      throw error;
    }
    syncFolder(batches);
  });
};

const fill = (folder: string, plan: Plan, at: string): void => {
  fs.mkdirSync(folder, { mode: 0o700 });
  writeNew(path.join(folder, 'plan.json'), `${JSON.stringify(plan)}\n`);
  const { plan_hash, parallel, works } = plan;
  const created: Event = {
    seq: 1,
    at,
    actor: 'operator',
    type: 'batch_created',
    plan_hash,
    parallel,
    works: works.length,
  };
  writeNew(path.join(folder, journalName), encodeTransaction([JSON.stringify(created)]));
  syncFolder(folder);
};

/** Ids of all batches, oldest first by their first event. */
export const listBatchIds = (batches: string): readonly string[] => {
  if (!isRealFolder(batches)) return [];
  const ids = namesIn(batches).filter((name) => isName(name) && fs.existsSync(path.join(batches, name, 'plan.json')));
  const created = new Map(ids.map((id) => [id, createdAt(path.join(batches, id, journalName))]));
  const rank = (id: string): string => `${created.get(id) ?? ''} ${id}`;
  return ids.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1));
};

/** The id of the newest batch; null if there is none. */
export const latestBatchId = (batches: string): string | null => {
  if (!isRealFolder(batches)) return null;
  const id = readText(path.join(batches, 'latest'))?.trim() ?? '';
  if (isName(id) && fs.existsSync(path.join(batches, id, 'plan.json'))) return id;
  return listBatchIds(batches).at(-1) ?? null;
};

/** When the first event of a journal happened; empty if it cannot be told. */
const createdAt = (file: string): string => {
  try {
    const fd = openJournalFile(file);
    if (fd === null) return '';
    try {
      return /"at":"([^"]+)"/.exec(readAt(fd, 0, firstLineBytes).toString('utf8'))?.[1] ?? '';
    } finally {
      fs.closeSync(fd);
    }
  } catch {
    return '';
  }
};

const exists = (id: string, where: string): Problem =>
  new Problem({
    what: `There is a batch ${id} already.`,
    where,
    hint: 'Run the command again; it makes a new id.',
    code: 'refused',
  });
