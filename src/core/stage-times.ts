/** How long each work was in each of its stages, summed up from the events: what later estimates are learnt from. */
import type { Event } from './event.ts';
import type { WorkId } from './work.ts';

export interface StageTimes {
  /** Takes the next event; they come in their order. */
  add(event: Event): void;
  /** Milliseconds by stage, all visits and attempts together. */
  of(id: WorkId): Readonly<Record<string, number>>;
}

export const sumStageTimes = (): StageTimes => {
  const times = new Map<WorkId, Map<string, number>>();
  const add = (id: WorkId, stage: string, ms: number): void => {
    const stages = times.get(id) ?? new Map<string, number>();
    times.set(id, stages.set(stage, (stages.get(stage) ?? 0) + ms));
  };
  return {
    add: (event) => {
      if (event.type === 'stage_passed') add(event.id, event.stage, event.duration_ms);
      if (event.type === 'stage_failed') add(event.id, event.failure.stage, event.duration_ms);
    },
    of: (id) => Object.fromEntries(times.get(id) ?? []),
  };
};
