/** Where scheduler and workers live: tmux sessions, or plain processes. */

/** A session that was started, as the journal and `status` name it. */
export interface Session {
  /** `tmux` session name; for plain processes the role's name. */
  readonly name: string;
}

export interface SessionRequest {
  /** `scheduler`, `worker-1`, … Its session is `wf-batch-<role>`, with a suffix where another repository has that name. */
  readonly role: string;
  /** Executed without a shell. */
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  /** Plain processes: their output goes here (0600, appended). In tmux the pane shows it. */
  readonly logFile: string;
}

export interface Engine {
  readonly kind: 'tmux' | 'process';
  /** Null, or why it cannot be used here, in one sentence with what to try. */
  problem(): Promise<string | null>;
  /** A session of our own name and repository that is left over is replaced; one of another repository is left alone. */
  start(request: SessionRequest): Promise<Session>;
  /** The live sessions of this repository's batch, by name. */
  list(): Promise<readonly Session[]>;
  /** Ends a session if it is ours. True if nothing of that name is left of us. */
  end(session: Session): Promise<boolean>;
  /** The command a person types to watch it; null where there is none (plain processes). */
  attachCommand(session: Session): readonly string[] | null;
  /**
   * The command that shows it in a terminal of its own, also from inside another session; null as above. A reader types
   * nothing, and the size of the session follows that of its terminal only while no other one shows it.
   */
  viewCommand(session: Session, options: { readonly isReader: boolean }): readonly [string, ...string[]] | null;
}
