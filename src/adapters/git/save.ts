/**
 * Puts what is uncommitted into a commit, without touching the worktree or its index.
 *
 * A copy of the index takes in the whole work tree and becomes a tree; HEAD is the parent. If the index held something
 * that is in neither, it is the second parent, as in a stash. A ref that exists is never overwritten: it gets a neighbour. Nested
 * repositories without a commit cannot be taken in by git; they are left out, and `reset` leaves them alone too.
 */
import { randomUUID } from 'node:crypto';
import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { faultPoint } from '../../ports/fault-point.ts';
import { GitError, complaint, output } from './context.ts';
import type { Context } from './context.ts';
import { findGitDir } from './place.ts';
import { createRef } from './refs.ts';
import { worktreeStatus } from './status.ts';

/** See the port. @throws {GitError} if something cannot be read. */
export async function saveUncommitted(context: Context, worktree: string, ref: string): Promise<string | null> {
  const { head, changed } = await worktreeStatus(context, worktree);
  if (changed.length === 0) return null;
  const commit = await commitAll(context, { worktree, head, label: ref });
  faultPoint('before-save');
  return keep(context, ref, commit);
}

/** Before a restart: what is uncommitted, else the head if `base` does not hold it. */
export async function saveAll(
  context: Context,
  wanted: { readonly worktree: string; readonly ref: string; readonly base: string },
): Promise<void> {
  const { worktree, ref, base } = wanted;
  const { head, changed } = await worktreeStatus(context, worktree);
  const kept = changed.length > 0 ? await commitAll(context, { worktree, head, label: ref }) : head;
  if (kept === '' || (kept === head && (await isContained(context, head, base)))) return;
  await keep(context, ref, kept);
}

/** A ref that exists, left by an attempt that died before its reset, gets a neighbour: `<ref>-2`, `<ref>-3`, … Gives the name. */
async function keep(context: Context, ref: string, commit: string): Promise<string> {
  for (let number = 1; number <= 1000; number += 1) {
    const name = number === 1 ? ref : `${ref}-${number}`;
    if (await context.lock(() => createRef(context, name, commit))) return name;
  }
  throw new GitError(`${ref} and a thousand neighbours exist already`);
}

async function isContained(context: Context, commit: string, base: string): Promise<boolean> {
  if (commit === base) return true;
  const run = await context.git(['merge-base', '--is-ancestor', commit, base], { cwd: context.commonDir });
  return run.code === 0;
}

interface Wanted {
  readonly worktree: string;
  readonly head: string;
  readonly label: string;
}

async function commitAll(context: Context, wanted: Wanted): Promise<string> {
  const { worktree, head, label } = wanted;
  const gitDir =
    (await findGitDir(context, worktree)) ??
    (await output(context, ['rev-parse', '--absolute-git-dir'], { cwd: worktree })).trim();
  const index = join(gitDir, `wf0-save-${randomUUID()}.index`);
  try {
    await copyFile(join(gitDir, 'index'), index).catch(ignoreMissing);
    const call = { cwd: worktree, env: { GIT_INDEX_FILE: index, ...identity } };
    // Fails in the middle of a conflict, where the index holds no tree.
    const staged = await context.git(['write-tree'], call);
    await addAll(context, call);
    const tree = (await output(context, ['write-tree'], call)).trim();
    const parents = [
      ...parentOf(head),
      ...(await stagedParent(context, { call, staged: staged.code === 0 ? staged.stdout.trim() : null, tree, head })),
    ];
    return (
      await output(
        context,
        ['commit-tree', '--no-gpg-sign', tree, ...parents, '-m', `uncommitted work, ${label}`],
        call,
      )
    ).trim();
  } finally {
    await rm(index, { force: true });
    await rm(`${index}.lock`, { force: true });
  }
}

interface Call {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

async function addAll(context: Context, call: Call): Promise<void> {
  const settings = ['-c', 'core.safecrlf=false', '-c', 'advice.addEmbeddedRepo=false'];
  const all = [...settings, 'add', '--all', '--', ':/'];
  const run = await context.git(all, call);
  if (run.code === 0) return;
  const nested = await findNested(context, call.cwd);
  const again =
    nested.length === 0
      ? run
      : await context.git([...all, ...nested.map((path) => `:(top,exclude,literal)${path}`)], call);
  if (again.code !== 0) throw new GitError(`what is uncommitted in ${call.cwd} cannot be saved: ${complaint(again)}`);
}

/** With all untracked files listed one by one, a folder is a repository of its own. */
async function findNested(context: Context, worktree: string): Promise<readonly string[]> {
  const text = await output(context, ['ls-files', '--others', '--exclude-standard', '-z'], { cwd: worktree });
  return text.split('\0').filter((path) => path.endsWith('/'));
}

interface Staged {
  readonly call: Call;
  readonly staged: string | null;
  readonly tree: string;
  readonly head: string;
}

async function stagedParent(context: Context, { call, staged, tree, head }: Staged): Promise<readonly string[]> {
  if (staged === null || staged === tree) return [];
  const headTree = head === '' ? '' : (await output(context, ['rev-parse', `${head}^{tree}`], call)).trim();
  if (staged === headTree) return [];
  const commit = await output(
    context,
    ['commit-tree', '--no-gpg-sign', staged, ...parentOf(head), '-m', 'what was staged'],
    call,
  );
  return ['-p', commit.trim()];
}

/** A stage may have begun a branch without commits. */
const parentOf = (head: string): readonly string[] => (head === '' ? [] : ['-p', head]);

/** Saving must not fail because the person has no name configured. */
const identity = {
  GIT_AUTHOR_NAME: 'wf0-batch',
  GIT_AUTHOR_EMAIL: 'wf0-batch@localhost',
  GIT_COMMITTER_NAME: 'wf0-batch',
  GIT_COMMITTER_EMAIL: 'wf0-batch@localhost',
};

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
