/** Commands under a pseudo-terminal: one stage at a time. */
import type { ProcessIdentity } from '../core/event.ts';
import type { StageEnd } from '../core/failure.ts';

export interface TerminalRun {
  /** Executed as it is, without a shell. */
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  /** The whole environment of the process. */
  readonly env: Readonly<Record<string, string>>;
  readonly size: { readonly columns: number; readonly rows: number };
  /** Raw output goes here, up to `logLimitBytes`; what is beyond is dropped with one line that says so. Mode 0600. */
  readonly logFile: string;
  readonly logLimitBytes: number;
  /** Raw output, in order, nothing lost, also of a process that exits at once. */
  onOutput(chunk: Buffer): void;
  /** Ends the run after this long. */
  readonly timeoutMs: number;
  /** Which limit `timeoutMs` is. */
  readonly limit: 'stage' | 'work';
  /** Ends the run after this long without output, processor time of its group, or changed files in `cwd`. Null: off. */
  readonly idleTimeoutMs: number | null;
  /** Between TERM and KILL. */
  readonly graceMs: number;
  /** `WF_ATTEMPT_TOKEN` of the run, by which children that left the group are found. */
  readonly token: string;
}

/** A run under way. */
export interface RunningTerminal {
  readonly process: ProcessIdentity;
  /** Resolves once: the process has ended, its output is complete in log and `onOutput`. */
  readonly ended: Promise<StageEnd>;
  /** Types into it; bytes that it does not read are kept in order. */
  write(data: Buffer | string): void;
  resize(size: { readonly columns: number; readonly rows: number }): void;
  /** TERM, grace, KILL of everything it started; with `force` KILL at once. `ended` then gives `stopped`. May be called again to harden. */
  stop(options: { readonly force: boolean }): void;
  /** Whether something of it waits to read from the terminal right now; null where the system cannot say. */
  isReading(): boolean | null;
  /** Stops or restarts the idle clock: it stands while the stage needs a person. */
  holdIdleClock(hold: boolean): void;
}

export interface Terminals {
  /** Null, or why no pseudo-terminal can be made here: what, and what to try. */
  problem(): Promise<string | null>;
  /** Never rejects: a command that cannot be started ends as `not_started`. */
  run(options: TerminalRun): Promise<RunningTerminal>;
}
