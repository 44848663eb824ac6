/** A gate before an attempt: a machine that runs full in the night would fail work after work. */
import type { MachineLack } from '../core/machine.ts';
import type { Attempt, WorkerWorld } from './world.ts';

/** Null if the machine has what `worktree.min_free_disk`, `batch.min_free_memory` and `batch.max_load` ask for. */
export const findMachineLack = async (
  { machine, journal }: WorkerWorld,
  { work }: Attempt,
): Promise<{ readonly lack: MachineLack; readonly message: string } | null> => {
  const { worktree_root, min_free_disk_bytes, min_free_memory_bytes, max_load } = journal.plan.settings;
  if (work.worktree !== null) {
    const free = await machine.freeBytes(worktree_root);
    if (free < min_free_disk_bytes) {
      const message = `only ${inMegabytes(free)} are free at ${worktree_root}, and worktree.min_free_disk is ${inMegabytes(min_free_disk_bytes)}`;
      return { lack: 'disk', message };
    }
  }
  const { loadPerCore, freeMemoryBytes } = machine.pressure();
  if (freeMemoryBytes < (min_free_memory_bytes ?? 0)) {
    const message = `only ${inMegabytes(freeMemoryBytes)} of memory are free, and batch.min_free_memory is ${inMegabytes(min_free_memory_bytes ?? 0)}`;
    return { lack: 'memory', message };
  }
  if (loadPerCore > (max_load ?? Infinity)) {
    const message = `the load of each core is ${loadPerCore.toFixed(2)}, and batch.max_load is ${max_load ?? 0}`;
    return { lack: 'load', message };
  }
  return null;
};

const inMegabytes = (bytes: number): string => `${Math.floor(bytes / 1_000_000)} MB`;
