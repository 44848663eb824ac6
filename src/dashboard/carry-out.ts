/** Carries out what a key asked for, by the same client calls as the verbs of the command line. */
import { findSeats } from '../client/attach.ts';
import { isSchedulerAlive } from '../client/batch.ts';
import type { Client } from '../client/client.ts';
import { control, controlAndRun, resolveIds } from '../client/control.ts';
import { resumeBatch } from '../client/resume.ts';
import { stopEverything } from '../client/stop.ts';
import { nobody, requireTrust } from '../client/trust.ts';
import type { BatchState } from '../core/state.ts';
import type { Journal } from '../ports/store.ts';
import type { Terminal } from './terminal.ts';
import type { Wish } from './ui.ts';

export interface Scope {
  readonly client: Client;
  readonly journal: Journal<BatchState>;
  readonly terminal: Pick<Terminal, 'lend'>;
}

export type Work = Extract<Wish, { readonly kind: 'attach' | 'pause or resume' | 'stop' | 'retry' }>;

/** What is said while it is carried out; null for what is quick. */
export const announce = (wish: Work): string | null =>
  wish.kind === 'stop' ? (wish.id === null ? 'stopping the batch …' : `stopping ${wish.id} …`) : null;

/** Gives what is said then. Throws a Problem where it is refused. */
export const carryOut = async (scope: Scope, wish: Work): Promise<string> => {
  switch (wish.kind) {
    case 'attach':
      return attach(scope, wish.id);
    case 'pause or resume':
      return pauseOrResume(scope);
    case 'stop':
      return wish.id === null ? stopAll(scope) : stopOne(scope, wish.id);
    case 'retry':
      return retry(scope, wish);
  }
};

const attach = async ({ client, journal, terminal }: Scope, id: string): Promise<string> => {
  const [seat] = await findSeats(client, journal, id);
  if (seat === undefined) return `${id} is not running`;
  const machine = await client.openMachine();
  const code = await terminal.lend(() => machine.runHere(seat.argv));
  return code === 0 ? '' : `tmux ended with ${code}`;
};

/** Goes on as `resume --no-failed`: who wants failed works again says so, one by one. */
const pauseOrResume = async ({ client, journal }: Scope): Promise<string> => {
  const state = await journal.read();
  if (state.batch.status === 'running' && isSchedulerAlive(client, state)) {
    await control(client, journal, { type: 'pause' });
    return 'paused: nothing new starts; p: go on';
  }
  await requireTrust(client, nobody);
  await resumeBatch(client, journal, { parallel: null, retryFailed: false, engine: null });
  return 'goes on';
};

const stopAll = async ({ client, journal }: Scope): Promise<string> => {
  const { survivors } = await stopEverything(client, journal, 'graceful');
  return survivors.length === 0 ? 'stopped' : `${survivors.length} processes cannot be ended`;
};

const stopOne = async ({ client, journal }: Scope, id: string): Promise<string> => {
  const ids = await resolveIds(client, await journal.read(), [id]);
  await control(client, journal, { type: 'stop', ids, mode: 'graceful' });
  return `${id} is being stopped`;
};

const retry = async ({ client, journal }: Scope, { id, answer }: Extract<Work, { kind: 'retry' }>): Promise<string> => {
  await requireTrust(client, nobody);
  const ids = await resolveIds(client, await journal.read(), [id]);
  await controlAndRun(client, journal, { type: 'retry', ids, from: null, rerun: false, answer });
  return `${id} is queued again`;
};
