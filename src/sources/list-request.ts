/** What the reader of a file or folder of tasks is asked. */
export interface ListRequest {
  /** As the person wrote it, from `cwd`; task-master's may end in `#TAG`. */
  readonly path: string;
  readonly cwd: string;
  /** What a work's `source.ref` is relative to. */
  readonly root: string;
  /** Config `batch.dependency_patterns`. */
  readonly patterns: readonly string[];
}
