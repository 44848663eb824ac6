/** Carries out commands, beside the loop. A command that fails is repeated by the next decision that still wants it. */
import type { Command } from '../core/command.ts';
import type { Session } from '../ports/engine.ts';
import { faultPoint } from '../ports/fault-point.ts';
import type { SchedulerWorld } from './world.ts';

/** Workers that were started, by incarnation; null: they could not be. Those that are being started are not in it. */
export type Started = ReadonlyMap<string, Session | null>;

export interface Performer {
  readonly started: Started;
  perform(commands: readonly Command[]): void;
}

export const makePerformer = (world: SchedulerWorld): Performer => {
  const begun = new Set<string>();
  const started = new Map<string, Session | null>();
  return {
    started,
    perform: (commands) => {
      for (const command of commands) {
        if (command.kind !== 'start_worker' || begun.has(command.incarnation)) continue;
        begun.add(command.incarnation);
        void startWorker(world, command).then((session) => started.set(command.incarnation, session));
      }
    },
  };
};

const startWorker = async (
  { launcher, log }: SchedulerWorld,
  { worker, incarnation }: Extract<Command, { kind: 'start_worker' }>,
): Promise<Session | null> => {
  try {
    faultPoint('before-summon');
    const session = await launcher.startWorker(worker, incarnation);
    faultPoint('after-summon');
    log.info(`${worker} starts in ${session.name}`);
    return session;
  } catch (error) {
    log.error(`${worker} cannot be started`, error);
    return null;
  }
};
