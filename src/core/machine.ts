/** What the machine itself lacks, for every work at once: its disk, its memory or its processors have too much to do. */
import type { BatchState } from './state.ts';

export type MachineLack = 'disk' | 'memory' | 'load';

const lacks: readonly MachineLack[] = ['disk', 'memory', 'load'];

/** The resource that cools down meanwhile; a slash is in no name that a config can give. */
export const lackResource = (lack: MachineLack): string => `machine/${lack}`;

/** How long nothing new begins before the machine is looked at again. */
export const lookAgainMs = 15_000;

export interface MachineHold {
  readonly lack: MachineLack;
  readonly until: number;
  readonly message: string;
}

/** Why no work may begin on this machine now, or null. A work without a worktree writes where it likes: no disk is asked for it. */
export const findMachineHold = (
  { resources }: Pick<BatchState, 'resources'>,
  work: { readonly worktree: string | null },
  now: number,
): MachineHold | null => {
  if (resources.size === 0) return null;
  for (const lack of lacks) {
    const record = resources.get(lackResource(lack));
    if (record === undefined || record.cooled_until <= now || (lack === 'disk' && work.worktree === null)) continue;
    return { lack, until: record.cooled_until, message: record.message };
  }
  return null;
};
