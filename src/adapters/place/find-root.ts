/**
 * The root of the repository that a folder lies in, read from files: 50 ms cheaper than loading and asking git, which is
 * most of what `status` would cost. It answers for plain repositories and their worktrees only; whatever is unusual
 * (bare, `core.worktree`, includes, variables of git, another owner, a submodule) is git's to say.
 */
import { lstatSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Null: ask git. `cwd` is a real path. */
export const findRoot = (cwd: string, env: Readonly<Record<string, string | undefined>>): string | null => {
  if (Object.keys(env).some((name) => unusualVariables.test(name))) return null;
  try {
    for (let folder = cwd; ; folder = dirname(folder)) {
      const found = lstatSync(join(folder, '.git'), { throwIfNoEntry: false });
      if (found?.isDirectory() === true) return isPlain(folder) ? folder : null;
      if (found?.isFile() === true) return mainOf(folder);
      // A bare repository has no `.git`.
      if (found !== undefined || statSync(join(folder, 'HEAD'), { throwIfNoEntry: false }) !== undefined) return null;
      if (dirname(folder) === folder) return null;
    }
  } catch {
    return null;
  }
};

const unusualVariables = /^GIT_(DIR|WORK_TREE|COMMON_DIR|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM)$/;

/** The main worktree of a linked one. */
const mainOf = (worktree: string): string | null => {
  const gitDir = /^gitdir: (.+)\/\.git\/worktrees\/[^/]+\n?$/.exec(readFileSync(join(worktree, '.git'), 'utf8'));
  const main = gitDir?.[1] ?? '';
  return main.startsWith('/') && lstatSync(join(main, '.git')).isDirectory() && isPlain(main) ? main : null;
};

const isPlain = (root: string): boolean => {
  const git = join(root, '.git');
  if (lstatSync(git).uid !== process.getuid?.() || lstatSync(root).uid !== process.getuid()) return false;
  statSync(join(git, 'HEAD'));
  statSync(join(git, 'objects'));
  const config = readFileSync(join(git, 'config'), 'utf8');
  const isBare = /^\s*bare\s*(=\s*(true|yes|on|1))?\s*$/im.test(config);
  return !isBare && !/^\s*(worktree|worktreeConfig)\b|^\s*\[include/im.test(config);
};
