/** Cheap looks at refs: the file first, git only if the file does not tell (packed refs, reftable). */
import { join } from 'node:path';
import type { Context } from './context.ts';
import { GitError, complaint, persist } from './context.ts';
import { readSmall } from './small-file.ts';

const commitPattern = /^[0-9a-f]{40}([0-9a-f]{24})?$/;

export const isCommitId = (text: string): boolean => commitPattern.test(text);

/** What `worktree add` writes into HEAD before it puts it on the branch. */
export const isUnset = (commit: string | null): boolean => commit !== null && /^0+$/.test(commit);

/** The commit that a full ref name stands for, or null. */
export async function readRef(context: Context, ref: string): Promise<string | null> {
  const loose = readLoose(context, ref);
  if (loose !== null) return loose;
  const run = await context.git(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`], { cwd: context.commonDir });
  return run.code === 0 ? run.stdout.trim() : null;
}

/** As `readRef`, but null also when only git could tell. Starts no process. */
export function readLoose(context: Context, ref: string): string | null {
  const text = readSmall(join(context.commonDir, ref)).trim();
  return isCommitId(text) ? text : null;
}

/** What a worktree's HEAD says: its branch (null: detached) and its commit (null: none yet). */
export async function readHead(
  context: Context,
  gitDir: string,
): Promise<{ branch: string | null; commit: string | null }> {
  const text = readSmall(join(gitDir, 'HEAD')).trim();
  if (isCommitId(text)) return { branch: null, commit: text };
  const ref = /^ref: (refs\/heads\/.+)$/.exec(text)?.[1];
  // A reftable repository keeps a file here that says `.invalid`.
  if (ref !== undefined && ref !== 'refs/heads/.invalid')
    return { branch: ref.slice('refs/heads/'.length), commit: await readRef(context, ref) };
  return askHead(context, gitDir);
}

async function askHead(context: Context, gitDir: string): Promise<{ branch: string | null; commit: string | null }> {
  const call = { cwd: gitDir };
  const name = await context.git(['symbolic-ref', '--quiet', '--short', 'HEAD'], call);
  const commit = await context.git(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], call);
  return {
    branch: name.code === 0 ? name.stdout.trim() : null,
    commit: commit.code === 0 ? commit.stdout.trim() : null,
  };
}

/** Creates a ref that must not exist. False: it exists. The caller holds the lock. */
export async function createRef(context: Context, ref: string, commit: string): Promise<boolean> {
  const run = await persist(() =>
    context.git(['update-ref', ref, commit, '0'.repeat(commit.length)], { cwd: context.commonDir }),
  );
  if (run.code === 0) return true;
  if (/reference already exists/.test(run.stderr)) return false;
  throw new GitError(`${ref} cannot be made: ${complaint(run)}`);
}

/** Moves a ref from one commit to another. False: it is not at `from`. The caller holds the lock. */
export async function moveRef(
  context: Context,
  ref: string,
  move: { readonly from: string; readonly to: string },
): Promise<boolean> {
  const run = await persist(() => context.git(['update-ref', ref, move.to, move.from], { cwd: context.commonDir }));
  if (run.code === 0) return true;
  if (/is at .* but expected|unable to resolve reference/.test(run.stderr)) return false;
  throw new GitError(`${ref} cannot be moved: ${complaint(run)}`);
}
