/** The user's repository: bases, worktrees, branches, pushing, and what keeps commits from being lost. */
import type { Failure } from '../core/failure.ts';
import type { Place } from '../core/event.ts';

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

/** What the remote looked like, at most a minute ago. */
export interface RemoteView {
  /** Null: no remote of that name is configured. */
  readonly remote: string | null;
  /** Milliseconds since the epoch; 0 if it was never reached. */
  readonly fetchedAt: number;
  /** Branch name to commit, of all branches. */
  readonly heads: Readonly<Record<string, string>>;
  /** The branch that the remote's HEAD names. */
  readonly defaultBranch: string | null;
  /** Why the newest look failed; the rest is then the last known state. */
  readonly warning: string | null;
}

/** The commit a work starts from. */
export interface Base {
  readonly commit: string;
  /** Warnings: a failed fetch, a local branch that is ahead. */
  readonly notes: readonly string[];
}

export type PushOutcome =
  /** The remote holds the commit. */
  | { readonly kind: 'pushed' }
  /** The remote's branch is not where this work left it. */
  | { readonly kind: 'rejected'; readonly message: string }
  /** A hook of the user or of the remote said no. */
  | { readonly kind: 'refused'; readonly message: string }
  /** The remote cannot be reached. */
  | { readonly kind: 'unreachable'; readonly message: string };

export interface WorktreeStatus {
  readonly head: string;
  /** Staged, unstaged and untracked paths. */
  readonly changed: readonly string[];
  /** How many files that git ignores lie in it (folders count once). */
  readonly ignored: number;
}

/** How a worktree is wanted. */
export interface WorktreeRequest {
  readonly path: string;
  readonly branch: string;
  readonly base: string;
  /**
   * Who asks: `<batch_run_id>/<work-id>`, one line. Written into the branch's reflog when it is made, so that a branch
   * that was made but not yet reported is known again. The same work asks with the same name in every attempt.
   */
  readonly owner: string;
  /** As whom it asked in earlier batches whose journals do not say what became of it. */
  readonly earlierOwners: readonly string[];
  /** What the journal says that this work has: null, nothing; then a folder or branch of that name is not ours. */
  readonly owned: Place | null;
  /** Start again from `base`, after saving what is uncommitted under `saveAs`; only for an explicit rerun. */
  readonly restart: boolean;
  readonly saveAs: string;
  /** `.wf` of the repository, to be linked from the worktree; null if the repository tracks its own `.wf`. */
  readonly stateLink: string | null;
}

/** Files that git does not keep and that a worktree is to have, relative to the root. */
export interface BringIn {
  readonly worktree: string;
  readonly copy: readonly string[];
  readonly link: readonly string[];
}

export interface Repository {
  /** The folder of the main worktree (for a bare layout: of the bare repository). `.wf` and `.worktrees` lie in it. */
  readonly root: string;
  /** The same repository; every git process that it starts carries `WF_ATTEMPT_TOKEN=token`. Costs nothing. */
  forAttempt(token: string): Repository;
  /** The commit that a worktree's HEAD names. */
  headOf(worktree: string): Promise<string>;
  /** `git --version`'s number, like `2.39.5`. */
  version(): Promise<string>;
  /** Whether any commit exists. */
  hasCommits(): Promise<boolean>;
  /** The address that git uses for a remote, `insteadOf` applied; null without that remote. May hold a password. */
  remoteUrl(remote: string): Promise<string | null>;
  /** Whether git tracks something under this path. */
  tracks(path: string): Promise<boolean>;
  /** Puts lines into the repository's `info/exclude` that are not there yet. */
  exclude(lines: readonly string[]): Promise<void>;
  /** Whether `git check-ref-format` takes this branch name. */
  isBranchName(name: string): Promise<boolean>;

