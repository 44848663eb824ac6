/** From a fault to the next useful step: how long, as a person beside the machine would have measured it. */
import type { Happened } from './scene.ts';
import type { Line, Seen } from './watch.ts';

export interface Recovery {
  readonly name: string;
  readonly ms: number;
}

/** Lines that bring a work nearer to its delivery. */
const useful = new Set([
  'work_prepared',
  'stage_started',
  'stage_passed',
  'work_publishing',
  'work_pushed',
  'work_completed',
]);

/** While nothing may start, nothing recovers: the time counts from the next of these. */
const interrupts = new Set(['batch_paused', 'stop_requested', 'work_stopped', 'batch_resumed', 'work_retried']);

/** The restarter waits longer each time; from the fourth crash of one run on it is that wait which would be measured. */
const crashes = 3;

/** Of each measured fault after which there was a step to be made: by a work that it hit, or by any. */
export const recoveriesOf = (events: readonly Happened[], seen: readonly Seen[]): readonly Recovery[] =>
  events.flatMap((event) => {
    const earlier = events.filter(({ by, atMs }) => by === 'scheduler' && atMs <= event.atMs);
    if (!event.isMeasured || earlier.length > crashes) return [];
    const later = seen.filter(({ atMs }) => atMs > event.atMs);
    const step = later.find(({ line }) => isStep(event, line));
    if (step === undefined) return [];
    const isInterrupted = later.some(({ atMs, line }) => atMs < step.atMs && interrupts.has(line.type));
    return isInterrupted ? [] : [{ name: event.name, ms: step.atMs - event.atMs }];
  });

const isStep = ({ victims, by }: Happened, { type, id, actor }: Line): boolean => {
  if (by !== null) return actor === by;
  return useful.has(type) && (victims === null || (id !== undefined && victims.includes(id)));
};
