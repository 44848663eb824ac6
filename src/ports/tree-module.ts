/**
 * What the module of a tree stage exports, and what its functions are given. A module is imported once by the main
 * thread and once by each worker thread; its functions are synchronous (`load` may wait) and depend on their arguments
 * and on `shared` alone: the same node gives the same answer in every thread.
 */

/** A node: a key into what is shared. Small, so that branches travel between threads as little more than numbers. */
export type TreeNode = string | number;

/** What `visit` may return: what JSON can say, and parts that are written already. At most 100 levels deep. */
export type Plain =
  | null
  | boolean
  | number
  | string
  | Written
  | readonly Plain[]
  /** Keys are one line of at most 200 characters. `{'#': text, '=': value}` is `value` with a comment. */
  | { readonly [key: string]: Plain };

/** A value whose YAML stands already. A parent can place it wherever it places a value, and cannot look into it. */
export interface Written {
  readonly isWritten: true;
}

/** What `load` is given. */
export interface LoadContext {
  /** `root` of the stage, as it was written. */
  readonly root: string;
  /** Parameters of the work, by name. */
  readonly params: Readonly<Record<string, string>>;
}

/** What `children`, `visit` and their like are given. */
export interface TreeContext<Shared = unknown> extends LoadContext {
  /** What `load` returned. Read-only: plain values are frozen, and a stage whose shared memory was changed fails. */
  readonly shared: Shared;
  /** Adds a whole number to a statistic of this branch. The parent merges; the sums are told at the end. */
  count(name: string, by?: number): void;
  /**
   * Writes a list or an object as YAML here and now, in this thread, where it stands. For results that no parent looks
   * into: they cost the parent nothing. The output is the same to the byte with and without. Other values come back as
   * they are.
   */
  write(value: Plain): Plain;
}

/** The exports of a module. */
export interface TreeModule<Shared = unknown> {
  /**
   * Reads what all threads share, once, in the main thread: `SharedArrayBuffer`s, typed arrays over them, and at most
   * 10,000 plain values around them. Absent: nothing is shared.
   */
  load?(context: LoadContext): Shared | Promise<Shared>;
  /** The node at which the walk begins. Absent: the text of `root`. */
  rootOf?(context: TreeContext<Shared>): TreeNode;
  /** The children of a node, in their order; none for a leaf. May be asked more than once for the same node. */
  children(node: TreeNode, context: TreeContext<Shared>): readonly TreeNode[];
  /** The result of a node, from those of its children, in their order. Neither arguments nor `shared` may be changed. */
  visit(node: TreeNode, results: readonly Plain[], context: TreeContext<Shared>): Plain;
  /** How many nodes the branch has, the node included, if that is known without walking it. */
  weightOf?(node: TreeNode, context: TreeContext<Shared>): number;
  /**
   * What a visit of this node alone costs, if much more than of a common one, as a number of these. Threads are given
   * branches of about the same cost, and a costly node may be one by itself. Absent: 1.
   */
  costOf?(node: TreeNode, context: TreeContext<Shared>): number;
  /** What a message calls a node. Absent: the node itself. */
  nameOf?(node: TreeNode, context: TreeContext<Shared>): string;
}
