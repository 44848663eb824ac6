/** Lock files that a killed git left in a worktree's own folder. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Context } from './context.ts';
import { findGitDir } from './place.ts';
import { readHead } from './refs.ts';

/** Removes them and says which. What all worktrees share (`packed-refs.lock`, `config.lock`) may be another's and stays. */
export async function clearStaleLocks(context: Context, worktree: string): Promise<readonly string[]> {
  const gitDir = await findGitDir(context, worktree);
  if (gitDir === null) return [];
  const own = (await readdir(gitDir)).filter((name) => name.endsWith('.lock')).map((name) => join(gitDir, name));
  const { branch } = await readHead(context, gitDir);
  const all = branch === null ? own : [...own, join(context.commonDir, 'refs', 'heads', `${branch}.lock`)];
  const removed = await Promise.all([...all.map(remove), ...(await trackingLocks(context, branch)).map(removeIfStill)]);
  return removed.filter((path) => path !== null);
}

/** Of the branch as it was last seen at its remotes: a push that was killed behind its work leaves one. */
async function trackingLocks({ commonDir }: Context, branch: string | null): Promise<readonly string[]> {
  if (branch === null) return [];
  const folder = join(commonDir, 'refs', 'remotes');
  const remotes = await readdir(folder).catch(() => []);
  return remotes.map((remote) => join(folder, remote, `${branch}.lock`));
}

/** A person who fetches just now holds it for milliseconds. */
const stillMs = 1300;

async function removeIfStill(path: string): Promise<string | null> {
  const before = await identify(path);
  if (before === null) return null;
  await pause(stillMs);
  return (await identify(path)) === before ? remove(path) : null;
}

const identify = (path: string): Promise<string | null> =>
  stat(path).then(
    ({ ino, mtimeMs }) => `${ino} ${mtimeMs}`,
    () => null,
  );

const remove = (path: string): Promise<string | null> =>
  rm(path).then(
    () => path,
    () => null,
  );
