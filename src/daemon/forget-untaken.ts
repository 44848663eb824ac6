import type { SchedulerWorld } from './world.ts';

/** What is left of a scheduler that died while it started something. Litter must not keep a batch from going on. */
export const forgetUntaken = ({ launcher, log }: Pick<SchedulerWorld, 'launcher' | 'log'>): void => {
  try {
    launcher.forgetUntaken();
  } catch (error) {
    log.error('environments that nobody took cannot be removed', error);
  }
};
