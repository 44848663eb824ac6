/** `git worktree`, in spite of what a killed one left. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { persist } from './context.ts';
import type { Context } from './context.ts';
import { isComplete, readLockReason } from './place.ts';
import type { GitRun } from './run.ts';

/**
 * Runs `git worktree …`. The caller holds the lock.
 *
 * One registration that was cut short makes every `git worktree` of the repository die ("failed to read
 * .git/worktrees/x/commondir"). If it still does after all the retries, nobody is at work on it: our own are kept out
 * by the lock, a person's takes milliseconds. What is there is a few half-written files, and is removed.
 */
export async function worktreeCommand(context: Context, args: readonly string[]): Promise<GitRun> {
  const attempt = () => persist(() => context.git(['worktree', ...args], { cwd: context.commonDir }));
  let run = await attempt();
  for (let repairs = 0; repairs < 20 && run.code !== 0; repairs += 1) {
    const name = /failed to read [^\n]*worktrees\/([^/\n]+)\/commondir/.exec(run.stderr)?.[1];
    if (name === undefined || !(await clearBroken(join(context.commonDir, 'worktrees', name)))) return run;
    run = await attempt();
  }
  return run;
}

async function clearBroken(gitDir: string): Promise<boolean> {
  const reason = readLockReason(gitDir);
  const isCutShort = reason === null || reason === '' || 'initializing'.startsWith(reason);
  if (!isCutShort || isComplete(gitDir)) return false;
  await rm(gitDir, { recursive: true, force: true });
  return true;
}
