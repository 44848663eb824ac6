/**
 * A clock that is set back. Deadlines and back-off are times of the clock by which they were made: when it goes back by an
 * hour, what was to wait a minute would wait an hour and a minute. All that is still waited for moves back with it.
 */
import { changeBatch, patch, type Draft } from './draft.ts';
import type { WorkRecord, WorkState } from './state.ts';

/** Processes of one machine stamp their events by one clock; this much out of order is no setting back. */
export const outOfOrderMs = 5000;

/** Whether `now` lies before what was recorded by more than processes are apart. */
export const isSetBack = (at: number, now: number): boolean => now < at - outOfOrderMs;

/** Moves what is waited for, and the beginnings of what runs, back by so many milliseconds. */
export const setBack = (draft: Draft, ms: number): void => {
  const back = (time: number): number => (time === 0 ? 0 : Math.max(1, time - ms));
  draft.records.forEach(({ state }, i) => {
    const moved = moveState(state, back);
    if (moved !== state) patch(draft, i, { state: moved });
  });
  draft.workers = draft.workers.map((worker) => ({
    ...worker,
    ...{ deadline: back(worker.deadline), freed_at: back(worker.freed_at) },
  }));
  for (const [name, resource] of draft.resources)
    draft.resources.set(name, {
      ...resource,
      ...{ cooled_until: back(resource.cooled_until), starts: resource.starts.map(back) },
    });
  const { running_since } = draft.batch;
  if (running_since !== null) changeBatch(draft, { running_since: back(running_since) });
};

const moveState = (state: WorkState, back: (time: number) => number): WorkRecord['state'] => {
  switch (state.status) {
    case 'queued':
      return state.not_before === 0 ? state : { ...state, not_before: back(state.not_before) };
    case 'assigned':
      return { ...state, since: back(state.since) };
    case 'running':
      return { ...state, since: back(state.since), stage_since: back(state.stage_since) };
    default:
      return state;
  }
};
