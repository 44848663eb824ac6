/**
 * Set-up is a gate: a worktree is made ready before the first stage sees it, and a work whose set-up fails runs none.
 * It is done once a worktree, and again after a reset or a rerun. A death in between leaves it undone, and it begins anew.
 */
import type { Place } from '../core/event.ts';
import type { Failure, StageEnd } from '../core/failure.ts';
import type { Stage } from '../core/plan.ts';
import type { WorkRecord } from '../core/state.ts';
import type { Repository, Result } from '../ports/git.ts';
import type { PulseBeat } from './pulse.ts';
import { runCommand } from './stage.ts';
import type { StopWatch } from './watch-stop.ts';
import type { Attempt, WorkerWorld } from './world.ts';

export interface SetUp {
  readonly place: Place;
  readonly record: WorkRecord;
  readonly pulse: PulseBeat;
  readonly stop: StopWatch;
}

/** Copies, links and the command of `worktree.setup`, in this order; gives notes. */
export const setUp = async (
  world: WorkerWorld,
  attempt: Attempt,
  wanted: SetUp,
): Promise<Result<readonly string[]>> => {
  const { worktree } = wanted.place;
  const repository = world.repository?.forAttempt(attempt.token) ?? null;
  if (repository === null || !isWanted(world)) return { ok: true, value: [] };
  if (wanted.record.restart !== 'none') await repository.markSetUp(worktree, false);
  else if (await repository.isSetUp(worktree)) return { ok: true, value: [] };
  const brought = await bringIn(world, repository, worktree);
  if (!brought.ok) return brought;
  const failure = await runSetUp(world, attempt, wanted);
  if (failure !== null) return { ok: false, failure };
  await repository.markSetUp(worktree, true);
  return brought;
};

const isWanted = ({ journal: { plan }, files }: WorkerWorld): boolean =>
  plan.settings.worktree_copy.length + plan.settings.worktree_link.length > 0 ||
  plan.settings.worktree_setup !== null ||
  files.exists(plan.root, '.worktreeinclude');

const bringIn = (
  { journal }: WorkerWorld,
  repository: Repository,
  worktree: string,
): Promise<Result<readonly string[]>> => {
  const { worktree_copy: copy, worktree_link: link } = journal.plan.settings;
  return repository.bringIn({ worktree, copy, link });
};

/** Null if there is no command, or it ended well. Its log is `<attempt>.00-setup.log`. */
const runSetUp = async (world: WorkerWorld, attempt: Attempt, wanted: SetUp): Promise<Failure | null> => {
  const stage = setUpStage(world, attempt);
  if (stage === null) return null;
  const { place, record, pulse, stop } = wanted;
  const run = { stage, record: { ...record, place }, count: 0, pulse, stop };
  const { end, tail } = await runCommand(world, attempt, run);
  if (end.kind === 'exited' && end.code === 0) return null;
  return { reason: 'setup', stage: 'setup', message: describeEnd(end, tail.lastLine()) };
};

const setUpStage = ({ journal: { plan } }: WorkerWorld, { work }: Attempt): Stage | null => {
  const { worktree_setup: run, worktree_setup_timeout_ms: timeout_ms } = plan.settings;
  const first = plan.workflows[work.workflow]?.stages[0];
  if (run === null || first === undefined) return null;
  return {
    ...first,
    name: 'setup',
    run,
    timeout_ms,
    idle_timeout_ms: null,
    uses: [],
    requires: [],
    on_waiting: 'wait',
    waiting_patterns: [],
  };
};

const describeEnd = (end: StageEnd, lastLine: string): string => {
  const said = lastLine === '' ? '' : `: ${lastLine}`;
  switch (end.kind) {
    case 'exited':
      return `it exited with ${end.code}${said}`;
    case 'signalled':
      return `${end.signal} ended it${said}`;
    case 'timed_out':
      return `it took longer than ${end.limit_ms / 1000} s${said}`;
    case 'not_started':
      return end.message;
    case 'asked':
      return `it asked: ${end.question}`;
    case 'idle':
    case 'stopped':
      return `it was ended${said}`;
  }
};
