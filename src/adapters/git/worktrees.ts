/** `git worktree`, in spite of what a killed one left. */
import { readdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { persist } from './context.ts';
import type { Context } from './context.ts';
import { isComplete, readLockReason } from './place.ts';
import { isUnset } from './refs.ts';
import type { GitRun } from './run.ts';
import { readSmall } from './small-file.ts';

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

/**
 * Runs a command for which git looks at the HEAD of every worktree, as `fetch` does.
 *
 * `worktree add` writes zeros there first. Killed between that and the branch it leaves them, and every fetch of the
 * repository dies ("bad object worktrees/x/HEAD"). Nothing is in such a worktree yet: its registration is removed, and
 * whoever wants it makes it anew. The caller does not hold the lock.
 */
export async function pastUnsetHeads(context: Context, attempt: () => Promise<GitRun>): Promise<GitRun> {
  let run = await attempt();
  for (const met = new Set<string>(); run.code !== 0;) {
    const name = /bad object worktrees\/([^\n]+)\/HEAD/.exec(run.stderr)?.[1];
    if (name === undefined || met.has(name)) return run;
    met.add(name);
    const gitDir = join(context.commonDir, 'worktrees', name);
    if (!(await context.lock(() => clearUnset(gitDir)))) return run;
    run = await attempt();
  }
  return run;
}

async function clearUnset(gitDir: string): Promise<boolean> {
  // Finished meanwhile, or gone: the next attempt tells.
  if (!isUnset(readSmall(join(gitDir, 'HEAD')).trim())) return true;
  if (readLockReason(gitDir) !== 'initializing') return false;
  const folder = dirname(resolve(gitDir, readSmall(join(gitDir, 'gitdir')).trim()));
  const names = await readdir(folder).catch(() => []);
  if (names.some((each) => each !== '.git')) return false;
  await rm(gitDir, { recursive: true, force: true });
  return true;
}
