/**
 * What is seen of a run from outside when it is over: git, the journal's text, processes, files. Nothing of `src` is
 * asked: a checker that shares the program's code shares its errors.
 */

/** A work as it was ordered. */
export interface OrderedWork {
  readonly id: string;
  readonly dependencies: readonly string[];
}

/** A line of the journal; what it holds depends on its type. */
export interface JournalLine {
  readonly seq: number;
  readonly type: string;
  readonly id?: string;
  readonly commit?: string | null;
  readonly pushed?: boolean;
  readonly stage?: string;
  readonly worker?: string;
  /** Of the attempt that it is about. */
  readonly token?: string;
  readonly from_index?: number | null;
  readonly rerun?: boolean;
}

/** A stage's own note of its start. */
export interface StageStart {
  readonly work: string;
  readonly stage: string;
  readonly attempt: number;
  /** Stages of other works that ran just then. */
  readonly others: number;
  /** Stages of the same work that ran just then. */
  readonly same: number;
}

/** Something uncommitted that a stage wrote. */
export interface Draft {
  readonly name: string;
  readonly work: string;
  /** Where it is now; null: nowhere. */
  readonly foundIn: string | null;
}

/** Files of a commit: path to blob. */
export type Tree = ReadonlyMap<string, string>;

export interface Evidence {
  readonly works: readonly OrderedWork[];
  readonly parallel: number;
  readonly isSettled: boolean;
  readonly journal: readonly JournalLine[];
  /** Lines that are no JSON, and copies of a journal that was damaged. */
  readonly damage: readonly string[];
  /** Branch to commit. */
  readonly remoteHeads: ReadonlyMap<string, string>;
  /** Work to commit. */
  readonly pins: ReadonlyMap<string, string>;
  /** Of each work's delivered commit. */
  readonly trees: ReadonlyMap<string, Tree>;
  readonly starts: readonly StageStart[];
  readonly drafts: readonly Draft[];
  /** Commits of somebody else that are gone. */
  readonly overwritten: readonly string[];
  /** A line each. */
  readonly leftovers: readonly string[];
  /** What was done to bystanders and to the person's own checkout, a line each. */
  readonly trespasses: readonly string[];
}