  /** Looks at the remote, unless a look of this batch is younger than `maxAgeMs`; concurrent lookers share one. `file` keeps the view. */
  lookAtRemote(options: {
    readonly remote: string;
    readonly file: string;
    readonly maxAgeMs: number;
  }): Promise<RemoteView>;
  /** The base without dependencies, SPEC 6. `branch` null: the remote's HEAD, else the current branch. */
  resolveBase(options: { readonly branch: string | null; readonly view: RemoteView }): Promise<Result<Base>>;
  /** The first commit with the others merged in; the same inputs give the same commit. Touches no worktree. */
  mergeBases(commits: readonly string[]): Promise<Result<Base>>;
  /** Whether the object is there and a commit. */
  hasCommit(commit: string): Promise<boolean>;

  /** Makes, takes over or restarts a worktree; nothing half-made is left behind. */
  prepareWorktree(request: WorktreeRequest): Promise<Result<Place>>;
  /** Copies and links from the main worktree, and what `.worktreeinclude` names; gives notes about what is not there. */
  bringIn(wanted: BringIn): Promise<Result<readonly string[]>>;
  /** Whether `markSetUp` was called for this worktree since it was made. */
  isSetUp(worktree: string): Promise<boolean>;
  markSetUp(worktree: string, done: boolean): Promise<void>;
  worktreeStatus(worktree: string): Promise<WorktreeStatus>;
  /** Whether `commit` is an ancestor of, or is, `descendant`. */
  isAncestor(commit: string, descendant: string): Promise<boolean>;
  /**
   * Commits all that is uncommitted (index, work tree, untracked) to a new ref; the worktree stays as it is. Gives its name:
   * the wished one, or `<ref>-2`, … where that exists. Null if there was nothing.
   */
  saveUncommitted(worktree: string, ref: string): Promise<string | null>;
  /** Resets a worktree to a commit; the caller has saved what was there. */
  resetWorktree(worktree: string, commit: string): Promise<Result<null>>;
  /** Removes `index.lock` and its like, left by processes that the caller saw end. */
  clearStaleLocks(worktree: string): Promise<readonly string[]>;
  /**
   * Removes a worktree if git lists it as ours to remove, it is clean and its head is `commit`; otherwise says why not.
   * Outside the repository the folder around it needs our marker.
   */
  removeWorktree(
    worktree: string,
    commit: string,
  ): Promise<{ readonly removed: boolean; readonly why: string; readonly ignored: number }>;
  /** Of `git worktree list`, absolute paths. `isGone`: the folder is not there any more, only its registration. */
  listWorktrees(): Promise<
    readonly {
      readonly path: string;
      readonly branch: string | null;
      readonly head: string | null;
      readonly isGone: boolean;
    }[]
  >;

  /** Compare-and-set: only if the remote's branch is at `seen` (null: absent). The user's hooks run, in `worktree`. */
  push(options: {
    readonly worktree: string;
    readonly remote: string;
    readonly branch: string;
    readonly commit: string;
    readonly seen: string | null;
    readonly timeoutMs: number;
  }): Promise<PushOutcome>;
  /**
   * Without a remote: the local branch is brought to the commit that was reached, forward only; nothing to do where the
   * stages stayed on their branch. A failure if the branch has commits of its own, or is checked out elsewhere.
   */
  deliverLocally(options: {
    readonly worktree: string;
    readonly branch: string;
    readonly commit: string;
  }): Promise<Result<null>>;
  /** The names of all remotes. */
  remotes(): Promise<readonly string[]>;
  /** Where a branch is on the remote now. */
  remoteHead(
    remote: string,
    branch: string,
  ): Promise<
    { readonly reached: true; readonly commit: string | null } | { readonly reached: false; readonly message: string }
  >;
  /** `refs/wf/delivered/<id>` to this commit; an older one is kept under `refs/wf/delivered-before/<id>/<commit>`. */
  pinDelivered(id: string, commit: string): Promise<void>;
  /** Delivered works by their refs. */
  delivered(): Promise<ReadonlyMap<string, string>>;
  /** Refs under `refs/wf/saved`. */
  saved(): Promise<readonly { readonly ref: string; readonly commit: string }[]>;
  deleteRef(ref: string): Promise<void>;
}
