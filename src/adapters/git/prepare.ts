/**
 * Makes, takes over or restarts a worktree.
 *
 * Under the lock: the branch (created by `update-ref`, which says exactly whether this call made it) and the
 * registration, about 10 ms whatever the size. Outside: the checkout. Each step can be found half-done after a death
 * and is then finished: a branch without worktree by its owner's mark, a registration without `index` by filling it.
 * What is not ours is refused with what to do, never moved, reset or deleted.
 */
import { access, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Place } from '../../core/event.ts';
import { faultPoint } from '../../ports/fault-point.ts';
import type { Result, WorktreeRequest } from '../../ports/git.ts';
import { GitError, complaint, failed, isSystemError, output, persist, succeeded } from './context.ts';
import type { Context } from './context.ts';
import { linkState } from './link.ts';
import { clearStaleLocks } from './locks.ts';
import { madeBy, ownerMessage } from './owner.ts';
import { clearUnfinished, findRegistrations, readLockReason, readOccupant } from './place.ts';
import { isUnset, readHead, readRef } from './refs.ts';
import { reset } from './reset.ts';
import { endedByOthers, type GitRun } from './run.ts';
import { saveAll } from './save.ts';
import { worktreeCommand } from './worktrees.ts';

type Made = Result<Place>;

/** See the port. */
export async function prepareWorktree(context: Context, request: WorktreeRequest): Promise<Made> {
  try {
    return await prepare(context, request);
  } catch (error) {
    // A full disk, a folder without permission, a ref that git will not write: the work fails, not the worker.
    if (error instanceof GitError || isSystemError(error)) return worktreeFailure(error.message);
    throw error;
  }
}

async function prepare(context: Context, request: WorktreeRequest): Promise<Made> {
  const occupant = await readOccupant(context, request.path);
  if (occupant.kind === 'link') return notOurs(`${occupant.path} is a symbolic link; put a folder in its place`);
  if (occupant.kind === 'other')
    return notOurs(`${request.path} exists and git does not list it as a worktree; move it away`);
  const made =
    occupant.kind === 'worktree'
      ? await adopt(context, request, occupant.gitDir)
      : await makeOrReturn(context, request);
  if (made.ok && request.stateLink !== null) await linkState(request.path, request.stateLink);
  return made;
}

/** Nothing is at the path. */
async function makeOrReturn(context: Context, request: WorktreeRequest): Promise<Made> {
  await mkdir(dirname(request.path), { recursive: true });
  const made = await context.lock(() => makeBranchAndRegister(context, request));
  if (made.kind === 'made') return fillOrUndo(context, request);
  if (made.kind === 'failed') return made.result;
  const ours = await findOwnership(context, request);
  if (ours === null) return refuseBranch(context, request);
  const added = await context.lock(async () => {
    await clearUnfinished(context, request.path);
    return register(context, request);
  });
  if (added !== null) return added;
  const filled = await fill(context, request);
  return filled.ok ? settle(context, request, ours) : filled;
}

type Attempt =
  | { readonly kind: 'made' }
  /** The branch was there before. */
  | { readonly kind: 'exists' }
  | { readonly kind: 'failed'; readonly result: Made };

async function makeBranchAndRegister(context: Context, request: WorktreeRequest): Promise<Attempt> {
  const ref = `refs/heads/${request.branch}`;
  const none = '0'.repeat(request.base.length);
  const make = ['update-ref', '--create-reflog', '-m', ownerMessage(request.owner), ref, request.base, none];
  const attempt = () => persist(() => context.git(make, { cwd: context.commonDir }));
  faultPoint('before-branch');
  let run = await attempt();
  // Still there after all of `persist`, under the lock, on a branch that is this work's alone: left by a killed git.
  const stale = join(context.commonDir, `${ref}.lock`);
  if (run.code !== 0 && run.stderr.includes(`/${ref}.lock': File exists`)) {
    await rm(stale, { force: true });
    run = await attempt();
  }
  if (run.code !== 0 && /reference already exists/.test(run.stderr)) return { kind: 'exists' };
  if (run.code !== 0) return { kind: 'failed', result: explainBranch(request, complaint(run)) };
  faultPoint('after-branch');
  const problem = await register(context, request);
  if (problem === null) return { kind: 'made' };
  if ((await readOccupant(context, request.path)).kind !== 'worktree') await dropBranch(context, request);
  return { kind: 'failed', result: problem };
}

