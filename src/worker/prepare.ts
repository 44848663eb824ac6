/** Preparing an attempt: the base as a commit, the worktree, nothing of anybody else touched. */
import type { Place } from '../core/event.ts';
import type { Failure } from '../core/failure.ts';
import type { BatchState, WorkRecord } from '../core/state.ts';
import type { WorkId } from '../core/work.ts';
import { faultPoint } from '../ports/fault-point.ts';
import type { RemoteView, Repository, Result } from '../ports/git.ts';
import type { Attempt, WorkerWorld } from './world.ts';

/** The remote is asked at most this often a batch. */
const remoteViewMs = 60_000;

export interface Prepared {
  readonly place: Place | null;
  readonly notes: readonly string[];
}

export const prepare = async (world: WorkerWorld, attempt: Attempt, record: WorkRecord): Promise<Result<Prepared>> => {
  const { work } = attempt;
  const { branch, worktree } = work;
  if (branch === null || worktree === null) return { ok: true, value: { place: null, notes: [] } };
  if (world.repository === null) {
    // Its stages would run, and commit, in the person's own checkout.
    const message = `there is no repository at ${world.journal.plan.root} any more`;
    return { ok: false, failure: { reason: 'worktree', stage: 'worktree', message } };
  }
  const repository = world.repository.forAttempt(attempt.token);
  const known = await lookAtRemote(world, repository);
  // It may have been removed since: nobody is refused by what was seen earlier.
  const view = findForeignBranch(known, branch, record) === null ? known : await lookAtRemote(world, repository, 0);
  const foreign = findForeignBranch(view, branch, record);
  if (foreign !== null) return { ok: false, failure: foreign };
  const base = await findBase(world, attempt, { repository, view, record });
  if (!base.ok) return base;
  const { plan } = world.journal;
  if (record.restart === 'reset' && record.place !== null)
    await reset(world, attempt, { repository, record, place: record.place });
  const made = await repository.prepareWorktree({
    path: worktree,
    branch,
    base: base.value.commit,
    owned: record.place,
    owner: `${plan.batch_run_id}/${work.id}`,
    earlierOwners: (work.previous?.begun_in ?? []).map((batchRunId) => `${batchRunId}/${work.id}`),
    restart: record.restart === 'rerun',
    saveAs: savedRef(world, attempt),
    stateLink: `${plan.root}/.wf`,
  });
  if (!made.ok) return made;
  faultPoint('after-worktree');
  return { ok: true, value: { place: made.value, notes: base.value.notes } };
};

/** Where the uncommitted changes that this attempt finds go: under the number of the attempt before, which left them. */
export const savedRef = (world: WorkerWorld, { work, number }: Attempt): string =>
  `refs/wf/saved/${world.journal.plan.batch_run_id}/${work.id}/${Math.max(1, number - 1)}`;

export const lookAtRemote = (
  world: WorkerWorld,
  repository: Repository,
  maxAgeMs = remoteViewMs,
): Promise<RemoteView> =>
  repository.lookAtRemote({
    remote: world.journal.plan.settings.push_remote,
    file: `${world.journal.directory}/remote.json`,
    maxAgeMs,
  });

const findForeignBranch = (view: RemoteView, branch: string, record: WorkRecord): Failure | null => {
  const head = view.heads[branch];
  if (head === undefined || record.own_heads.includes(head) || head === record.pushed_commit) return null;
  const message = `${view.remote ?? 'the remote'} has a branch ${branch} (at ${head.slice(0, 10)}) that this work did not push; rename or delete it there, or give the work another id`;
  return { reason: 'not_ours', stage: 'worktree', message };
};

interface BaseSearch {
  readonly repository: Repository;
  readonly view: RemoteView;
  readonly record: WorkRecord;
}

/** A work that has a place keeps its base, unless a rerun asks for a new one. */
const findBase = async (
  world: WorkerWorld,
  attempt: Attempt,
  { repository, view, record }: BaseSearch,
): Promise<Result<{ readonly commit: string; readonly notes: readonly string[] }>> => {
  if (record.place !== null && record.restart !== 'rerun')
    return { ok: true, value: { commit: record.place.base_commit, notes: [] } };
  const { settings } = world.journal.plan;
  const commits = settings.dependency_base === 'base' ? [] : dependencyCommits(await world.journal.read(), attempt);
  const earlier = new Set(attempt.work.delivered_dependencies.map(({ id }) => id));
  if (commits.length === 0) return repository.resolveBase({ branch: attempt.work.base ?? settings.base_branch, view });
  for (const { id, commit } of commits) {
    // What this batch delivered is there; what an earlier one did may have been pruned since.
    if (!earlier.has(id) || (await repository.hasCommit(commit))) continue;
    const message = `${id} delivered ${commit}, which is not in the repository any more`;
    return { ok: false, failure: { reason: 'base_missing', stage: 'base', message } };
  }
  const notes = view.warning === null ? [] : [view.warning];
  if (commits.length === 1) return { ok: true, value: { commit: commits[0]?.commit as string, notes } };
  return repository.mergeBases(commits.map(({ commit }) => commit));
};

/** What the dependencies delivered, in the order in which the work names them. */
const dependencyCommits = (
  state: BatchState,
  { work }: Attempt,
): readonly { readonly id: WorkId; readonly commit: string }[] => {
  const earlier = new Map(work.delivered_dependencies.map(({ id, commit }) => [id, commit]));
  return [...new Set([...work.dependencies, ...earlier.keys()])].flatMap((id) => {
    const delivered = state.records[state.relations.indexOf.get(id) ?? -1]?.state;
    const commit = delivered?.status === 'completed' ? delivered.commit : (earlier.get(id) ?? null);
    return commit === null ? [] : [{ id, commit }];
  });
};

/** `retry --from`: back to the boundary, after saving what was there. */
const reset = async (
  world: WorkerWorld,
  attempt: Attempt,
  {
    repository,
    record,
    place,
  }: { readonly repository: Repository; readonly record: WorkRecord; readonly place: Place },
): Promise<void> => {
  const boundary = record.boundaries[record.stage_index] ?? place.base_commit;
  const worktrees = await repository.listWorktrees();
  if (!worktrees.some(({ path }) => path === place.worktree)) return;
  await repository.clearStaleLocks(place.worktree);
  const saved = await repository.saveUncommitted(place.worktree, savedRef(world, attempt));
  if (saved !== null) world.log.info(`${attempt.work.id}: uncommitted changes are under ${saved}`);
  faultPoint('after-save');
  const done = await repository.resetWorktree(place.worktree, boundary);
  if (!done.ok) throw new Error(done.failure.message);
};
