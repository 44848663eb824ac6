/** Everything under one `.wf`, in files. */
import path from 'node:path';
import fs from 'node:fs';
import type { Plan } from '../../core/plan.ts';
import type { Schedule } from '../../core/work.ts';
import type { Clock } from '../../ports/clock.ts';
import { Problem } from '../../ports/problem.ts';
import type { Processes } from '../../ports/processes.ts';
import type { Journal, StateModel, Store } from '../../ports/store.ts';
import { writeSchedule } from '../../protocol/schedule.ts';
import { isName, latestBatchId, listBatchIds, writeBatch } from './batches.ts';
import { ensureFolder, isRealFolder, namesIn, readText, replaceFile, syncFolder } from './files.ts';
import { appendLines, readLines } from './history.ts';
import { openJournal } from './journal.ts';
import type { ParseEvent } from './lines.ts';
import { makeLock, withLock } from './lock.ts';
import type { Lock } from './lock.ts';
import { asProblem, guarded } from './problems.ts';

export interface FileStoreOptions<S> {
  /** The folder that holds `.wf`, links resolved. */
  readonly root: string;
  readonly processes: Pick<Processes, 'self' | 'isAlive'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Null for what is no event. */
  readonly parseEvent: ParseEvent;
  /** Throws an `Error` with words for a person; it reaches the caller unchanged. */
  readonly parsePlan: (text: string, file: string) => Plan;
  /** As `parsePlan`. */
  readonly parseSchedule: (text: string, file: string) => Schedule;
  readonly model: StateModel<S>;
  /** How long to wait for a lock. Default 30 s. */
  readonly lockWaitMs?: number;
}

/** A store in `<root>/.wf`. Nothing is made before something is written. `.wf` as a symbolic link is a `Problem`. */
export const makeFileStore = <S>(options: FileStoreOptions<S>): Store<S> => {
  const root = path.resolve(options.root);
  const directory = path.join(root, '.wf');
  const batches = path.join(directory, 'batches');
  const plans = path.join(directory, 'plans');
  const scheduleFile = path.join(directory, 'schedule.json');
  const historyFile = path.join(directory, 'history.jsonl');
  const lockNamed = (name: string): Lock =>
    makeLock({
      folder: path.join(directory, 'locks', name),
      processes: options.processes,
      ...(options.lockWaitMs === undefined ? {} : { waitMs: options.lockWaitMs }),
    });
  const locks = { store: lockNamed('store'), history: lockNamed('history') };

  /** Under a lock; system errors come out as problems that name the file. */
  const write = async <T>(lock: Lock, file: string, body: () => T | Promise<T>): Promise<T> => {
    ensureFolder(directory, 0o755);
    return withLock(lock, async () => {
      try {
        return await body();
      } catch (error) {
        throw asProblem(error, 'write this file', file);
      }
    });
  };
  // Commands read the schedule first and once more under the lock: the same text is the same schedule.
  let newest: { readonly text: string; readonly schedule: Schedule } | null = null;
  const readSchedule = (): Schedule | null => {
    const text = isRealFolder(directory) ? readText(scheduleFile) : null;
    if (text === null) return null;
    if (newest?.text !== text) newest = { text, schedule: options.parseSchedule(text, scheduleFile) };
    return newest.schedule;
  };
  const open = async (id: string | null): Promise<Journal<S> | null> => {
    if (id === null || !isName(id) || !isRealFolder(path.join(batches, id))) return null;
    const folder = path.join(batches, id);
    const planFile = path.join(folder, 'plan.json');
    const text = readText(planFile);
    if (text === null) return null;
    const { clock, parseEvent, model } = options;
    const plan = options.parsePlan(text, planFile);
    return openJournal({ directory: folder, plan, lock: lockNamed(`batch-${id}`), clock, parseEvent, model });
  };
  const readNewest = async (): Promise<S | null> => {
    const journal = await open(latestBatchId(batches));
    if (journal === null) return null;
    try {
      return await journal.read();
    } finally {
      await journal.close();
    }
  };
  const planFile = (name: string): string => {
    if (!isName(name)) throw badPlanName(name);
    return path.join(plans, `${name}.json`);
  };

  return {
    root,
    directory,
    readSchedule: async () => readSchedule(),
    changeSchedule: (body) =>
      write(locks.store, scheduleFile, () => {
        const old = readSchedule();
        const next = body(old);
        if (next === null && old !== null) removeDurably(scheduleFile);
        if (next !== null && next !== old) replaceFile(scheduleFile, writeSchedule(next));
        return next;
      }),
    readPlan: async (name) => {
      const file = planFile(name);
      const text = isRealFolder(directory) && isRealFolder(plans) ? readText(file) : null;
      return text === null ? null : options.parsePlan(text, file);
    },
    savePlan: async (name, plan) => {
      const file = planFile(name);
      await write(locks.store, file, () => {
        ensureFolder(plans, 0o755);
        replaceFile(file, `${JSON.stringify(plan, null, 2)}\n`);
      });
    },
    removePlan: async (name) => {
      const file = planFile(name);
      if (isRealFolder(directory) && isRealFolder(plans)) await write(locks.store, file, () => removeDurably(file));
    },
    listPlans: async () =>
      (isRealFolder(directory) && isRealFolder(plans) ? namesIn(plans) : [])
        .flatMap((name) => (name.endsWith('.json') ? [name.slice(0, -'.json'.length)] : []))
        .filter(isName)
        .toSorted(),
    createBatch: (plan, mayReplace) =>
      write(locks.store, path.join(batches, plan.batch_run_id), async () => {
        if (!mayReplace(await readNewest())) return null;
        writeBatch(batches, plan, new Date(options.clock.now()).toISOString());
        return open(plan.batch_run_id);
      }),
    openBatch: async (id) => {
      if (!isRealFolder(directory) || !isRealFolder(batches)) return null;
      return open(id === undefined || id === 'latest' ? latestBatchId(batches) : id);
    },
    newestBatch: async () => (isRealFolder(directory) ? latestBatchId(batches) : null),
    listBatches: async () => (isRealFolder(directory) ? listBatchIds(batches) : []),
    appendHistory: (lines) => write(locks.history, historyFile, () => appendLines(historyFile, lines)),
    readHistory: async () => (isRealFolder(directory) ? readLines(historyFile) : []),
  };
};

const removeDurably = (file: string): void =>
  guarded('remove this file', file, () => {
    fs.rmSync(file, { force: true });
    syncFolder(path.dirname(file));
  });

const badPlanName = (name: string): Problem =>
  new Problem({
    what: `${JSON.stringify(name)} cannot be the name of a plan.`,
    where: 'plan name',
    hint: 'Use letters, digits, dots, dashes and underscores, beginning with a letter or digit.',
    code: 'usage',
  });
