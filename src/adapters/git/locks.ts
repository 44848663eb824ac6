/** Lock files that a killed git left in a worktree's own folder. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
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
  const removed = await Promise.all(all.map(remove));
  return removed.filter((path) => path !== null);
}

const remove = (path: string): Promise<string | null> =>
  rm(path).then(
    () => path,
    () => null,
  );
