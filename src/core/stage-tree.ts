/** A stage that walks a tree in the program's own runtime. `{id}` and the like are replaced in its texts when it starts. */
export interface StageTree {
  /** A file below the folder in which the stage runs, with `/`. */
  readonly module: string;
  /** What the module is told to begin with. */
  readonly root: string;
  /** `auto`: the processor's cores, shared among the workers. */
  readonly threads: 'auto' | number;
  /** Siblings go to threads where a node has so many children, … */
  readonly min_siblings: number;
  /** … or its branch so many nodes. */
  readonly min_subtree: number;
  /** The file that is written, below the same folder. */
  readonly output: string;
}
