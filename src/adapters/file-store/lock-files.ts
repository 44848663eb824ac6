/** The file operations of one try to take a lock, as proper-lockfile wants them. The argument is in `lock.ts`. */
import fs from 'node:fs';
import path from 'node:path';
import { removeQuietly } from './files.ts';
import { ownerFile, readHolding } from './lock-owner.ts';
import type { LockOwner } from './lock-owner.ts';
import { codeOf } from './problems.ts';

type Done = (error: NodeJS.ErrnoException | null) => void;

/** The part of `node:fs` that proper-lockfile calls. */
export interface LockFiles {
  mkdir(folder: string, done: Done): void;
  rmdir(folder: string, done: Done): void;
  rmdirSync(folder: string): void;
  stat(file: string, done: (error: NodeJS.ErrnoException | null, found?: fs.Stats) => void): void;
  utimes(file: string, atime: Date, mtime: Date, done: Done): void;
}

/** File operations that make and remove the lock's folder for one owner, and touch nobody else's. */
export const makeLockFiles = (owner: LockOwner): LockFiles => ({
  mkdir: (folder, done) => report(done, () => takeFolder(folder, owner)),
  rmdir: (folder, done) => report(done, () => leaveFolder(folder, owner)),
  rmdirSync: (folder) => leaveFolder(folder, owner),
  // In place: a turn through the thread pool would be the longest part of taking a lock.
  stat: (file, done) => report(done, () => fs.statSync(file)),
  // The library's ageing is off, so a time stamp has nothing to tell.
  utimes: (_file, _atime, _mtime, done) => done(null),
});

/** The name under which an owner prepares its folder. It carries the pid, so that litter can be told. */
const preparedFolder = (folder: string, owner: LockOwner): string =>
  `${folder}.new-${owner.process.pid}-${owner.token}`;

const takeFolder = (folder: string, owner: LockOwner): void => {
  if (readHolding(folder).kind !== 'free') throw held(folder);
  const prepared = preparedFolder(folder, owner);
  try {
    if (!fs.existsSync(ownerFile(prepared, owner.token))) prepare(prepared, owner);
    fs.renameSync(prepared, folder);
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') {
      removeQuietly(prepared);
      throw error;
    }
    // Some file systems refuse even an empty folder in the way. Removing it hits nobody: a held one is not empty.
    removeIfThere(() => fs.rmdirSync(folder));
    throw held(folder);
  }
};

const prepare = (prepared: string, owner: LockOwner): void => {
  removeQuietly(prepared);
  fs.mkdirSync(prepared, { mode: 0o700 });
  fs.writeFileSync(ownerFile(prepared, owner.token), JSON.stringify(owner), { mode: 0o600 });
};

/**
 * The folder goes back to where it was prepared, and lies there for the next time. If it cannot be renamed (a full disk
 * says so), our owner file alone goes: an empty folder is free, and a live owner's lock would never be broken.
 */
const leaveFolder = (folder: string, owner: LockOwner): void => {
  const file = ownerFile(folder, owner.token);
  if (!fs.existsSync(file)) return;
  try {
    fs.renameSync(folder, preparedFolder(folder, owner));
  } catch {
    fs.rmSync(file, { force: true });
  }
};

/** Removes what an owner keeps for the next time. */
export const forgetPrepared = (folder: string, owner: LockOwner): void => removeQuietly(preparedFolder(folder, owner));

/** Removes prepared folders of processes that are gone. Taking one from a live process only makes it try again. */
export const sweepPrepared = (folder: string): void => {
  const prefix = `${path.basename(folder)}.new-`;
  for (const name of fs.readdirSync(path.dirname(folder))) {
    const pid = name.startsWith(prefix) ? Number.parseInt(name.slice(prefix.length), 10) : Number.NaN;
    if (pid > 0 && !hasPid(pid)) removeQuietly(path.join(path.dirname(folder), name));
  }
};

const hasPid = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
};

const removeIfThere = (remove: () => void): void => {
  try {
    remove();
  } catch (error) {
    // ENOENT: already gone. ENOTEMPTY, EEXIST: somebody else holds it now; it is theirs.
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(codeOf(error) ?? '')) throw error;
  }
};

const held = (folder: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`${folder} is held`), { code: 'EEXIST' });

const report = <T>(done: (error: NodeJS.ErrnoException | null, found?: T) => void, action: () => T): void => {
  let found: T;
  try {
    found = action();
  } catch (error) {
    done(error as NodeJS.ErrnoException);
    return;
  }
  done(null, found);
};
