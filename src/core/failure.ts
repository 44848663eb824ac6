/** Failures: how a stage can end and why a work cannot go on. Expected, therefore values. */

/** How the process of a stage ended, as the worker saw it, before any policy. */
export type StageEnd =
  /** It ended by itself. */
  | { readonly kind: 'exited'; readonly code: number }
  /** A signal that we did not send ended it. */
  | { readonly kind: 'signalled'; readonly signal: string }
  /** It ran longer than its `timeout`, or the work longer than its `max_run_seconds`. */
  | { readonly kind: 'timed_out'; readonly limit_ms: number; readonly limit: 'stage' | 'work' }
  /** It showed no activity for its `idle_timeout`. */
  | { readonly kind: 'idle'; readonly limit_ms: number }
  /** It waited for input and its `on_waiting` is `fail`. */
  | { readonly kind: 'asked'; readonly question: string }
  /** A stop ended it. */
  | { readonly kind: 'stopped' }
  /** Its command could not be started at all. */
  | { readonly kind: 'not_started'; readonly message: string };

/** What a stage's result file says. Shape of SPEC 5. */
export interface StageResult {
  readonly outcome: 'next' | 'repeat' | 'goto' | 'complete' | 'fail' | 'blocked';
  readonly to?: string | undefined;
  readonly message?: string | undefined;
  readonly question?: string | undefined;
  readonly quality?: number | undefined;
  readonly cost_usd?: number | undefined;
  readonly tokens?: number | undefined;
}

/** Why a work, or an attempt at it, failed. `message` is the last meaningful line, for people. */
export type Failure =
  /** The stage exited with another code than 0. */
  | { readonly reason: 'exit'; readonly stage: string; readonly code: number; readonly message: string }
  /** The stage was ended by a signal that we did not send. */
  | { readonly reason: 'signal'; readonly stage: string; readonly signal: string; readonly message: string }
  /** The stage ran past its time limit. */
  | { readonly reason: 'timeout'; readonly stage: string; readonly limit_ms: number; readonly message: string }
  /** The work ran past its `max_run_seconds`. */
  | { readonly reason: 'run_time'; readonly stage: string; readonly limit_ms: number; readonly message: string }
  /** The stage showed no activity for its idle limit. */
  | { readonly reason: 'idle'; readonly stage: string; readonly limit_ms: number; readonly message: string }
  /** The stage asked a question and nobody may answer. */
  | { readonly reason: 'asked'; readonly stage: string; readonly message: string }
  /** The stage's command does not exist or cannot be executed. */
  | { readonly reason: 'not_started'; readonly stage: string; readonly message: string }
  /** Exit 0, but something in `requires` is missing. */
  | { readonly reason: 'unproven'; readonly stage: string; readonly missing: string; readonly message: string }
  /** The result file says `fail`. */
  | { readonly reason: 'gate'; readonly stage: string; readonly message: string }
  /** The result file cannot be read as one. */
  | { readonly reason: 'bad_result'; readonly stage: string; readonly message: string }
  /** A loop came by a stage more often than `max_visits`. */
  | { readonly reason: 'visits'; readonly stage: string; readonly limit: number; readonly message: string }
  /** The stage was throttled more often than the bound. */
  | { readonly reason: 'throttled'; readonly stage: string; readonly limit: number; readonly message: string }
  /** The worker that ran it died or fell silent. */
  | { readonly reason: 'lost'; readonly stage: string; readonly message: string }
  /** The worktree's set-up command failed. */
  | { readonly reason: 'setup'; readonly stage: 'setup'; readonly message: string }
  /** The dependencies' commits cannot be merged. */
  | {
      readonly reason: 'base_conflict';
      readonly stage: 'base';
      readonly files: readonly string[];
      readonly message: string;
    }
  /** The base, a ref or an object that is needed is not there. */
  | { readonly reason: 'base_missing'; readonly stage: 'base'; readonly message: string }
  /** The branch or the worktree's folder exists and is not ours. */
  | { readonly reason: 'not_ours'; readonly stage: 'worktree'; readonly message: string }
  /** git or the file system refused to make the worktree. */
  | { readonly reason: 'worktree'; readonly stage: 'worktree'; readonly message: string }
  /** The remote has commits on the branch that are not ours. */
  | { readonly reason: 'push_rejected'; readonly stage: 'push'; readonly message: string }
  /** A hook, of the user or of the remote, said no to the push. */
  | { readonly reason: 'push_refused'; readonly stage: 'push'; readonly message: string }
  /** The remote cannot be reached. */
  | { readonly reason: 'unreachable'; readonly stage: 'push' | 'base'; readonly message: string };

/** Failures that trying again cannot mend: the work fails at once. */
export const isFinal = (failure: Failure): boolean => {
  switch (failure.reason) {
    case 'gate':
    case 'visits':
    case 'throttled':
    case 'run_time':
    case 'base_conflict':
    case 'base_missing':
    case 'not_ours':
    case 'push_rejected':
    case 'push_refused':
      return true;
    case 'exit':
    case 'signal':
    case 'timeout':
    case 'idle':
    case 'asked':
    case 'not_started':
    case 'unproven':
    case 'bad_result':
    case 'lost':
    case 'setup':
    case 'worktree':
    case 'unreachable':
      return false;
  }
};
