/** From a fault to the next useful step: how long, as a person beside the machine would have measured it. */
import type { Happened } from './scene.ts';
import type { Seen } from './watch.ts';

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

/** Of each measured fault after which there was a step to be made: by a work that it hit, or by any. */
export const recoveriesOf = (events: readonly Happened[], seen: readonly Seen[]): readonly Recovery[] =>
  events.flatMap((event) => {
    if (!event.isMeasured) return [];
    const later = seen.filter(({ atMs }) => atMs > event.atMs);
    const step = later.find(({ line }) => useful.has(line.type) && isVictim(event, line.id));
    if (step === undefined) return [];
    const isInterrupted = later.some(({ atMs, line }) => atMs < step.atMs && interrupts.has(line.type));
    return isInterrupted ? [] : [{ name: event.name, ms: step.atMs - event.atMs }];
  });

const isVictim = ({ victims }: Happened, id: string | undefined): boolean =>
  victims === null || (id !== undefined && victims.includes(id));
