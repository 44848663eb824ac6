/**
 * An exclusive lock between processes of one host: the folder `.wf/locks/<name>`, taken through proper-lockfile.
 *
 * What it does. One process at a time runs a body of milliseconds. A holder that died is replaced at once. A holder
 * that lives is never robbed, however long it was stopped or swapped out.
 *
 * Why not proper-lockfile as it comes. It makes an empty folder and judges by age: two waiters that meet one stale
 * lock can both end up with it, and a stalled holder removes the lock of whoever came after it. So its ageing is off
 * (`stale: Infinity`), and the two file operations that decide are ours (it takes an `fs`):
 *
 * - Taking. The owner prepares a folder of its own with `owner-<token>.json` in it (pid, start time, boot id, host)
 *   and renames it to the lock's name. rename(2) puts a folder in the place of nothing or of an EMPTY folder, and
 *   fails on any other. So a lock is held exactly while its folder is not empty, and it is never held without its
 *   owner being readable. There is no moment between "made" and "owner written" at which a holder could die.
 * - Leaving. If the folder holds our owner file, it is renamed back to where it was prepared, and lies there for the
 *   next time: two renames a holding instead of making and removing a folder and a file, which cost ten times as much.
 * - Breaking. A waiter that sees a dead owner unlinks `owner-<dead token>.json`, and then takes the lock as always.
 *   A token belongs to one process, and the dead take no locks: that name cannot come back.
 *   If ten waiters do it, nine unlinks find nothing; none can hit the winner, whose file has another name. A breaker
 *   that dies leaves either the dead owner's file or an empty folder, and both are cured by the next one.
 * - An empty folder (a dead owner's, or made by hand) is free by definition.
 *
 * Rejected: mkdir first and the owner afterwards, with an exclusive `lock.break-<uuid>` file for dead owners. It
 * works, but it has a state without an owner that nobody can judge but by age, and a break file that can be left.
 *
 * What it refuses. It does not look through host or container walls: an owner with another host name counts as alive,
 * and the error after the wait names the file. Processes that share a host name but not their process ids (two
 * containers with one name) must not share a `.wf`.
 */
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../../ports/problem.ts';
import type { Processes } from '../../ports/processes.ts';
import { ensureFolder } from './files.ts';
import { forgetPrepared, makeLockFiles, sweepPrepared } from './lock-files.ts';
import { isGone, makeOwner, ownerFile, readHolding } from './lock-owner.ts';
import type { Holding, LockOwner } from './lock-owner.ts';
import { asProblem, codeOf } from './problems.ts';

export interface HeldLock {
  /** Whether the lock's folder still names us. False only if someone removed it by hand. */
  isHeld(): boolean;
  /** Never rejects. Removes only what is ours. */
  release(): Promise<void>;
}

export interface Lock {
  /** Waits for the lock; a `Problem` that names the owner after `waitMs`. */
  acquire(): Promise<HeldLock>;
  /** Whether anybody holds it now. */
  isTaken(): boolean;
}

export interface LockOptions {
  /** The lock's folder. Its parent is made if need be; the parent's parent must exist. */
  readonly folder: string;
  readonly processes: Pick<Processes, 'self' | 'isAlive'>;
  /** Default 30 s. */
  readonly waitMs?: number;
}

/** A holder is done within a millisecond or two: a waiter first looks that often, then less and less, spread by chance. */
const firstRetryMs = 1;
const maxRetryMs = 25;
const dayMs = 86_400_000;

/** The last waiter of each lock in this process: waiters of one process queue here instead of polling. */
const queues = new Map<string, Promise<unknown>>();

/** A lock that lies at `folder`. */
export const makeLock = (options: LockOptions): Lock => {
  const folder = path.resolve(options.folder);
  let isSwept = false;
  const sweepOnce = (): void => {
    if (isSwept) return;
    ensureFolder(path.dirname(folder));
    isSwept = true;
    sweepPrepared(folder);
  };
  return {
    isTaken: () => readHolding(folder).kind !== 'free',
    acquire: async () => {
      const leave = await enqueue(folder);
      try {
        sweepOnce();
        return await take({ waitMs: 30_000, ...options, folder }, leave);
      } catch (error) {
        leave();
        throw asProblem(error, 'take the lock', folder);
      }
    },
  };
};

/** Runs `body` under the lock. The body's errors are its own; they never look like a lock that was not obtained. */
export const withLock = async <T>(lock: Lock, body: (held: HeldLock) => T | Promise<T>): Promise<T> => {
  const held = await lock.acquire();
  try {
    return await body(held);
  } finally {
    await held.release();
  }
};

