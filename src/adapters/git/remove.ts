/**
 * Removes a worktree that is done with.
 *
 * Only what git lists, is no link, is not locked, is clean and is at the commit that was delivered. The folder is first
 * renamed aside, so that it is either whole at its place or gone from it; the registration goes under the lock, the
 * files meanwhile, outside. The `.wf` link is unlinked before anything, and never followed.
 */
import { randomUUID } from 'node:crypto';
import { lstat, readdir, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isInsideRepository, worktreeMarker } from '../../protocol/worktree-marker.ts';
import { faultPoint } from '../../ports/fault-point.ts';
import { GitError, complaint, isSystemError } from './context.ts';
import type { Context } from './context.ts';
import { unlinkState } from './link.ts';
import { findRegistrations, readLockReason, readOccupant } from './place.ts';
import { worktreeStatus } from './status.ts';
import { worktreeCommand } from './worktrees.ts';

interface Removal {
  readonly removed: boolean;
  /** Empty if removed. */
  readonly why: string;
  /** Ignored files and folders that went, or would go, with it. */
  readonly ignored: number;
}

const asidePrefix = '.wf0-removed-';

/** See the port. */
export async function removeWorktree(context: Context, worktree: string, commit: string): Promise<Removal> {
  try {
    return await remove(context, worktree, commit);
  } catch (error) {
    // One that cannot be removed stays, and says why; the others go.
    if (isSystemError(error) || error instanceof GitError) return stays(error.message);
    throw error;
  }
}

async function remove(context: Context, worktree: string, commit: string): Promise<Removal> {
  const occupant = await readOccupant(context, worktree);
  if (occupant.kind === 'link') return stays(`${occupant.path} is a symbolic link`);
  if (occupant.kind === 'other' || occupant.kind === 'unfinished') return stays('git does not list it as a worktree');
  if (occupant.kind === 'nothing') return forget(context, worktree);
  if (!(await isInOurFolder(context, worktree)))
    return stays(`${dirname(worktree)} lies outside the repository, and has no file ${worktreeMarker}`);
  if (!(await isWhereItSeems(worktree))) return stays('its path leads elsewhere through a link');
  const reason = readLockReason(occupant.gitDir);
  if (reason !== null) return stays(`it is locked${reason === '' ? '' : `: ${reason}`}`);
  const status = await worktreeStatus(context, worktree);
  if (status.changed.length > 0) return stays(`it has uncommitted changes: ${list(status.changed)}`, status.ignored);
  if (status.head !== commit)
    return stays(`it is at ${status.head.slice(0, 12)}, not at ${commit.slice(0, 12)}`, status.ignored);
  return take(context, worktree, status.ignored);
}

async function take(context: Context, worktree: string, ignored: number): Promise<Removal> {
  faultPoint('before-removal');
  const aside = join(dirname(worktree), `${asidePrefix}${basename(worktree)}-${randomUUID().slice(0, 8)}`);
  const problem = await rename(worktree, aside).then(
    () => null,
    (error: Error) => error.message,
  );
  if (problem !== null) return stays(problem, ignored);
  faultPoint('after-aside');
  const [why, left] = await Promise.all([context.lock(() => unregister(context, worktree)), tryToErase(aside)]);
  await sweep(dirname(worktree));
  if (why !== null) return stays(`its files are gone, but git still lists it: ${why}`, ignored);
  // Files of another user, that a container made: git has forgotten it, they are still there.
  if (left !== null) return stays(`some of its files cannot be removed: ${left}`, ignored);
  return { removed: true, why: '', ignored };
}

/** What went wrong, in the system's words; null if all of it is gone. */
const tryToErase = (folder: string): Promise<string | null> =>
  erase(folder).then(
    () => null,
    (error: Error) => error.message,
  );

/** Links are unlinked, never followed; `.wf` is the one that would hurt. */
async function erase(folder: string): Promise<void> {
  await unlinkState(folder);
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** What a removal that was cut short left aside. */
async function sweep(folder: string): Promise<void> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.startsWith(asidePrefix));
  for (const name of names) {
    const path = join(folder, name);
    if (!(await lstat(path).catch(() => null))?.isDirectory()) continue;
    // Another worker may be erasing the same folder just now.
    await erase(path).catch(() => undefined);
  }
}

/** The folder is gone already; its registration goes too. */
async function forget(context: Context, worktree: string): Promise<Removal> {
  const registrations = await findRegistrations(context, worktree);
  if (registrations.length === 0) return stays('it is not there');
  for (const gitDir of registrations) {
    const reason = readLockReason(gitDir);
    if (reason !== null) return stays(`it is locked${reason === '' ? '' : `: ${reason}`}`);
  }
  const why = await context.lock(() => unregister(context, worktree));
  await sweep(dirname(worktree));
  return why === null ? { removed: true, why: '', ignored: 0 } : stays(why);
}

async function unregister(context: Context, worktree: string): Promise<string | null> {
  const run = await worktreeCommand(context, ['remove', '--force', worktree]);
  return run.code === 0 ? null : complaint(run);
}

/** Git and the journal may both name a folder that its owner has given to something else since. */
async function isInOurFolder({ root }: Context, worktree: string): Promise<boolean> {
  if (isInsideRepository(root, worktree)) return true;
  const marker = await lstat(join(dirname(worktree), worktreeMarker)).catch(() => null);
  return marker?.isFile() === true;
}

async function isWhereItSeems(worktree: string): Promise<boolean> {
  return (await realpath(worktree)) === join(await realpath(dirname(worktree)), basename(worktree));
}

const stays = (why: string, ignored = 0): Removal => ({ removed: false, why, ignored });

const list = (paths: readonly string[]): string =>
  paths.slice(0, 3).join(', ') + (paths.length > 3 ? ` and ${paths.length - 3} more` : '');
