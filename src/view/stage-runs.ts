/** When which stage of which work ran, and how it ended: what a work's page, the schedule over time and the trace show. */
import type { Event } from '../core/event.ts';
import { parseTime } from '../core/time.ts';
import { clip } from './clean.ts';
import { describeFailure } from './failure.ts';

export type StageRun = StageRunAt<number>;

/** `Time`: milliseconds since the epoch, or ISO 8601 as it travels. */
export interface StageRunAt<Time> {
  readonly id: string;
  readonly worker: string;
  readonly attempt: number;
  /** `prepare` and `push` stand before and behind the workflow's stages. */
  readonly stage: string;
  readonly started_at: Time;
  /** Null while it runs. */
  readonly ended_at: Time | null;
  readonly outcome: 'running' | 'passed' | 'failed' | 'stopped' | 'given back';
  /** Why it did not pass. */
  readonly note: string | null;
}

/** What an event says of the stages of a work: the one that runs ends, another begins, or both. */
export interface StageMark {
  readonly seq: number;
  /** ISO 8601. */
  readonly at: string;
  readonly id: string;
  readonly ends?: Pick<StageRun, 'outcome' | 'note'>;
  readonly begins?: Pick<StageRun, 'stage'> & Partial<Pick<StageRun, 'worker' | 'attempt'>>;
}

export interface StageRuns {
  /** Takes the next event; they come in their order. */
  add(event: Event): void;
  /** In the order of their beginnings. */
  runs(): readonly StageRun[];
}

/** Collects the runs from events, of all works or of one. */
export const collectStageRuns = (id: string | null = null): StageRuns => {
  const book = makeBook(parseTime);
  return {
    add: (event) => {
      const mark = stageMark(event);
      if (mark !== null && (id === null || mark.id === id)) book.take(mark);
    },
    runs: book.runs,
  };
};

export interface StageBook<Time> {
  /** Takes the next mark; they come in the order of their events. */
  take(mark: StageMark): void;
  /** In the order of their beginnings. The list is a new one after a mark was taken. */
  runs(): readonly StageRunAt<Time>[];
}

/** Goes on from the runs that are known. `timeOf` reads the time of a mark. */
export const makeBook = <Time>(
  timeOf: (at: string) => Time,
  known: readonly StageRunAt<Time>[] = [],
): StageBook<Time> => {
  let all = [...known];
  let isGivenOut = false;
  const open = new Map(known.flatMap(({ id, ended_at }, i) => (ended_at === null ? [[id, i] as const] : [])));
  return {
    take: ({ id, at, ends, begins }) => {
      if (isGivenOut) all = [...all];
      isGivenOut = false;
      const i = open.get(id) ?? -1;
      const run = all[i];
      if (ends !== undefined && run !== undefined) {
        all[i] = { ...run, ended_at: timeOf(at), ...ends };
        open.delete(id);
      }
      if (begins === undefined) return;
      const before = lastOf(all, id);
      open.set(id, all.length);
      all.push({
        ...{ id, worker: begins.worker ?? before?.worker ?? '', attempt: begins.attempt ?? before?.attempt ?? 1 },
        ...{ stage: begins.stage, started_at: timeOf(at), ended_at: null, outcome: 'running', note: null },
      });
    },
    runs: () => {
      isGivenOut = true;
      return all;
    },
  };
};

const lastOf = <Time>(runs: readonly StageRunAt<Time>[], id: string): StageRunAt<Time> | undefined => {
  for (let i = runs.length - 1; i >= 0; i--) if (runs[i]?.id === id) return runs[i];
  return undefined;
};

const passed = { outcome: 'passed', note: null } as const;

/** Null for an event that changes no stage. */
export const stageMark = (event: Event): StageMark | null => {
  if (!('id' in event) || event.id === null) return null;
  const change = changeOf(event);
  return change === null ? null : { seq: event.seq, at: event.at, id: event.id, ...change };
};

const changeOf = (event: Event): Pick<StageMark, 'ends' | 'begins'> | null => {
  switch (event.type) {
    case 'work_assigned':
      return { begins: { stage: 'prepare', worker: event.worker, attempt: event.attempt } };
    case 'stage_started':
      return { ends: passed, begins: { stage: clip(event.stage, 80) } };
    case 'work_publishing':
      return { ends: passed, begins: { stage: 'push' } };
    case 'work_prepared':
    case 'stage_passed':
    case 'work_completed':
      return { ends: passed };
    case 'stage_failed':
    case 'work_failed':
      return { ends: { outcome: 'failed', note: describeFailure(event.failure) } };
    case 'work_stopped':
      return { ends: { outcome: 'stopped', note: null } };
    case 'work_requeued':
      return { ends: { outcome: 'given back', note: null } };
    default:
      return null;
  }
};
