/**
 * Brings files that git does not keep into a fresh worktree: copies and links of what lies in the main worktree.
 *
 * What comes: the paths of `worktree.copy` and `worktree.link`, and what git ignores and `.worktreeinclude` names (its
 * syntax is that of `.gitignore`). Each is put into `info/exclude` first, so that no `git add` of a stage takes it; a
 * path that git tracks, or would add in spite of that, is refused. Nothing is written through a link that the checkout
 * holds: such a link could lead anywhere.
 */
import { cp, lstat, mkdir, readlink, realpath, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { BringIn, Result } from '../../ports/git.ts';
import { failed, output, succeeded } from './context.ts';
import type { Context } from './context.ts';
import { exclude } from './exclude.ts';
import { ignorePattern } from './ignore-pattern.ts';

/** See the port. */
export async function bringIn(context: Context, { worktree, copy, link }: BringIn): Promise<Result<readonly string[]>> {
  const included = await findIncluded(context);
  const wanted = [
    ...link.map((path) => ({ path, how: 'link' as const })),
    ...[...copy, ...included].map((path) => ({ path, how: 'copy' as const })),
  ].map((each) => ({ ...each, path: each.path.replace(/^\.\//, '').replace(/\/+$/, '') }));
  const missing: string[] = [];
  for (const { path, how } of wanted) {
    const problem = whyNotAPath(path) ?? (await bring(context, { worktree, path, how, missing }));
    if (problem !== null) return refuse(`${path} cannot be brought into the worktree: ${problem}`);
  }
  return succeeded(missing.map((path) => `${path} is not there to be brought into the worktree`));
}

interface Wanted {
  readonly worktree: string;
  readonly path: string;
  readonly how: 'copy' | 'link';
  readonly missing: string[];
}

async function bring(context: Context, { worktree, path, how, missing }: Wanted): Promise<string | null> {
  const source = join(context.root, path);
  if ((await lstat(source).catch(() => null)) === null) {
    missing.push(path);
    return null;
  }
  const isTracked =
    (await output(context, ['ls-files', '-z', '--', `:(top,literal)${path}`], { cwd: worktree })) !== '';
  if (isTracked) return 'git tracks it, so it is there already';
  await exclude(context, [ignorePattern(path)]);
  const ignored = await context.git(['check-ignore', '--quiet', '--', path], { cwd: worktree });
  if (ignored.code !== 0) return 'git would add it: a pattern of .gitignore takes it back';
  const parent = await makeParent(worktree, path);
  if (parent === null) return 'a folder on its way is a link, or no folder';
  return how === 'link'
    ? makeLink(source, join(parent, basename(path)))
    : makeCopy(source, join(parent, basename(path)));
}

/** What git ignores and `.worktreeinclude` names. A folder that is ignored as a whole stands for all in it. */
async function findIncluded(context: Context): Promise<readonly string[]> {
  const file = join(context.root, '.worktreeinclude');
  if (context.bare || (await lstat(file).catch(() => null)) === null) return [];
  const list = async (...patterns: readonly string[]): Promise<readonly string[]> => {
    const args = ['ls-files', '--others', '--ignored', '--directory', '-z', ...patterns];
    return (await output(context, args, { cwd: context.root })).split('\0').filter((path) => path !== '');
  };
  const ignored = new Set(await list('--exclude-standard'));
  const isIgnored = (path: string): boolean =>
    ignored.has(path) || [...ignored].some((folder) => folder.endsWith('/') && path.startsWith(folder));
  const named = await list(`--exclude-from=${file}`);
  return named.filter((path) => isIgnored(path) && !isOurs(path));
}

const isOurs = (path: string): boolean =>
  ['.git', '.wf', '.worktrees'].includes(path.split('/')[0]?.toLowerCase() ?? '');

/** Paths come from a config. */
const whyNotAPath = (path: string): string | null => {
  const parts = path.split('/');
  if (path === '' || path.startsWith('/') || path.includes('\0') || path.includes('\n'))
    return 'it is no path inside the repository';
  if (parts.some((part) => part === '..' || part === '.' || part === ''))
    return 'it is no plain path inside the repository';
  return isOurs(path) ? 'it is not for a worktree to have' : null;
};

/** The real folder that the path lies in, made if need be; null if it would lead out of the worktree. */
async function makeParent(worktree: string, path: string): Promise<string | null> {
  let at = await realpath(worktree);
  for (const part of path.split('/').slice(0, -1)) {
    at = join(at, part);
    const found = await lstat(at).catch(() => null);
    if (found === null) await mkdir(at);
    else if (!found.isDirectory()) return null;
  }
  return at;
}

async function makeLink(source: string, target: string): Promise<string | null> {
  const found = await lstat(target).catch(() => null);
  if (found?.isSymbolicLink() === true && (await readlink(target)) === source) return null;
  if (found !== null) return 'something else is at its place';
  await symlink(source, target);
  return null;
}

/** A link is copied as what it points to: in the worktree it would point elsewhere. */
async function makeCopy(source: string, target: string): Promise<string | null> {
  try {
    const found = await lstat(target).catch(() => null);
    if (found?.isSymbolicLink() === true) await rm(target);
    await cp(await realpath(source), target, { recursive: true, force: true, verbatimSymlinks: true });
    return null;
  } catch (error) {
    return `it cannot be copied from ${dirname(source)}: ${(error as Error).message}`;
  }
}

const refuse = (message: string): Result<readonly string[]> => failed({ reason: 'setup', stage: 'setup', message });
