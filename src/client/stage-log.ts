/** Whether a stage's log may still grow. */
import { isActive, type BatchState } from '../core/state.ts';
import type { StageLog } from '../ports/log-files.ts';

export interface LogOfWork {
  readonly id: string;
  readonly log: StageLog;
  /** All of the work, oldest first. */
  readonly logs: readonly StageLog[];
}

/** It is the newest one of a work that runs. */
export const isGrowing = (state: BatchState, { id, log, logs }: LogOfWork): boolean => {
  const record = state.records[state.works.findIndex((work) => work.id === id)];
  return record !== undefined && isActive(record.state) && logs.at(-1)?.path === log.path;
};
