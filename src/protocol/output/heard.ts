/** What output says beside its text: hints for people, never a verdict. */
import type { Spent } from '../../core/budget.ts';

/** What one line of output says. Members that are absent say nothing. */
export interface Heard {
  /** The line for people, without controls; null: it is nothing for people. */
  readonly shown: string | null;
  /** What it is at now: `Phase 4: Panel`. */
  readonly phase?: string;
  /** All that was used up until now; replaces what was heard before. */
  readonly spent?: Spent;
}

/** Reads the lines of one start of a stage, in order. Never throws: what it does not know it shows as it is. */
export interface LineReader {
  /** False: of a flood only the newest lines need to be read. */
  readonly needsEveryLine: boolean;
  line(text: string): Heard;
  /** Called once after the last line. */
  end(): Heard;
}

export const nothingHeard: Heard = { shown: null };
