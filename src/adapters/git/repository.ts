/** The user's repository, as the port wants it: one method, one file of this folder. */
import type { Repository } from '../../ports/git.ts';
import { resolveBase } from './base.ts';
import { bringIn } from './bring-in.ts';
import { output } from './context.ts';
import type { Context, Lock } from './context.ts';
import { deliverLocally } from './deliver.ts';
import { deleteRef, delivered, pinDelivered, saved } from './delivered.ts';
import { exclude } from './exclude.ts';
import { findLayout } from './layout.ts';
import { listWorktrees } from './list.ts';
import { clearStaleLocks } from './locks.ts';
import { mergeBases } from './merge.ts';
import { prepareWorktree } from './prepare.ts';
import { push } from './push.ts';
import { hasCommit, hasCommits, headOf, isAncestor, isBranchName, remoteUrl, tracks } from './questions.ts';
import { lookAtRemote, remoteHead, remotes } from './remote.ts';
import { removeWorktree } from './remove.ts';
import { reset } from './reset.ts';
import { makeGit } from './run.ts';
import { saveUncommitted } from './save.ts';
import { isSetUp, markSetUp } from './set-up-mark.ts';
import { worktreeStatus } from './status.ts';

export interface OpenOptions {
  /** Any folder of the repository: a subfolder, a linked worktree. */
  readonly from: string;
  /** The environment for all that the user sees of git: hooks, ssh, credentials. */
  readonly env: Readonly<Record<string, string>>;
  /** `WF_ATTEMPT_TOKEN` of every git process, so that they can be found. */
  readonly token?: string;
  /** The repository lock: held for milliseconds. */
  readonly lock: Lock;
  /** Held while one process asks the remote for all; must not be `lock`. */
  readonly fetchLock: Lock;
  /** How long a look at the remote may take; 30 s. */
  readonly networkTimeoutMs?: number;
}

/**
 * Opens the repository that a folder lies in; null if it lies in none.
 * @throws {Problem} if git is missing or refuses the repository.
 */
export async function openRepository(options: OpenOptions): Promise<Repository | null> {
  const git = makeGit(options.env, options.token);
  const layout = await findLayout(git, options.from);
  if (layout === null) return null;
  const { env, lock, fetchLock, networkTimeoutMs = 30_000 } = options;
  return makeRepository({ ...layout, git, lock, fetchLock, networkTimeoutMs, pushPrefixes: new Map() }, env);
}

const makeRepository = (context: Context, env: OpenOptions['env']): Repository => ({
  root: context.root,
  forAttempt: (token) => makeRepository({ ...context, git: makeGit(env, token) }, env),
  headOf: (worktree) => headOf(context, worktree),
  version: async () => /\d+(\.\d+)+/.exec(await output(context, ['--version'], { cwd: context.commonDir }))?.[0] ?? '0',
  hasCommits: () => hasCommits(context),
  remoteUrl: (remote) => remoteUrl(context, remote),
  tracks: (path) => tracks(context, path),
  exclude: (lines) => exclude(context, lines),
  isBranchName: (name) => isBranchName(context, name),
  lookAtRemote: (wanted) => lookAtRemote(context, wanted),
  resolveBase: (wanted) => resolveBase(context, wanted),
  mergeBases: (commits) => mergeBases(context, commits),
  hasCommit: (commit) => hasCommit(context, commit),
  prepareWorktree: (request) => prepareWorktree(context, request),
  bringIn: (wanted) => bringIn(context, wanted),
  isSetUp: (worktree) => isSetUp(context, worktree),
  markSetUp: (worktree, done) => markSetUp(context, worktree, done),
  worktreeStatus: (worktree) => worktreeStatus(context, worktree),
  isAncestor: (commit, descendant) => isAncestor(context, commit, descendant),
  saveUncommitted: (worktree, ref) => saveUncommitted(context, worktree, ref),
  resetWorktree: (worktree, commit) => reset(context, { worktree, commit }),
  clearStaleLocks: (worktree) => clearStaleLocks(context, worktree),
  removeWorktree: (worktree, commit) => removeWorktree(context, worktree, commit),
  listWorktrees: () => listWorktrees(context),
  push: (wanted) => push(context, wanted),
  deliverLocally: (wanted) => deliverLocally(context, wanted),
  remotes: () => remotes(context),
  remoteHead: (remote, branch) => remoteHead(context, remote, branch),
  pinDelivered: (id, commit) => pinDelivered(context, id, commit),
  delivered: () => delivered(context),
  saved: () => saved(context),
  deleteRef: (ref) => deleteRef(context, ref),
});
