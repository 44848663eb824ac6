/** What lies at a worktree's path, told from the files that git itself keeps: no process is started. */
import { existsSync } from 'node:fs';
import { lstat, readdir, realpath, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Context } from './context.ts';
import { readSmall } from './small-file.ts';

export type Occupant =
  /** Nothing, or an empty folder. */
  | { readonly kind: 'nothing' }
  /** A worktree that git lists; `gitDir` is its folder under `worktrees/`. */
  | { readonly kind: 'worktree'; readonly gitDir: string }
  /** A symbolic link, there or at the folder above. Never followed. */
  | { readonly kind: 'link'; readonly path: string }
  /** A folder with nothing but the `.git` file of a `worktree add` that was killed. */
  | { readonly kind: 'unfinished' }
  /** Anything else: not ours to touch. */
  | { readonly kind: 'other' };

/** Looks at an absolute path. */
export async function readOccupant(context: Context, path: string): Promise<Occupant> {
  const above = await lstat(dirname(path)).catch(() => null);
  if (above?.isSymbolicLink()) return { kind: 'link', path: dirname(path) };
  const here = await lstat(path).catch(() => null);
  if (here === null) return { kind: 'nothing' };
  if (here.isSymbolicLink()) return { kind: 'link', path };
  if (!here.isDirectory()) return { kind: 'other' };
  const gitDir = await findGitDir(context, path);
  if (gitDir !== null && isComplete(gitDir)) return { kind: 'worktree', gitDir };
  const entries = await readdir(path, { withFileTypes: true });
  if (entries.length === 0) return { kind: 'nothing' };
  const [only] = entries;
  const isUnfinished = entries.length === 1 && only?.name === '.git' && only.isFile();
  return isUnfinished && pointsHere(context, path) ? { kind: 'unfinished' } : { kind: 'other' };
}

/** git writes these one after another; killed in between, none of its commands works there. */
export function isComplete(gitDir: string): boolean {
  const [back, head, common] = ['gitdir', 'HEAD', 'commondir'].map((name) => readSmall(join(gitDir, name)));
  return back !== '' && common !== '' && /^(ref: \S+|[0-9a-f]{40,64})\n/.test(head ?? '');
}

/** The `.git` file was cut short, or names a folder of this repository. */
function pointsHere(context: Context, path: string): boolean {
  const file = join(path, '.git');
  const pointer = readSmall(file);
  return (
    (pointer === '' && existsSync(file)) ||
    `gitdir: ${join(context.commonDir, 'worktrees')}/`.startsWith(pointer.trimEnd()) ||
    pointer.startsWith(`gitdir: ${join(context.commonDir, 'worktrees')}/`)
  );
}

/** Removes what a killed `worktree add` of this path left. The caller holds the lock and knows that the path is ours. */
export async function clearUnfinished(context: Context, path: string): Promise<void> {
  const folder = join(context.commonDir, 'worktrees');
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter(
    (each) => each.startsWith(basename(path)) && /^\d*$/.test(each.slice(basename(path).length)),
  )) {
    const gitDir = join(folder, name);
    const back = readSmall(join(gitDir, 'gitdir')).trim();
    // Perhaps cut short itself.
    const isOfPath = back === '' || join(path, '.git').startsWith(resolve(gitDir, back));
    if (isOfPath && !isComplete(gitDir)) await rm(gitDir, { recursive: true, force: true });
  }
  if ((await readOccupant(context, path)).kind !== 'unfinished') return;
  await rm(join(path, '.git'));
  await rmdir(path);
}

/** The folder under `worktrees/` that a worktree names and that names it back: what `git worktree list` goes by. */
export async function findGitDir(context: Context, path: string): Promise<string | null> {
  const pointer = readSmall(join(path, '.git'));
  const named = /^gitdir: (.*)$/m.exec(pointer)?.[1];
  if (named === undefined) return null;
  const gitDir = resolve(path, named);
  if (dirname(gitDir) !== join(context.commonDir, 'worktrees')) return null;
  const back = readSmall(join(gitDir, 'gitdir')).trim();
  return back !== '' && (await isSame(resolve(gitDir, back), join(path, '.git'))) ? gitDir : null;
}

/**
 * Whether git, asked in this folder, would answer for this repository. A stage can put another `.git` there, whose
 * config names programs, and whose commits are not ours.
 */
export const isOfRepository = async (context: Context, worktree: string): Promise<boolean> =>
  worktree === context.root || (await findGitDir(context, worktree)) !== null;

async function isSame(one: string, other: string): Promise<boolean> {
  if (one === other) return true;
  const [a, b] = await Promise.all([one, other].map((path) => realpath(path).catch(() => null)));
  return a !== null && a === b;
}

/** Registrations of a path whose folder may be gone. */
export async function findRegistrations(context: Context, path: string): Promise<readonly string[]> {
  const folder = join(context.commonDir, 'worktrees');
  const names = await readdir(folder).catch(() => []);
  const parent = await realpath(dirname(path)).catch(() => dirname(path));
  const wanted = [join(path, '.git'), join(parent, basename(path), '.git')];
  const found: string[] = [];
  for (const name of names) {
    const back = readSmall(join(folder, name, 'gitdir')).trim();
    if (back !== '' && wanted.includes(resolve(folder, name, back))) found.push(join(folder, name));
  }
  return found;
}

/** Why a worktree is locked; null if it is not. */
export const readLockReason = (gitDir: string): string | null => {
  const file = join(gitDir, 'locked');
  return existsSync(file) ? readSmall(file).trim() : null;
};
