/** The `.wf` link inside a worktree. */
import { lstat, readlink, realpath, symlink, unlink } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';

/** Links `<worktree>/.wf` to the repository's, relatively; leaves alone a `.wf` that is not a link. */
export async function linkState(worktree: string, state: string): Promise<void> {
  const link = join(worktree, '.wf');
  const here = await lstat(link).catch(() => null);
  if (here !== null && !here.isSymbolicLink()) return;
  if (here !== null) {
    if (resolve(worktree, await readlink(link)) === state) return;
    await unlink(link);
  }
  // From the real folder: a relative link counts from where the file lies, not from the path that was used.
  const target = relative(await realpath(worktree), join(await realpath(dirname(state)), '.wf'));
  await symlink(target, link);
}

/** Whether `.wf` of a worktree is a link, and so neither content nor change of it. */
export const hasStateLink = (worktree: string): Promise<boolean> =>
  lstat(join(worktree, '.wf')).then(
    (stat) => stat.isSymbolicLink(),
    () => false,
  );

/** Takes the link away; what it points to is not touched. */
export async function unlinkState(worktree: string): Promise<void> {
  if (await hasStateLink(worktree)) await unlink(join(worktree, '.wf'));
}
