/** Whether a stage that ended badly says that a quota is used up. */
import type { PlannedWork, Stage } from '../core/plan.ts';
import { findQuotaMessage, type QuotaMessage } from '../protocol/quota.ts';
import type { OutputTail } from './output.ts';
import type { WorkerWorld } from './world.ts';

interface Ended {
  readonly work: PlannedWork;
  readonly stage: Stage;
  readonly tail: OutputTail;
}

/** Patterns count for the resources that the stage, or its work, uses; the known agents' messages always do. */
export const findQuota = (world: WorkerWorld, { work, stage, tail }: Ended): QuotaMessage | null => {
  const { resources } = world.journal.plan.settings;
  const patterns = Object.fromEntries(
    [...stage.uses, ...work.uses].map((name) => [name, resources[name]?.patterns ?? []]),
  );
  return findQuotaMessage(tail.lines(), patterns, world.clock.now());
};
