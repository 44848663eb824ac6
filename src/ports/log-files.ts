/** The logs of a batch: raw terminal output of stages, and the lines of scheduler and workers. */

/** One start of a stage. */
export interface StageLog {
  readonly path: string;
  /** `1.02-wf2-spec`. */
  readonly name: string;
  readonly attempt: number;
  /** Its place among the starts of the attempt, from 1. */
  readonly count: number;
  /** The stage's name as far as a file's name can hold it. */
  readonly stage: string;
}

export interface LogFiles {
  /** The logs of a work, oldest first. */
  stages(id: string): Promise<readonly StageLog[]>;
  /** The path of `scheduler` or `worker-N`; null if it has no log. */
  role(name: string): Promise<string | null>;
  /** The bytes that a log has; 0 if it is gone. */
  size(path: string): Promise<number>;
  /** The bytes of a log from an offset to its present end. */
  read(path: string, offset: number): AsyncIterable<Uint8Array>;
  /** Resolves when something in the folder of a log changed, after `timeoutMs`, or when `signal` aborts. */
  changed(path: string, options: { readonly timeoutMs: number; readonly signal?: AbortSignal }): Promise<void>;
}
