/** One attempt at a work: prepare, its stages, publish. Each step begins from what the journal says of the one before. */
import type { Failure } from '../core/failure.ts';
import { faultPoint } from '../ports/fault-point.ts';
import type { Result } from '../ports/git.ts';
import { findMachineLack } from './machine-lack.ts';
import { prepare } from './prepare.ts';
import { publish } from './publish.ts';
import { nothingShown, type PulseBeat } from './pulse.ts';
import { report, standing, type Standing } from './report.ts';
import { setUp } from './set-up.ts';
import { runStage } from './stage.ts';
import { watchStop } from './watch-stop.ts';
import type { Attempt, WorkerWorld } from './world.ts';

/** Runs until the attempt no longer holds its work, for whatever reason. Calls `onPrepared` once its place stands, or later. */
export const runAttempt = async (
  world: WorkerWorld,
  attempt: Attempt,
  { pulse, onPrepared }: { readonly pulse: PulseBeat; onPrepared(): void },
): Promise<void> => {
  world.log.info(`${attempt.work.id}: attempt ${attempt.number}`);
  const stop = watchStop(world, attempt);
  try {
    let record = standing(await world.journal.read(), attempt);
    const first = record?.state.status === 'assigned' ? 0 : 1;
    const lack = await findMachineLack(world, attempt);
    if (lack !== null) record = await report(world, attempt, { type: 'report_held', token: attempt.token, ...lack });
    for (let count = first; record !== null && !world.hangup.aborted; count++) {
      record = await step(world, attempt, { record, count, pulse, stop });
      onPrepared();
    }
  } finally {
    stop.end();
    pulse.show(nothingShown);
  }
};

const nothingToSay: Result<readonly string[]> = { ok: true, value: [] };

interface Step {
  readonly record: NonNullable<Standing>;
  /** Which stage of the attempt this is, from 1, the preparation being 0; numbers the logs. */
  readonly count: number;
  readonly pulse: PulseBeat;
  readonly stop: ReturnType<typeof watchStop>;
}

const step = async (world: WorkerWorld, attempt: Attempt, { record, count, pulse, stop }: Step): Promise<Standing> => {
  const workflow = world.journal.plan.workflows[attempt.work.workflow];
  if (record.state.status === 'assigned') {
    pulse.show({ ...nothingShown, id: attempt.work.id, stage: 'prepare' });
    const prepared = await guard('worktree', () => prepare(world, attempt, record));
    if (!prepared.ok) return fail(world, attempt, prepared.failure);
    const { place, notes } = prepared.value;
    const ready =
      place === null
        ? nothingToSay
        : await guard('worktree', () => setUp(world, attempt, { place, record, pulse, stop }));
    if (!ready.ok) return fail(world, attempt, ready.failure);
    const told = [...notes, ...ready.value];
    return report(world, attempt, { type: 'report_prepared', token: attempt.token, place, notes: told });
  }
  const stage = workflow?.stages[record.stage_index];
  if (stage !== undefined) {
    const ran = await guard('worktree', async () => ({
      ok: true,
      value: await runStage(world, attempt, { stage, record, count, pulse, stop }),
    }));
    return ran.ok ? ran.value : fail(world, attempt, ran.failure);
  }
  pulse.show({ ...nothingShown, id: attempt.work.id, stage: 'push' });
  const published = await guard('push', () => publish(world, attempt, record));
  if (!published.ok) return fail(world, attempt, published.failure);
  const delivered = await report(world, attempt, {
    type: 'report_delivered',
    token: attempt.token,
    ...published.value,
  });
  faultPoint('after-completion');
  return delivered;
};

const fail = (world: WorkerWorld, attempt: Attempt, failure: Failure): Promise<Standing> => {
  world.log.warn(`${attempt.work.id}: ${failure.reason}: ${failure.message}`);
  return report(world, attempt, { type: 'report_failure', token: attempt.token, failure, duration_ms: 0 });
};

/** The one door through which what git or the file system throws becomes a failure of the work. */
const guard = async <T>(where: 'worktree' | 'push', body: () => Promise<Result<T>>): Promise<Result<T>> => {
  try {
    return await body();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      ok: false,
      failure:
        where === 'push'
          ? { reason: 'unreachable', stage: 'push', message }
          : { reason: 'worktree', stage: 'worktree', message },
    };
  }
};
