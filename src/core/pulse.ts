/** What a worker shows of itself between events: its pulse file. A cache for people, never a truth. */
export interface Pulse {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The work it runs; empty when idle. */
  readonly id: string;
  readonly stage: string;
  /** The newest lines of output, oldest first. */
  readonly last_output: readonly string[];
  readonly phase: string | null;
  /** 0 to 1. */
  readonly progress: number | null;
  /** Of the running stage's process. */
  readonly pid: number | null;
  readonly question: string | null;
}