const enqueue = async (folder: string): Promise<() => void> => {
  const before = queues.get(folder);
  let leave = (): void => undefined;
  const turn = new Promise<void>((resolve) => {
    leave = () => {
      if (queues.get(folder) === turn) queues.delete(folder);
      resolve();
    };
  });
  queues.set(folder, turn);
  await before;
  return leave;
};

const take = async (options: Required<LockOptions>, leave: () => void): Promise<HeldLock> => {
  const deadline = performance.now() + options.waitMs;
  const judge = makeJudge(options.processes);
  let hurries = 0;
  let retryMs = firstRetryMs;
  for (;;) {
    const taken = await tryOnce(options, leave);
    if (taken !== null) return taken;
    const holding = readHolding(options.folder);
    // Free again meanwhile: at once, but not for ever, or a file system that always says no would stop the event loop.
    if (judge(holding) || (holding.kind === 'free' && (hurries += 1) < 10)) continue;
    if (performance.now() > deadline) throw notObtained(options, holding);
    await sleep(firstRetryMs + Math.random() * (retryMs - firstRetryMs));
    retryMs = Math.min(retryMs * 1.5, maxRetryMs);
  }
};

/** One owner a lock and process: its prepared folder is used again and again, and removed when the process ends. */
const owners = new Map<string, LockOwner>();

const ownerOf = (folder: string, processes: LockOptions['processes']): LockOwner => {
  const known = owners.get(folder);
  if (known !== undefined) return known;
  if (owners.size === 0) process.once('exit', forgetAll);
  const owner = makeOwner(processes.self());
  owners.set(folder, owner);
  return owner;
};

const forgetAll = (): void => {
  for (const [folder, owner] of owners) forgetPrepared(folder, owner);
};

/** Loaded by the first lock: most commands only read. Kept, since every `import()` asks the loader again. */
let library: Promise<typeof import('proper-lockfile')> | null = null;
const loadLibrary = (): NonNullable<typeof library> =>
  (library ??= import('proper-lockfile').then((loaded) => loaded.default));

const tryOnce = async ({ folder, processes }: LockOptions, leave: () => void): Promise<HeldLock | null> => {
  const properLockfile = await loadLibrary();
  const owner = ownerOf(folder, processes);
  try {
    const release = await properLockfile.lock(folder, {
      lockfilePath: folder,
      realpath: false,
      stale: Number.POSITIVE_INFINITY,
      update: dayMs,
      retries: 0,
      fs: makeLockFiles(owner),
      // By default this throws from a timer and ends the program. With ageing off it has nothing to tell.
      onCompromised: () => undefined,
    });
    return {
      isHeld: () => fs.existsSync(ownerFile(folder, owner.token)),
      release: () =>
        release()
          .catch(() => undefined)
          .finally(leave),
    };
  } catch (error) {
    // ENOENT: the prepared folder was swept by someone who could not see our pid.
    if (codeOf(error) === 'ELOCKED') return null;
    if (codeOf(error) === 'ENOENT' && fs.existsSync(path.dirname(folder))) return null;
    throw error;
  }
};

/** Removes the file of an owner that is gone, and says whether it did. Looks at one owner at most five times a second. */
const makeJudge = (processes: Pick<Processes, 'isAlive'>): ((holding: Holding) => boolean) => {
  const judgedMs = new Map<string, number>();
  return (holding) => {
    if (holding.kind !== 'held') return false;
    if (performance.now() - (judgedMs.get(holding.file) ?? Number.NEGATIVE_INFINITY) < 200) return false;
    judgedMs.set(holding.file, performance.now());
    if (!isGone(holding.owner, processes)) return false;
    fs.rmSync(holding.file, { force: true });
    return true;
  };
};

const notObtained = ({ folder, waitMs }: Required<LockOptions>, holding: Holding): Problem => {
  const seconds = Math.round(waitMs / 1000);
  const file = holding.kind === 'free' ? folder : holding.file;
  const owner = holding.kind === 'held' && holding.owner !== null ? holding.owner : null;
  const who = owner === null ? 'something that is not ours' : `process ${owner.process.pid} on ${owner.host}`;
  const hint =
    owner === null
      ? 'Remove that file.'
      : `If that process is stopped, continue it (kill -CONT ${owner.process.pid}); if it is gone, remove the file.`;
  return new Problem({
    what: `The lock was not obtained within ${seconds} s: it is held by ${who}.`,
    where: file,
    hint,
    code: 'environment',
  });
};
