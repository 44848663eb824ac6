/** The parts of the program that the simulator drives, as one value, so that a saboteur can stand in for each. */
import { accept } from '../../src/core/accept.ts';
import { decide } from '../../src/core/decide.ts';
import { evolve } from '../../src/core/evolve.ts';
import { fromSnapshot, toSnapshot } from '../../src/core/snapshot.ts';
import { startState, type BatchState } from '../../src/core/state.ts';
import { findTask } from '../../src/core/worker-task.ts';

export interface Parts {
  readonly start: typeof startState;
  readonly evolve: typeof evolve;
  readonly accept: typeof accept;
  readonly decide: typeof decide;
  readonly findTask: typeof findTask;
  readonly toSnapshot: typeof toSnapshot;
  readonly fromSnapshot: typeof fromSnapshot;
  /** The fence of decisions: whether a scheduler of this generation may record any. */
  readonly mayCommit: (state: BatchState, generation: number) => boolean;
  /** The remote's compare-and-set: whether a push that expects `seen` replaces `head`. */
  readonly mayReplace: (head: string | null, seen: string | null) => boolean;
}

export const realParts: Parts = {
  start: startState,
  evolve,
  accept,
  decide,
  findTask,
  toSnapshot,
  fromSnapshot,
  mayCommit: (state, generation) => state.scheduler?.generation === generation,
  mayReplace: (head, seen) => head === seen,
};
