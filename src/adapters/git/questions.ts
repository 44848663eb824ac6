/** Small questions to the repository. */
import { isAbsolute, relative } from 'node:path';
import { GitError, complaint, networkFolder, output } from './context.ts';
import type { Context } from './context.ts';
import { findGitDir } from './place.ts';
import { readHead } from './refs.ts';

/** Whether any commit exists, on any branch. The HEADs of worktrees are not asked: one may be cut short. */
export async function hasCommits(context: Context): Promise<boolean> {
  const first = ['rev-list', '--max-count=1', '--single-worktree', '--all'];
  return (await output(context, first, { cwd: context.commonDir })).trim() !== '';
}

/** Whether git tracks something at or under a path, relative to the root; a bare repository is asked for its HEAD. */
export async function tracks(context: Context, path: string): Promise<boolean> {
  const inside = isAbsolute(path) ? relative(context.root, path) : path;
  if (!context.bare)
    return (await output(context, ['ls-files', '-z', '--', `:(top,literal)${inside}`], { cwd: context.root })) !== '';
  const run = await context.git(['ls-tree', '-z', '--name-only', 'HEAD', '--', inside], { cwd: context.commonDir });
  return run.code === 0 && run.stdout !== '';
}

/** The exit code of `git remote` for a remote that is not configured. */
const noSuchRemote = 2;

/**
 * The address of a remote, `insteadOf` applied; null if there is no such remote. What goes wrong otherwise is no answer:
 * without a remote works are delivered here and nowhere else.
 * @throws {GitError}
 */
export async function remoteUrl(context: Context, remote: string): Promise<string | null> {
  if (remote.startsWith('-')) return null;
  const run = await context.git(['remote', 'get-url', remote], { cwd: networkFolder(context) });
  if (run.code === noSuchRemote) return null;
  if (run.code !== 0) throw new GitError(`git remote get-url ${remote}: ${complaint(run)}`);
  return run.stdout.split('\n')[0] ?? null;
}

export async function hasCommit(context: Context, commit: string): Promise<boolean> {
  const run = await context.git(['cat-file', '-e', `${commit}^{commit}`], { cwd: context.commonDir });
  return run.code === 0;
}

/** False too if one of them is not here. */
export async function isAncestor(context: Context, commit: string, descendant: string): Promise<boolean> {
  const run = await context.git(['merge-base', '--is-ancestor', commit, descendant], { cwd: context.commonDir });
  return run.code === 0;
}

/** Names of plain words need no process to be judged. */
export async function isBranchName(context: Context, name: string): Promise<boolean> {
  if (/^[A-Za-z0-9_][A-Za-z0-9_-]*(\/[A-Za-z0-9_][A-Za-z0-9_-]*)*$/.test(name)) return name !== 'HEAD';
  if (name.startsWith('-') || name.includes('\0')) return false;
  const run = await context.git(['check-ref-format', `refs/heads/${name}`], { cwd: context.commonDir });
  return run.code === 0;
}

/** The commit that HEAD of a worktree names. Starts no process for a loose ref. @throws {GitError} if there is none. */
export async function headOf(context: Context, worktree: string): Promise<string> {
  const gitDir = await findGitDir(context, worktree);
  if (gitDir === null && worktree !== context.root) throw new GitError(`git does not list ${worktree} as a worktree`);
  if (gitDir === null)
    return (await output(context, ['rev-parse', '--verify', 'HEAD^{commit}'], { cwd: worktree })).trim();
  const { commit } = await readHead(context, gitDir);
  if (commit === null) throw new GitError(`no commit is checked out in ${worktree}`);
  return commit;
}
