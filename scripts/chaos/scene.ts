/** Where a run takes place, and what happens in it. */
import type { Random } from '../../test/sim/random.ts';
import type { World } from './world.ts';

/** A fault that has happened. */
export interface Happened {
  /** `kill worker`, `at after-push: kill`. */
  readonly name: string;
  /** When it happened, or when what was wrong for a while was mended. */
  readonly atMs: number;
  /** Works whose next step shows the recovery; null: any. */
  readonly victims: readonly string[] | null;
  /** Whose next line shows it instead: workers go on while there is no scheduler. */
  readonly by: 'scheduler' | null;
  /** Not: a person's command, or what only a person can mend. */
  readonly isMeasured: boolean;
}

/** Where a run takes place, and what it has come to so far. */
export interface Scene {
  readonly world: World;
  readonly works: readonly string[];
  readonly engine: 'tmux' | 'process';
  readonly parallel: number;
  readonly random: Random;
  /** Commits that somebody else pushed to the branches of works. */
  readonly foreign: Map<string, string>;
  /** Those that are gone though nobody removed them. */
  readonly overwritten: string[];
  /** Bystanders that died with their machine or server. */
  readonly lostBystanders: Set<'session'>;
  say(text: string): void;
}
