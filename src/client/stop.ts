/**
 * `stop`: ends works, or everything. The wish goes into the journal, where workers see it; what does not follow is
 * ended from here, so that a stop works also when the scheduler, the workers or the tmux server are gone or hang.
 */
import { accept } from '../core/accept.ts';
import type { ProcessIdentity, StopMode } from '../core/event.ts';
import type { BatchState } from '../core/state.ts';
import { slotOf } from '../core/decide.ts';
import type { WorkId } from '../core/work.ts';
import type { Journal } from '../ports/store.ts';
import { isSchedulerAlive, waitUntil } from './batch.ts';
import type { Client } from './client.ts';
import { refused } from './refused.ts';

export interface Stopped {
  readonly state: BatchState;
  /** Processes that the system refuses to end. */
  readonly survivors: readonly ProcessIdentity[];
}

/** On top of `stop_grace`, for the workers to report and leave. */
const leaveMs = 5000;

export const stopEverything = async (
  client: Client,
  journal: Journal<BatchState>,
  mode: StopMode,
): Promise<Stopped> => {
  const { clock } = client;
  const asked = await journal.transact('operator', (state) =>
    accept(state, { type: 'stop', ids: null, mode }, clock.now()),
  );
  const state = asked.ok ? asked.committed.state : asked.state;
  const isOver = (newest: BatchState): boolean =>
    newest.batch.status === 'stopped' || newest.batch.status === 'completed';
  const hasLeft = (newest: BatchState): boolean => isOver(newest) && !hasProcesses(client, newest);
  const mayFollow = (newest: BatchState): boolean => isSchedulerAlive(client, newest) || newest.active.length > 0;
  if (mode === 'drain' && !isOver(state))
    await waitUntil(client, journal, {
      isThere: (newest) => hasLeft(newest) || !mayFollow(newest),
      timeoutMs: Infinity,
    });
  const graceMs = mode === 'force' ? 0 : state.plan.settings.stop_grace_ms;
  await waitUntil(client, journal, {
    isThere: (newest) => hasLeft(newest) || !hasProcesses(client, newest),
    timeoutMs: graceMs + leaveMs,
  });
  const survivors = await endLeftovers(client, journal);
  const finished = await finish(client, journal);
  return { state: finished, survivors };
};

/** Stops some works, and waits until they have ended; `isThere` tells whether they have. The batch goes on. */
export const stopWorks = async (
  client: Client,
  journal: Journal<BatchState>,
  { ids, mode }: { readonly ids: readonly WorkId[]; readonly mode: StopMode },
): Promise<{ readonly state: BatchState; readonly isThere: boolean }> => {
  const answer = await journal.transact('operator', (state) =>
    accept(state, { type: 'stop', ids, mode }, client.clock.now()),
  );
  if (!answer.ok) throw refused(answer.refusal);
  const { state } = answer.committed;
  const indices = ids.map((id) => state.relations.indexOf.get(id) ?? -1);
  const isThere = (newest: BatchState): boolean => indices.every((i) => !newest.active.includes(i));
  return waitUntil(client, journal, { isThere, timeoutMs: state.plan.settings.stop_grace_ms + 5000 });
};

/** Asks for the end behind what runs. Its scheduler brings it about; without one it is done here. */
export const drainBatch = async (client: Client, journal: Journal<BatchState>): Promise<BatchState> => {
  if (!isSchedulerAlive(client, await journal.read())) return (await stopEverything(client, journal, 'drain')).state;
  const answer = await journal.transact('operator', (state) =>
    accept(state, { type: 'stop', ids: null, mode: 'drain' }, client.clock.now()),
  );
  if (!answer.ok) throw refused(answer.refusal);
  return answer.committed.state;
};

const hasProcesses = ({ processes }: Client, { scheduler, workers }: BatchState): boolean =>
  (scheduler !== null && processes.isAlive(scheduler.process)) ||
  workers.some(({ process }) => process !== null && processes.isAlive(process));

/** The restarter first, then scheduler, workers, and everything that carries a token of a running attempt. */
const endLeftovers = async (client: Client, journal: Journal<BatchState>): Promise<readonly ProcessIdentity[]> => {
  const { processes } = client;
  const state = await journal.read();
  const engine = client.makeEngine(state.batch.engine, journal);
  const sessions = await engine.list();
  const isScheduler = (name: string): boolean => name.includes('scheduler');
  for (const session of [...sessions].sort((a, b) => Number(isScheduler(b.name)) - Number(isScheduler(a.name))))
    await engine.end(session);
  const survivors: ProcessIdentity[] = [];
  const scheduler =
    state.scheduler === null || !processes.isAlive(state.scheduler.process) ? [] : [state.scheduler.process];
  for (const process of scheduler) processes.signal(process, 'SIGKILL');
  for (const worker of [...state.workers].sort((a, b) => slotOf(a.worker) - slotOf(b.worker))) {
    const token = state.records[worker.work]?.token ?? worker.incarnation;
    const roots = worker.process === null || !processes.isAlive(worker.process) ? [] : [worker.process];
    if (worker.work < 0 && roots.length === 0) continue;
    survivors.push(...(await processes.endAttempt({ token, roots, graceMs: 0 })).survivors);
  }
  return survivors;
};

/** Gives up dead workers, so that their works are stopped at their boundaries, and closes the stop. */
const finish = async ({ clock, processes }: Client, journal: Journal<BatchState>): Promise<BatchState> => {
  for (const { worker, incarnation, status, process } of (await journal.read()).workers) {
    if (status === 'gone' || (process !== null && processes.isAlive(process))) continue;
    await journal.transact('operator', (state) =>
      accept(
        state,
        { type: 'give_up_worker', worker, incarnation, reason: `${worker} was ended by stop` },
        clock.now(),
      ),
    );
  }
  const closed = await journal.transact('operator', (state) =>
    accept(state, { type: 'finish_stop', reason: 'stopped by the operator' }, clock.now()),
  );
  await journal.transact('operator', (state) => {
    const { scheduler } = state;
    if (scheduler === null || scheduler.ended !== null || processes.isAlive(scheduler.process))
      return { ok: true, events: [] };
    return accept(state, { type: 'release', generation: scheduler.generation, reason: 'ended by stop' }, clock.now());
  });
  return closed.ok ? closed.committed.state : journal.read();
};
