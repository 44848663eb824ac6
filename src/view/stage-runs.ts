/** When which stage of which work ran, and how it ended: what a work's page, the schedule over time and the trace show. */
import type { Event } from '../core/event.ts';
import { parseTime } from '../core/time.ts';
import { clip } from './clean.ts';
import { describeFailure } from './failure.ts';

export interface StageRun {
  readonly id: string;
  readonly worker: string;
  readonly attempt: number;
  /** `prepare` and `push` stand before and behind the workflow's stages. */
  readonly stage: string;
  /** Milliseconds since the epoch. */
  readonly started_at: number;
  /** Null while it runs. */
  readonly ended_at: number | null;
  readonly outcome: 'running' | 'passed' | 'failed' | 'stopped' | 'given back';
  /** Why it did not pass. */
  readonly note: string | null;
}

export interface StageRuns {
  /** Takes the next event; they come in their order. */
  add(event: Event): void;
  /** In the order of their beginnings. */
  runs(): readonly StageRun[];
}

/** Collects the runs from events, of all works or of one. */
export const collectStageRuns = (id: string | null = null): StageRuns => {
  const all: StageRun[] = [];
  const open = new Map<string, number>();
  const end = (work: string, at: number, how: Pick<StageRun, 'outcome' | 'note'>): void => {
    const i = open.get(work) ?? -1;
    const run = all[i];
    if (run !== undefined) all[i] = { ...run, ended_at: at, ...how };
    open.delete(work);
  };
  const begin = (work: string, at: number, stage: string, of?: Pick<StageRun, 'worker' | 'attempt'>): void => {
    const before = lastOf(all, work);
    const { worker, attempt } = of ?? before ?? { worker: '', attempt: 1 };
    open.set(work, all.length);
    all.push({
      ...{ id: work, worker, attempt, stage: clip(stage, 80), started_at: at, ended_at: null },
      ...{ outcome: 'running', note: null },
    });
  };
  return {
    add: (event) => {
      if (!('id' in event) || event.id === null || (id !== null && event.id !== id)) return;
      take(event, { begin, end });
    },
    runs: () => all,
  };
};

const lastOf = (runs: readonly StageRun[], id: string): StageRun | undefined => {
  for (let i = runs.length - 1; i >= 0; i--) if (runs[i]?.id === id) return runs[i];
  return undefined;
};

interface Book {
  begin(id: string, at: number, stage: string, of?: Pick<StageRun, 'worker' | 'attempt'>): void;
  end(id: string, at: number, how: Pick<StageRun, 'outcome' | 'note'>): void;
}

const passed = { outcome: 'passed', note: null } as const;

const take = (event: Event, { begin, end }: Book): void => {
  const at = parseTime(event.at);
  switch (event.type) {
    case 'work_assigned':
      return begin(event.id, at, 'prepare', { worker: event.worker, attempt: event.attempt });
    case 'stage_started':
      end(event.id, at, passed);
      return begin(event.id, at, event.stage);
    case 'work_publishing':
      end(event.id, at, passed);
      return begin(event.id, at, 'push');
    case 'work_prepared':
    case 'stage_passed':
    case 'work_completed':
      return end(event.id, at, passed);
    case 'stage_failed':
    case 'work_failed':
      return end(event.id, at, { outcome: 'failed', note: describeFailure(event.failure) });
    case 'work_stopped':
      return end(event.id, at, { outcome: 'stopped', note: null });
    case 'work_requeued':
      return end(event.id, at, { outcome: 'given back', note: null });
    default: // changes no stage
  }
};
