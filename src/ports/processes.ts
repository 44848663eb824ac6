/** The machine's processes: who lives, and how everything that an attempt started is ended. */
import type { ProcessIdentity } from '../core/event.ts';

/** What ending processes came to. `survivors` is empty unless the system refuses to end one. */
export interface EndReport {
  readonly ended: readonly ProcessIdentity[];
  readonly survivors: readonly ProcessIdentity[];
}

/** Which processes there were at a moment, before a token was first used. */
export interface Sighting {
  readonly pids: ReadonlySet<number>;
  /** On the clock of `performance.now`. */
  readonly atMs: number;
}

export interface Processes {
  /** This process. */
  self(): ProcessIdentity;
  /** Who has this pid now; null if nobody, or only a zombie. */
  identify(pid: number): ProcessIdentity | null;
  /** Whether this very process lives: pid, start time and boot agree and it is no zombie. */
  isAlive(process: ProcessIdentity): boolean;
  /** Sends a signal if this very process lives; false if it does not. */
  signal(process: ProcessIdentity, signal: NodeJS.Signals): boolean;
  /** The processes there are now. Cheap: names only. */
  sight(): Sighting;
  /**
   * All live processes that have `WF_ATTEMPT_TOKEN=token` in their environment, this process left out. Those that
   * were there `before` the token was used are not looked at, as long as that was so recent that no pid can have
   * been given out again.
   */
  findByToken(token: string, before?: Sighting): readonly ProcessIdentity[];
  /** The live processes of the root's session and group, and its descendants, with the processor time each has used. */
  family(root: ProcessIdentity): readonly { readonly process: ProcessIdentity; readonly processorMs: number }[];
  /**
   * Ends all that carries the token, and the groups, sessions and descendants of `roots`: TERM, up to
   * `graceMs`, then KILL until nothing is left (looked for again after the last kill). `graceMs` 0: KILL at
   * once. `signal` cuts the grace short. Never touches a process that it cannot tie to the token or to a root.
   */
  endAttempt(options: {
    readonly token: string;
    readonly roots: readonly ProcessIdentity[];
    readonly graceMs: number;
    readonly signal?: AbortSignal;
  }): Promise<EndReport>;
}
