/** Starting the scheduler of a batch and waiting until it and its workers have answered. */
import type { BatchState } from '../core/state.ts';
import { Problem } from '../ports/problem.ts';
import type { Journal } from '../ports/store.ts';
import type { Config } from '../protocol/config.ts';
import { isSchedulerAlive, isUnfinished, waitUntil } from './batch.ts';
import type { Client } from './client.ts';

/** A scheduler that has not answered by then never will. */
const answerMs = 20_000;

/** Makes sure that a scheduler runs; returns when it and every worker that it wants have answered, or the batch is over already. */
export const launchScheduler = async (
  client: Client,
  journal: Journal<BatchState>,
  config: Config,
): Promise<BatchState> => {
  const before = await journal.read();
  const isStarted = isSchedulerAlive(client, before)
    ? () => true
    : await startScheduler(client, journal, { kind: before.batch.engine, config });
  const hasAnswered = (state: BatchState): boolean =>
    !isUnfinished(state) ||
    (isSchedulerAlive(client, state) && state.workers.every(({ status }) => status !== 'summoned') && isStaffed(state));
  const { state, isThere } = await waitUntil(client, journal, {
    isThere: async (newest) => hasAnswered(newest) || (!isSchedulerAlive(client, newest) && !(await isStarted())),
    timeoutMs: answerMs,
  });
  if (!isUnfinished(state) || isSchedulerAlive(client, state)) return state;
  throw new Problem({
    what: isThere ? 'the scheduler ended before it had answered' : 'the scheduler did not start',
    where: `${journal.directory}/logs/scheduler.log`,
    hint: 'read its log (wf0-batch logs scheduler), then go on with: wf0-batch resume',
    code: 'environment',
  });
};

/** Gives the question whether its session is still there: with it goes whoever would start a crashed scheduler again. */
const startScheduler = async (
  client: Client,
  journal: Journal<BatchState>,
  { kind, config }: { readonly kind: 'tmux' | 'process'; readonly config: Config },
): Promise<() => Promise<boolean>> => {
  const engine = client.makeEngine(kind, journal);
  try {
    const { name } = await client.makeLauncher(journal, engine, config).startScheduler();
    return async () => (await engine.list()).some((session) => session.name === name);
  } catch (error) {
    const what = `the scheduler cannot be started: ${error instanceof Error ? error.message : String(error)}`;
    const hint =
      'see wf0-batch doctor; the batch is kept, go on with: wf0-batch resume (--engine process works without tmux)';
    throw new Problem({ what, where: `the ${kind} engine`, hint, code: 'environment' }, { cause: error });
  }
};

/** Whether there are as many workers as there is work for. */
const isStaffed = (state: BatchState): boolean => {
  const live = state.workers.filter(({ status }) => status === 'live').length;
  if (state.batch.status !== 'running') return true;
  const ready = [...state.ready].length;
  return live >= Math.min(state.batch.parallel, state.active.length + ready);
};
