/** What the stream has told of stages since a snapshot. Pure. */
import type { StageMark } from '../../view/stage-runs.ts';

export interface Stages {
  /** Number of the event behind which nothing is missing in `marks`. */
  readonly since: number;
  readonly marks: readonly StageMark[];
}

/** So many are kept; who fell behind further asks for all again. */
const kept = 4000;

/** After more of them; one that was told twice counts once. */
export const addStages = ({ since, marks }: Stages, added: readonly StageMark[]): Stages => {
  const newest = marks.at(-1)?.seq ?? since;
  const all = [...marks, ...added.filter(({ seq }) => seq > newest)];
  const dropped = all.length > kept ? all[all.length - kept - 1] : undefined;
  return { since: dropped?.seq ?? since, marks: all.slice(-kept) };
};
