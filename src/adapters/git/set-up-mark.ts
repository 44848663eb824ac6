/** Whether a worktree was set up: a file in its folder under `worktrees/`, which goes away with it. */
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from './context.ts';
import { findGitDir } from './place.ts';

const markName = 'wf0-set-up';

export async function isSetUp(context: Context, worktree: string): Promise<boolean> {
  const gitDir = await findGitDir(context, worktree);
  return gitDir !== null && existsSync(join(gitDir, markName));
}

/** Marks it, or takes the mark away. */
export async function markSetUp(context: Context, worktree: string, done: boolean): Promise<void> {
  const gitDir = await findGitDir(context, worktree);
  if (gitDir === null) return;
  if (done) await writeFile(join(gitDir, markName), '');
  else await rm(join(gitDir, markName), { force: true });
}
