/**
 * The root of the repository that a folder lies in, read from files: 50 ms cheaper than loading and asking git, which is
 * most of what `status` would cost. It answers for plain repositories, their worktrees, and folders above which nothing
 * is a repository; whatever is unusual (bare, `core.worktree`, includes, variables of git, another owner, a submodule, a
 * folder that cannot be looked into) is git's to say.
 */
import { lstatSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

export type FoundRoot =
  | { readonly kind: 'repository'; readonly root: string }
  /** Neither the folder nor one above it has a `.git` or could be a bare repository. */
  | { readonly kind: 'none' }
  | { readonly kind: 'ask-git' };

/** `cwd` is a real path. Never throws. */
export const findRoot = (cwd: string, env: Readonly<Record<string, string | undefined>>): FoundRoot => {
  if (Object.keys(env).some((name) => unusualVariables.test(name))) return askGit;
  try {
    for (let folder = cwd; ; folder = dirname(folder)) {
      const found = lstatSync(join(folder, '.git'), { throwIfNoEntry: false });
      // Git does not look beyond the file system that it began in.
      if (found !== undefined && statSync(folder).dev !== statSync(cwd).dev) return askGit;
      if (found?.isDirectory() === true) return isPlain(folder) ? { kind: 'repository', root: folder } : askGit;
      if (found?.isFile() === true) return mainOf(folder);
      // A bare repository has no `.git`, and its HEAD may be a link to a branch that is not there yet.
      if (found !== undefined || lstatSync(join(folder, 'HEAD'), { throwIfNoEntry: false }) !== undefined)
        return askGit;
      if (dirname(folder) === folder) return { kind: 'none' };
    }
  } catch {
    return askGit;
  }
};

const askGit: FoundRoot = { kind: 'ask-git' };

const unusualVariables = /^GIT_(DIR|WORK_TREE|COMMON_DIR|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM)$/;

/** The main worktree of a linked one. */
const mainOf = (worktree: string): FoundRoot => {
  const gitDir = /^gitdir: (.+)\/\.git\/worktrees\/[^/]+\n?$/.exec(readFileSync(join(worktree, '.git'), 'utf8'));
  const main = gitDir?.[1] ?? '';
  const isRoot = main.startsWith('/') && lstatSync(join(main, '.git')).isDirectory() && isPlain(main);
  return isRoot ? { kind: 'repository', root: main } : askGit;
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
