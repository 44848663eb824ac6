/** Which session a person wants to sit in front of. */
import { isActive, type BatchState } from '../core/state.ts';
import { Problem } from '../ports/problem.ts';
import type { Journal } from '../ports/store.ts';
import type { Client } from './client.ts';
import { findIndex } from './find-work.ts';
import { quoteId } from './schedule.ts';

export interface Seat {
  /** `scheduler` or `worker-N`. */
  readonly role: string;
  /** The work that runs there. */
  readonly id: string | null;
  /** What to execute. */
  readonly argv: readonly string[];
}

/** What shows the terminal of a running work in a terminal of its own; null where the batch has no sessions. */
export const findView = async (
  client: Client,
  journal: Journal<BatchState>,
  { id, isReader }: { readonly id: string; readonly isReader: boolean },
): Promise<readonly [string, ...string[]] | null> => {
  const state = await journal.read();
  if (state.batch.engine === 'process') return null;
  const role = await findRole(client, state, id);
  const { session, isAlive } = standing(client, state, role);
  if (session === null || !isAlive) throw notRunning(id, journal);
  return client.makeEngine(state.batch.engine, journal).viewCommand({ name: session }, { isReader });
};

const notRunning = (name: string, { batchRunId }: Pick<Journal<BatchState>, 'batchRunId'>): Problem =>
  new Problem({
    what: `${name} is not running`,
    where: `batch ${batchRunId}`,
    hint: 'see: wf0-batch status',
    code: 'refused',
  });

/** The seats that a name means: one, or, without a name, one for every work that runs. Throws a Problem where there is none. */
export const findSeats = async (
  client: Client,
  journal: Journal<BatchState>,
  name: string | null,
): Promise<readonly Seat[]> => {
  const state = await journal.read();
  if (state.batch.engine === 'process')
    throw new Problem({
      what: 'the processes of this batch have no sessions to attach to',
      where: `batch ${journal.batchRunId} (--engine process)`,
      hint: `read along: wf0-batch logs ${name === null ? 'ID' : quoteId(name)} -f`,
      code: 'refused',
    });
  const engine = client.makeEngine('tmux', journal);
  const toSeat = (role: string, session: string, id: string | null): Seat | null => {
    const argv = engine.attachCommand({ name: session });
    return argv === null ? null : { role, id, argv };
  };
  const roles = name === null ? runningRoles(state) : [await findRole(client, state, name)];
  const seats = roles.flatMap((role) => {
    const { session, isAlive, id } = standing(client, state, role);
    const seat = session !== null && isAlive ? toSeat(role, session, id) : null;
    return seat === null ? [] : [seat];
  });
  if (seats.length > 0) return seats;
  const [role] = roles;
  if (name !== null) throw notRunning(role ?? name, journal);
  throw new Problem({
    what: 'no work is running',
    where: `batch ${journal.batchRunId}`,
    hint: 'see: wf0-batch status',
    code: 'refused',
  });
};

const runningRoles = ({ active, records }: BatchState): readonly string[] =>
  active.flatMap((i) => {
    const work = records[i]?.state;
    return work !== undefined && isActive(work) ? [work.worker] : [];
  });

const findRole = async (client: Client, state: BatchState, name: string): Promise<string> => {
  if (name === 'scheduler') return name;
  const isWork = state.works.some(({ id }) => id.toLowerCase() === name.toLowerCase());
  const worker = /^(?:worker-)?([1-9]\d{0,5})$/.exec(name);
  if (!isWork && worker !== null) return `worker-${worker[1]}`;
  const i = await findIndex(client, state, name);
  const work = state.records[i]?.state;
  if (work !== undefined && isActive(work)) return work.worker;
  const id = state.works[i]?.id ?? name;
  throw new Problem({
    what: `${id} is not running`,
    where: `batch ${state.plan.batch_run_id}`,
    hint: `see: wf0-batch why ${id}; its output: wf0-batch logs ${id}`,
    code: 'refused',
  });
};

const standing = (
  { processes }: Client,
  state: BatchState,
  role: string,
): { readonly session: string | null; readonly isAlive: boolean; readonly id: string | null } => {
  if (role === 'scheduler') {
    const { scheduler } = state;
    return {
      session: scheduler?.session ?? null,
      isAlive: scheduler !== null && scheduler.ended === null && processes.isAlive(scheduler.process),
      id: null,
    };
  }
  const worker = state.workers.find((each) => each.worker === role);
  const isAlive = worker?.status === 'live' && worker.process !== null && processes.isAlive(worker.process);
  return { session: worker?.session ?? null, isAlive, id: state.works[worker?.work ?? -1]?.id ?? null };
};
