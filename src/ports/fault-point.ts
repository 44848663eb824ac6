/**
 * Instants of the code at which everything may end. `scripts/chaos` puts a file of its own in the place of this one,
 * in a copy of the program, and makes things go wrong there; the program that is shipped cannot be armed.
 */
export type FaultPoint =
  /** The lock of the journal is held, nothing is written yet. */
  | 'lock-held'
  /** The journal is open, its torn tail is cut. */
  | 'before-append'
  /** The lines are in the file, not yet on the disk. */
  | 'before-sync'
  /** The lines are durable, the lock is still held, nobody has been answered. */
  | 'after-sync'
  /** A file of ours is about to be replaced whole. */
  | 'before-replace'
  /** The scheduler has recorded its decision and done nothing of it. */
  | 'after-commit'
  | 'before-summon'
  | 'after-summon'
  /** Of the restarter: the scheduler crashed. */
  | 'before-restart'
  | 'before-branch'
  /** The branch exists, its worktree does not. */
  | 'after-branch'
  /** The worktree is registered, nothing is checked out. */
  | 'after-register'
  | 'after-worktree'
  | 'before-stage'
  /** The stage has ended, nobody knows. */
  | 'after-stage'
  | 'before-push'
  | 'after-push'
  | 'after-pin'
  | 'after-completion'
  | 'before-removal'
  /** The worktree is renamed aside, git still lists it. */
  | 'after-aside'
  /** What is uncommitted is in a commit that no ref holds. */
  | 'before-save'
  /** It is saved, the worktree is still as it was. */
  | 'after-save';

/** Does nothing. It may throw what a system call may throw, or never come back, where it was replaced. */
export const faultPoint = (_point: FaultPoint): void => undefined;
