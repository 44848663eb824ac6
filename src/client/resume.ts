/** `resume`: what is dead is given up, stopped and failed works are queued again, and a scheduler runs. */
import { accept } from '../core/accept.ts';
import type { BatchState } from '../core/state.ts';
import type { Journal } from '../ports/store.ts';
import { isSchedulerAlive, waitUntil } from './batch.ts';
import type { Client } from './client.ts';
import { requireIntactPlan } from './intact-plan.ts';
import { launchScheduler } from './launch.ts';
import { refused } from './refused.ts';
import { stopEverything } from './stop.ts';

export interface ResumeWishes {
  readonly parallel: number | null;
  readonly retryFailed: boolean;
  readonly engine: 'tmux' | 'process' | null;
}

export const resumeBatch = async (
  client: Client,
  journal: Journal<BatchState>,
  wishes: ResumeWishes,
): Promise<BatchState> => {
  await requireIntactPlan(journal);
  await endOrphans(client, journal);
  await settleStop(client, journal);
  await giveUpDeadWorkers(client, journal);
  const answer = await journal.transact('operator', (state) =>
    accept(state, { type: 'resume', ...wishes }, client.clock.now()),
  );
  if (!answer.ok) throw refused(answer.refusal);
  return launchIfNeeded(client, journal);
};

/**
 * After the tmux server died, processes of its sessions may live on for a moment, or longer if they ignore the hang-up.
 * Nobody can watch them any more: they are ended, and their works given back.
 */
const endOrphans = async (client: Client, journal: Journal<BatchState>): Promise<void> => {
  const { processes } = client;
  const { batch, scheduler, workers } = await journal.read();
  if (batch.engine !== 'tmux') return;
  const sessions = new Set((await client.makeEngine('tmux', journal).list()).map(({ name }) => name));
  for (const { process, session } of [...(scheduler === null ? [] : [scheduler]), ...workers]) {
    if (process === null || session === null || sessions.has(session) || !processes.isAlive(process)) continue;
    await processes.endAttempt({ token: `orphan-${process.pid}`, roots: [process], graceMs: 0 });
  }
};

/** Makes sure that a batch that is to run has a scheduler. */
export const launchIfNeeded = async (client: Client, journal: Journal<BatchState>): Promise<BatchState> => {
  const state = await journal.read();
  const { status } = state.batch;
  if (status === 'stopped' || status === 'completed' || isSchedulerAlive(client, state)) return state;
  return launchScheduler(client, journal, await client.readConfig());
};

/** A stop that was begun is brought to its end first: by its scheduler if that lives, else from here. */
const settleStop = async (client: Client, journal: Journal<BatchState>): Promise<void> => {
  const state = await journal.read();
  if (state.batch.status !== 'stopping') return;
  const isOver = (newest: BatchState): boolean =>
    newest.batch.status !== 'stopping' || !isSchedulerAlive(client, newest);
  const { state: newest } = await waitUntil(client, journal, {
    isThere: isOver,
    timeoutMs: state.plan.settings.stop_grace_ms + 10_000,
  });
  if (newest.batch.status === 'stopping') await stopEverything(client, journal, 'graceful');
};

/** Workers whose process is gone give their works back before anything is queued; all that they started is ended. */
export const giveUpDeadWorkers = async (client: Client, journal: Journal<BatchState>): Promise<void> => {
  const { clock, processes } = client;
  const state = await journal.read();
  if (isSchedulerAlive(client, state)) return;
  for (const { worker, incarnation, status, process, work } of state.workers) {
    if (status === 'gone' || (process !== null && processes.isAlive(process))) continue;
    const { survivors } = await processes.endAttempt({
      token: state.records[work]?.token ?? incarnation,
      roots: [],
      graceMs: 0,
    });
    if (survivors.length > 0) continue;
    await journal.transact('operator', (newest) =>
      accept(newest, { type: 'give_up_worker', worker, incarnation, reason: `${worker} died` }, clock.now()),
    );
  }
};
