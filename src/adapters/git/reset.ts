/** Sets a worktree back to a commit. What was there has been saved before. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Result } from '../../ports/git.ts';
import { complaint, failed, persist, succeeded } from './context.ts';
import type { Context } from './context.ts';
import { findGitDir } from './place.ts';

/**
 * Files that git ignores stay, as do nested repositories. With `branch`, HEAD is put on it first: a stage may have left
 * it elsewhere, in a half-done rebase for one.
 */
export async function reset(
  context: Context,
  wanted: { readonly worktree: string; readonly commit: string; readonly branch?: string },
): Promise<Result<null>> {
  const { worktree, commit, branch } = wanted;
  const gitDir = await findGitDir(context, worktree);
  if (gitDir === null) return refuse(`git does not list ${worktree} as a worktree`);
  const onto = branch === undefined ? [] : [['symbolic-ref', 'HEAD', `refs/heads/${branch}`]];
  if (branch !== undefined) await forgetOperations(gitDir);
  const moved = await context.lock(() => run(context, worktree, [...onto, ['update-ref', 'HEAD', commit]]));
  if (!moved.ok) return moved;
  // Seconds in a large worktree, so the lock is free again.
  return run(context, worktree, [
    ['reset', '--hard', '--quiet'],
    ['clean', '-fdq', '-e', '/.wf'],
  ]);
}

async function run(context: Context, worktree: string, steps: readonly (readonly string[])[]): Promise<Result<null>> {
  for (const step of steps) {
    const ended = await persist(() => context.git(step, { cwd: worktree }));
    if (ended.code !== 0) return refuse(complaint(ended));
  }
  return succeeded(null);
}

/** What `git rebase --quit`, `am --quit` and the like remove; `reset --hard` ends a merge by itself. */
async function forgetOperations(gitDir: string): Promise<void> {
  for (const name of ['rebase-merge', 'rebase-apply', 'sequencer'])
    await rm(join(gitDir, name), { recursive: true, force: true });
}

const refuse = (message: string): Result<null> => failed({ reason: 'worktree', stage: 'worktree', message });
