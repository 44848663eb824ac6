/** Carries out commands, beside the loop. A command that fails is repeated by the next decision that still wants it. */
import type { Command } from '../core/command.ts';
import { faultPoint } from '../ports/fault-point.ts';
import type { SchedulerWorld } from './world.ts';

export const makePerform = (world: SchedulerWorld): ((commands: readonly Command[]) => void) => {
  const started = new Set<string>();
  return (commands) => {
    for (const command of commands) {
      if (command.kind !== 'start_worker' || started.has(command.incarnation)) continue;
      started.add(command.incarnation);
      void startWorker(world, command);
    }
  };
};

const startWorker = async (
  { launcher, log }: SchedulerWorld,
  { worker, incarnation }: Extract<Command, { kind: 'start_worker' }>,
): Promise<void> => {
  try {
    faultPoint('before-summon');
    const session = await launcher.startWorker(worker, incarnation);
    faultPoint('after-summon');
    log.info(`${worker} starts in ${session.name}`);
  } catch (error) {
    log.error(`${worker} cannot be started`, error);
  }
};
