/** A gate before a worktree is made: a disk that runs full in the night would fail work after work. */
import type { Attempt, WorkerWorld } from './world.ts';

/** The name under which a full disk holds works back, as a resource that is used up. */
const resource = 'disk';

/** Null if `worktree.min_free_disk` is free where worktrees lie, or the work wants none. */
export const findFullDisk = (
  { files, journal }: WorkerWorld,
  { work }: Attempt,
): { readonly resource: string; readonly message: string } | null => {
  const { worktree_root, min_free_disk_bytes } = journal.plan.settings;
  if (work.worktree === null) return null;
  const free = files.freeBytes(worktree_root);
  if (free >= min_free_disk_bytes) return null;
  const message = `only ${inMegabytes(free)} are free at ${worktree_root}, and worktree.min_free_disk is ${inMegabytes(min_free_disk_bytes)}`;
  return { resource, message };
};

const inMegabytes = (bytes: number): string => `${Math.floor(bytes / 1_000_000)} MB`;
