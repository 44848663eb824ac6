/** Runs of stages as they were answered once, carried on by the marks of the stream. */
import type { RunsAnswer } from '../../view/api.ts';
import { makeBook } from '../../view/stage-runs.ts';
import type { Stages } from './stages.ts';

export interface FollowedRuns {
  /** The runs after these marks; the same marks again change nothing. Null: some are missing, and the runs have to be asked for again. */
  take(stages: Stages): RunsAnswer | null;
}

export const followRuns = (answer: RunsAnswer): FollowedRuns => {
  const book = makeBook((at) => at, answer.runs);
  let newest = answer;
  return {
    take: ({ since, marks }) => {
      if (newest.seq < since) return null;
      const added = marks.filter(({ seq }) => seq > newest.seq);
      for (const mark of added) book.take(mark);
      if (added.length > 0) newest = { ...answer, seq: added.at(-1)?.seq ?? newest.seq, runs: book.runs() };
      return newest;
    },
  };
};