/** Only a branch that this call made, and only while nobody has moved it. */
const dropBranch = ({ git, commonDir }: Context, { branch, base }: WorktreeRequest): Promise<GitRun> =>
  persist(() => git(['update-ref', '-d', `refs/heads/${branch}`, base], { cwd: commonDir }));

function explainBranch(request: WorktreeRequest, words: string): Made {
  const inTheWay = /'refs\/heads\/([^']+)' exists; cannot create/.exec(words)?.[1];
  if (inTheWay !== undefined)
    return notOurs(
      `branch ${inTheWay} stands in the way of ${request.branch}; rename it: git branch -m ${inTheWay} <other>`,
    );
  if (/nonexistent object|not a valid SHA1|not a valid (object|commit)/i.test(words))
    return failed({
      reason: 'base_missing',
      stage: 'base',
      message: `the base ${request.base} is not in the repository`,
    });
  return worktreeFailure(words);
}

/** Registers the existing branch at the path; null, or why not. The caller holds the lock. */
async function register(context: Context, request: WorktreeRequest): Promise<Made | null> {
  const attempt = () => worktreeCommand(context, ['add', '--no-checkout', request.path, request.branch]);
  let run = await attempt();
  if (
    /already registered worktree|missing but locked/.test(run.stderr) &&
    (await dropRegistrations(context, request.path))
  )
    run = await attempt();
  if (run.code === 0) return null;
  await clearFailedRegistration(context, request.path, run);
  const holder = /is already (?:checked out|used by worktree) at '(.*)'/.exec(run.stderr)?.[1];
  if (holder !== undefined)
    return notOurs(`branch ${request.branch} is checked out in ${holder}; switch that to another branch`);
  return worktreeFailure(complaint(run));
}

/** Drops registrations of this one path, whose folder is gone; those that a person locked stay. */
async function dropRegistrations(context: Context, path: string): Promise<boolean> {
  for (const gitDir of await findRegistrations(context, path)) {
    const locked = readLockReason(gitDir);
    if (locked !== null && locked !== 'initializing') return false;
    await rm(join(gitDir, 'locked'), { force: true });
    const run = await worktreeCommand(context, ['remove', '--force', path]);
    if (run.code !== 0) return false;
  }
  return true;
}

/**
 * git removes its own leftovers unless it was killed; a folder that it made is empty but for `.git`. What looks like a
 * worktree then is the one that our own git had begun: the path was free, and the caller holds the lock.
 */
async function clearFailedRegistration(context: Context, path: string, run: GitRun): Promise<void> {
  const occupant = await readOccupant(context, path);
  if (occupant.kind === 'worktree' && run.code !== endedByOthers) return;
  for (const gitDir of await findRegistrations(context, path)) {
    if (readLockReason(gitDir) === 'initializing') await rm(gitDir, { recursive: true, force: true });
  }
  await clearUnfinished(context, path);
}

/** A checkout that fails (a full disk, a filter) takes with it what this call made. */
async function fillOrUndo(context: Context, request: WorktreeRequest): Promise<Made> {
  const filled = await fill(context, request);
  if (filled.ok) return filled;
  await context.lock(async () => {
    const removed = await worktreeCommand(context, ['remove', '--force', request.path]);
    // The branch says whose a worktree is: it goes last, and stays with one that could not be removed.
    if (removed.code === 0) await dropBranch(context, request);
  });
  return filled;
}

/** The checkout, outside the lock: seconds in a large repository. */
async function fill(context: Context, request: WorktreeRequest): Promise<Made> {
  faultPoint('after-register');
  const many = ['-c', 'checkout.workers=0', '-c', 'checkout.thresholdForParallelism=5000'];
  const run = await persist(() => context.git([...many, 'reset', '--hard', '--quiet'], { cwd: request.path }));
  if (run.code !== 0) return worktreeFailure(`the checkout failed: ${complaint(run)}`);
  return succeeded({ worktree: request.path, branch: request.branch, base_commit: request.base });
}

