/** What is uncommitted in a worktree. */
import type { WorktreeStatus } from '../../ports/git.ts';
import { GitError, output } from './context.ts';
import type { Context } from './context.ts';
import { hasStateLink } from './link.ts';
import { isOfRepository } from './place.ts';
import { isCommitId } from './refs.ts';

/** One process, none in a folder that is not of this repository. Our `.wf` link counts as nothing; the head is '' on a branch without commits. */
export async function worktreeStatus(context: Context, worktree: string): Promise<WorktreeStatus> {
  if (!(await isOfRepository(context, worktree))) throw new GitError(`git does not list ${worktree} as a worktree`);
  const flags = [
    '--porcelain=v2',
    '--branch',
    '-z',
    '--no-renames',
    '--untracked-files=normal',
    '--ignored=traditional',
  ];
  const text = await output(context, ['status', ...flags], { cwd: worktree });
  const entries = text.split('\0');
  const head = entries.find((entry) => entry.startsWith('# branch.oid '))?.slice('# branch.oid '.length);
  const linked = await hasStateLink(worktree);
  const isOurs = (path: string): boolean => linked && path === '.wf';
  const ignored = entries.filter((entry) => entry.startsWith('! ') && !isOurs(entry.slice(2)));
  const changed = entries.map(changedPath).filter((path) => path !== null && !isOurs(path));
  return {
    head: head !== undefined && isCommitId(head) ? head : '',
    changed: changed.filter((path) => path !== null),
    ignored: ignored.length,
  };
}

/** Fields before the path: 8 of a change, 10 of a conflict, 1 of an untracked file. */
function changedPath(entry: string): string | null {
  const fields = { '1 ': 8, 'u ': 10, '? ': 1 }[entry.slice(0, 2)];
  return fields === undefined ? null : entry.split(' ').slice(fields).join(' ');
}
