/** Threads that walk branches of a tree. What travels is plain data: it can be cloned from thread to thread. */
import type { TreeNode } from './tree-module.ts';

/** A branch that failed: where, and why. */
export interface TreeFault {
  /** Names of nodes, from the root to the one that failed. */
  readonly path: readonly string[];
  /** One line. */
  readonly message: string;
}

/** A text, or a part that stays with the sender, by its number, `indent` columns to the right. */
export type SentPart = string | { readonly held: number; readonly indent: number };

/** A written value on its way. */
export interface SentPiece {
  readonly comment: string | null;
  readonly parts: readonly SentPart[];
}

/** Results on their way: in `data` a written value is an object with the one key `\u0001` that counts in `pieces`. */
export interface SentResults {
  readonly data: unknown;
  readonly pieces: readonly SentPiece[];
}

/** Sums by name. */
export type Counts = Readonly<Record<string, number>>;

/** Work for one thread. `path` leads from the root to the parent of `nodes`, or of `node`. */
export type TreeTask =
  /** Whole branches, siblings in their order. */
  | { readonly kind: 'branches'; readonly path: readonly TreeNode[]; readonly nodes: readonly TreeNode[] }
  /** One node whose children have ended. */
  | {
      readonly kind: 'visit';
      readonly path: readonly TreeNode[];
      readonly node: TreeNode;
      readonly results: SentResults;
    };

export interface TreeAnswer {
  /** `data` is a list: for each node its result, or undefined if it failed. */
  readonly results: SentResults;
  /** In the order of the tree. */
  readonly faults: readonly TreeFault[];
  readonly faultCount: number;
  readonly counts: Counts;
}

/** A bounded number of threads that have the module and share its memory. */
export interface TreePool {
  /** Tasks that it takes at a time; more is the caller's mistake. */
  readonly capacity: number;
  /** Rejects if the thread ended under the task. */
  run(task: TreeTask): Promise<TreeAnswer>;
  /** Ends all threads, whatever they are at. */
  close(): Promise<void>;
}