/** Where an existing branch of ours began; null: not ours. `fresh`: no stage can have run in it. */
interface Ownership {
  readonly base: string;
  readonly fresh: boolean;
}

async function findOwnership(context: Context, request: WorktreeRequest): Promise<Ownership | null> {
  const { owned } = request;
  if (owned !== null && owned.branch === request.branch && owned.worktree === request.path)
    return { base: owned.base_commit, fresh: false };
  const base = await madeBy(context, request.branch, [request.owner, ...request.earlierOwners]);
  if (base === null) return null;
  return { base, fresh: (await readRef(context, `refs/heads/${request.branch}`)) === base };
}

/** A worktree is registered at the path. */
async function adopt(context: Context, request: WorktreeRequest, gitDir: string): Promise<Made> {
  const ours = await findOwnership(context, request);
  if (ours === null)
    return notOurs(
      `a worktree that this batch did not make is at ${request.path}; git worktree remove it, or rename the work`,
    );
  const head = await readHead(context, gitDir);
  if (request.owned === null && head.branch !== request.branch && !isUnset(head.commit))
    return notOurs(
      `the worktree at ${request.path} is on ${head.branch ?? 'no branch'}, not on ${request.branch}; git worktree remove it`,
    );
  // Whoever worked here has been seen dead, and a git that was killed leaves its locks: every commit would fail.
  await clearStaleLocks(context, request.path);
  const finished = await finish(context, request, gitDir);
  return finished.ok ? settle(context, request, ours) : finished;
}

/** Ends what a death cut short: git writes `index` as the last step of a checkout. */
async function finish(context: Context, request: WorktreeRequest, gitDir: string): Promise<Made> {
  if (readLockReason(gitDir) === 'initializing') await rm(join(gitDir, 'locked'), { force: true });
  const hasIndex = await access(join(gitDir, 'index')).then(
    () => true,
    () => false,
  );
  if (hasIndex) return succeeded({ worktree: request.path, branch: request.branch, base_commit: request.base });
  if (isUnset((await readHead(context, gitDir)).commit))
    await output(context, ['symbolic-ref', 'HEAD', `refs/heads/${request.branch}`], { cwd: request.path });
  if (request.owned === null) return fill(context, request);
  // The journal knows it as finished, so a stage lost the index; the files are what it made of them.
  const run = await context.git(['reset', '--mixed', '--quiet'], { cwd: request.path });
  return run.code === 0
    ? succeeded({ worktree: request.path, branch: request.branch, base_commit: request.base })
    : worktreeFailure(complaint(run));
}

/** A worktree of ours stands: as it is, or from its base again. */
async function settle(context: Context, request: WorktreeRequest, ours: Ownership): Promise<Made> {
  const moved = ours.fresh && ours.base !== request.base;
  if (!request.restart && !moved)
    return succeeded({ worktree: request.path, branch: request.branch, base_commit: ours.base });
  await saveAll(context, { worktree: request.path, ref: request.saveAs, base: request.base });
  const done = await reset(context, { worktree: request.path, commit: request.base, branch: request.branch });
  return done.ok ? succeeded({ worktree: request.path, branch: request.branch, base_commit: request.base }) : done;
}

async function refuseBranch(context: Context, request: WorktreeRequest): Promise<Made> {
  const commit = await readRef(context, `refs/heads/${request.branch}`);
  return notOurs(
    `branch ${request.branch} exists (at ${commit?.slice(0, 12) ?? 'no commit'}) and this batch did not make it; ` +
      `rename it: git branch -m ${request.branch} <other>`,
  );
}

const notOurs = (message: string): Made => failed({ reason: 'not_ours', stage: 'worktree', message });
const worktreeFailure = (message: string): Made => failed({ reason: 'worktree', stage: 'worktree', message });
