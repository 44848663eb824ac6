/**
 * Publishing: the branch goes to the remote by compare-and-set, and what was delivered is pinned.
 *
 * The remote's branch may only be where this work itself left it: at the commit of its last push that the journal
 * holds, or absent. A push that was cut short may have gone through without being recorded; therefore every commit
 * is in the journal before it is pushed, and a head that is one of those is ours. The expectation is never refreshed
 * from the remote for any other reason: that would overwrite somebody's commits.
 */
import type { WorkRecord } from '../core/state.ts';
import { faultPoint } from '../ports/fault-point.ts';
import type { PushOutcome, Repository, Result } from '../ports/git.ts';
import { lookAtRemote } from './prepare.ts';
import { report } from './report.ts';
import type { Attempt, WorkerWorld } from './world.ts';

export interface Published {
  readonly commit: string;
  readonly pushed: boolean;
  readonly notes: readonly string[];
}

/** A remote that does not answer is given up after this long; the work is tried again later. */
const pushTimeoutMs = 60_000;

export const publish = async (world: WorkerWorld, attempt: Attempt, record: WorkRecord): Promise<Result<Published>> => {
  if (
    world.repository === null ||
    record.place === null ||
    record.state.status !== 'running' ||
    record.state.publishing === null
  )
    throw new Error(`${attempt.work.id} has nothing to publish`);
  const repository = world.repository.forAttempt(attempt.token);
  const commit = record.state.publishing;
  const pushed = await pushIfWanted(world, { repository, record, commit });
  if (!pushed.ok) return pushed;
  await repository.pinDelivered(attempt.work.id, commit);
  faultPoint('after-pin');
  return { ok: true, value: { commit, ...pushed.value } };
};

/**
 * With `push.when: stage`, brings what a stage has reached to the remote, before the stage is reported: once its work is
 * stopped or fails there, nobody may push for it. A failure here is only a note: the end pushes again.
 */
export const pushBoundary = async (
  world: WorkerWorld,
  attempt: Attempt,
  { record, commit }: { readonly record: WorkRecord; readonly commit: string | null },
): Promise<void> => {
  const { settings } = world.journal.plan;
  if (settings.push_when !== 'stage' || !settings.push_enabled || world.repository === null || commit === null) return;
  if (record.pushed_commit === commit) return;
  const standsStill = await report(world, attempt, { type: 'report_publishing', token: attempt.token, commit });
  if (standsStill === null) return;
  const repository = world.repository.forAttempt(attempt.token);
  const pushed = await pushIfWanted(world, { repository, record, commit });
  if (!pushed.ok) return world.log.warn(`${attempt.work.id}: not pushed after its stage: ${pushed.failure.message}`);
  if (pushed.value.pushed) await report(world, attempt, { type: 'report_pushed', token: attempt.token, commit });
};

interface Delivery {
  readonly repository: Repository;
  readonly record: WorkRecord;
  readonly commit: string;
}

const pushIfWanted = async (
  world: WorkerWorld,
  { repository, record, commit }: Delivery,
): Promise<Result<{ readonly pushed: boolean; readonly notes: readonly string[] }>> => {
  const { settings } = world.journal.plan;
  if (!settings.push_enabled) return deliverLocally({ repository, record, commit }, 'push is switched off');
  const { remote } = await lookAtRemote(world, repository);
  if (remote === null) {
    const note = `push is not configured: there is no remote ${settings.push_remote}`;
    return deliverLocally({ repository, record, commit }, note);
  }
  faultPoint('before-push');
  const outcome = await push(world, { repository, record, commit }, remote);
  faultPoint('after-push');
  switch (outcome.kind) {
    case 'pushed':
      return { ok: true, value: { pushed: true, notes: [] } };
    case 'rejected':
      return { ok: false, failure: { reason: 'push_rejected', stage: 'push', message: outcome.message } };
    case 'refused':
      return { ok: false, failure: { reason: 'push_refused', stage: 'push', message: outcome.message } };
    case 'unreachable':
      return { ok: false, failure: { reason: 'unreachable', stage: 'push', message: outcome.message } };
  }
};

/** Without a remote, delivered means the local branch; `note` says why nothing is pushed. */
const deliverLocally = async (
  { repository, record: { place }, commit }: Delivery,
  note: string,
): ReturnType<typeof pushIfWanted> => {
  if (place === null) throw new Error('a work without a worktree is not delivered');
  const done = await repository.deliverLocally({ worktree: place.worktree, branch: place.branch, commit });
  return done.ok ? { ok: true, value: { pushed: false, notes: [note] } } : done;
};

const push = async (
  world: WorkerWorld,
  { repository, record, commit }: Delivery,
  remote: string,
): Promise<PushOutcome> => {
  const place = record.place;
  if (place === null) throw new Error('a work without a worktree is not pushed');
  const { branch, worktree } = place;
  const options = { worktree, remote, branch, commit, timeoutMs: pushTimeoutMs };
  const first = await repository.push({ ...options, seen: record.pushed_commit });
  if (first.kind !== 'rejected') return first;
  const head = await repository.remoteHead(remote, branch);
  const isOurs = head.reached && head.commit !== null && record.own_heads.includes(head.commit);
  if (!isOurs) return first;
  world.log.info(`${branch} is at ${head.commit}, which an earlier attempt of this work pushed`);
  return repository.push({ ...options, seen: head.commit });
};

/** After the attempt: a delivered work's worktree goes, if it is clean and pushed and the settings say so. Never fails the work. */
export const tidyUp = async (world: WorkerWorld, attempt: Attempt): Promise<void> => {
  const state = await world.journal.read();
  const record = state.records[state.relations.indexOf.get(attempt.work.id) ?? -1];
  if (world.repository === null || record?.place === undefined || record.place === null) return;
  const isWanted = state.plan.settings.cleanup_worktree && record.state.status === 'completed' && record.state.pushed;
  if (
    !isWanted ||
    record.token !== attempt.token ||
    record.state.status !== 'completed' ||
    record.state.commit === null
  )
    return;
  try {
    const { removed, why, ignored } = await world.repository.removeWorktree(record.place.worktree, record.state.commit);
    const text = removed
      ? ignored > 0
        ? `${ignored} ignored files went with the worktree`
        : null
      : `the worktree stays: ${why}`;
    if (text !== null) await tell(world, attempt, text);
    if (removed)
      await world.journal.transact(world.worker, () => ({
        ok: true,
        events: [{ type: 'worktree_removed', id: attempt.work.id }],
      }));
  } catch (error) {
    world.log.error(`${attempt.work.id}: its worktree stays`, error);
    const text = `the worktree stays: ${error instanceof Error ? error.message : String(error)}`;
    await tell(world, attempt, text).catch((failed: unknown) => world.log.error('and it cannot be noted', failed));
  }
};

const tell = async (world: WorkerWorld, attempt: Attempt, text: string): Promise<void> => {
  await world.journal.transact(world.worker, () => ({
    ok: true,
    events: [{ type: 'noted', id: attempt.work.id, text }],
  }));
};
