/** Where a repository's folders are, from any folder in it. */
import { lstat, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Problem } from '../../ports/problem.ts';
import type { Git } from './run.ts';

export interface Layout {
  /** The main worktree; without one, the folder that holds the bare repository, or the bare repository itself. */
  readonly root: string;
  /** What all worktrees share: refs, objects, config. */
  readonly commonDir: string;
  /** Where the root's HEAD lies. */
  readonly mainGitDir: string;
  readonly bare: boolean;
}

/**
 * Finds the repository that a folder belongs to; null if it is in none.
 * @throws {Problem} if git refuses the repository (another owner, unknown format).
 */
export async function findLayout(git: Git, from: string): Promise<Layout | null> {
  const run = await git(
    ['rev-parse', '--path-format=absolute', '--git-common-dir', '--git-dir', '--is-bare-repository', '--show-toplevel'],
    { cwd: from },
  );
  const [commonDir, gitDir, bare, top] = run.stdout.split('\n');
  if (commonDir === undefined || gitDir === undefined || commonDir === '') return notFound(run.stderr, from);
  if (commonDir === gitDir && bare === 'true')
    return { root: await bareRoot(commonDir), commonDir, mainGitDir: commonDir, bare: true };
  if (commonDir === gitDir && top !== undefined && top !== '')
    return { root: top, commonDir, mainGitDir: commonDir, bare: false };
  return fromCommonDir(git, commonDir);
}

function notFound(stderr: string, from: string): null {
  if (/not a git repository|no such folder/i.test(stderr)) return null;
  throw new Problem({
    what: 'git refuses this repository',
    where: `${from}: ${stderr.trim().split('\n')[0] ?? ''}`,
    hint: stderr.includes('safe.directory')
      ? 'git config --global --add safe.directory <folder>'
      : 'run `git status` there',
    code: 'environment',
  });
}

/** From inside a linked worktree or a git folder, only the common folder tells where the main worktree is. */
async function fromCommonDir(git: Git, commonDir: string): Promise<Layout> {
  const settings = await readSettings(git, commonDir);
  if (settings.get('core.bare') === 'true')
    return { root: await bareRoot(commonDir), commonDir, mainGitDir: commonDir, bare: true };
  const worktree = settings.get('core.worktree');
  if (worktree !== undefined)
    return { root: resolve(commonDir, worktree), commonDir, mainGitDir: commonDir, bare: false };
  return {
    root: basename(commonDir) === '.git' ? dirname(commonDir) : commonDir,
    commonDir,
    mainGitDir: commonDir,
    bare: false,
  };
}

async function readSettings(git: Git, commonDir: string): Promise<ReadonlyMap<string, string>> {
  const settings = new Map<string, string>();
  for (const name of ['config', 'config.worktree']) {
    const file = join(commonDir, name);
    if (name !== 'config' && !(await exists(file))) continue;
    const run = await git(['config', '--file', file, '-z', '--get-regexp', '^core\\.(bare|worktree)$'], {
      cwd: commonDir,
    });
    for (const entry of run.stdout.split('\0')) {
      const cut = entry.indexOf('\n');
      if (cut > 0) settings.set(entry.slice(0, cut), entry.slice(cut + 1));
    }
  }
  return settings;
}

/** A bare repository kept as `x/.bare` or `x/.git`, or named by a `.git` file in x, belongs to x; others stand for themselves. */
async function bareRoot(commonDir: string): Promise<string> {
  const parent = dirname(commonDir);
  if (['.bare', '.git'].includes(basename(commonDir))) return parent;
  const pointer = await readFile(join(parent, '.git'), 'utf8').catch(() => '');
  const target = /^gitdir: (.*)$/m.exec(pointer)?.[1];
  return target !== undefined && resolve(parent, target) === commonDir ? parent : commonDir;
}

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );
