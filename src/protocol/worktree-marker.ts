/** A folder for worktrees outside the repository is ours to use, and to delete in, only with this file in it. */
export const worktreeMarker = '.wf-worktrees';

/** Whether a folder for worktrees (both paths absolute) lies in the repository itself and needs no marker. */
export const isInsideRepository = (root: string, folder: string): boolean => folder.startsWith(`${root}/`);
