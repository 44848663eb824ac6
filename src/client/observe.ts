/** A batch as it is right now: its journal, the pulses of its workers, and who of them lives. Changes nothing. */
import type { Event } from '../core/event.ts';
import type { Pulse } from '../core/pulse.ts';
import type { BatchState } from '../core/state.ts';
import type { Journal } from '../ports/store.ts';
import { isSchedulerAlive } from './batch.ts';
import type { Client } from './client.ts';

export interface Observation {
  readonly state: BatchState;
  readonly now: number;
  /** By worker. */
  readonly pulses: ReadonlyMap<string, Pulse>;
  /** The newest, oldest first. */
  readonly events: readonly Event[];
  readonly live: { readonly schedulerIsAlive: boolean; readonly deadWorkers: ReadonlySet<string> };
}

/** So many of the newest events are looked at: not every one is shown. */
const newestEvents = 150;

/** `before`: an earlier observation of this journal; events that it holds are not read again. */
export const observe = async (
  client: Client,
  journal: Journal<BatchState>,
  before: Pick<Observation, 'events'> | null = null,
): Promise<Observation> => {
  const state = await journal.read();
  const events = await newestOf(journal, state.seq, before);
  const { processes } = client;
  const live = state.workers.filter(({ status }) => status === 'live');
  const dead = live.filter(({ process }) => process === null || !processes.isAlive(process));
  return {
    state,
    now: client.clock.now(),
    pulses: readPulses(
      client,
      journal,
      live.map(({ worker }) => worker),
    ),
    events,
    live: { schedulerIsAlive: isSchedulerAlive(client, state), deadWorkers: new Set(dead.map(({ worker }) => worker)) },
  };
};

const newestOf = async (
  journal: Journal<BatchState>,
  seq: number,
  before: Pick<Observation, 'events'> | null,
): Promise<readonly Event[]> => {
  const from = Math.max(1, seq - newestEvents + 1);
  const last = before?.events.at(-1);
  if (before === null || last === undefined || last.seq < from || last.seq > seq) return readFrom(journal, from);
  const [again, ...fresh] = await readFrom(journal, last.seq);
  // A journal that was cut back and went on has other events under the same numbers.
  if (again === undefined || again.at !== last.at || again.type !== last.type) return readFrom(journal, from);
  return [...before.events.filter((event) => event.seq >= from), ...fresh];
};

const readFrom = async (journal: Journal<BatchState>, seq: number): Promise<readonly Event[]> => {
  const events: Event[] = [];
  for await (const event of journal.events(seq)) events.push(event);
  return events;
};

/** A pulse that cannot be read is only a line less on the screen. */
const readPulses = (
  client: Client,
  { directory }: Journal<BatchState>,
  workers: readonly string[],
): ReadonlyMap<string, Pulse> => {
  const files = client.makeFiles(directory);
  return new Map(
    workers.flatMap((worker): [string, Pulse][] => {
      try {
        const found = files.readPulse(worker);
        return found === null ? [] : [[worker, found.pulse]];
      } catch {
        return [];
      }
    }),
  );
};

/** The command line that attaches to each session: `scheduler`, `worker-1`, …; none without sessions. */
export const sessionCommands = (
  client: Client,
  journal: Journal<BatchState>,
  { state, live }: Pick<Observation, 'state' | 'live'>,
): ReadonlyMap<string, string> => {
  if (state.batch.engine !== 'tmux') return new Map();
  const engine = client.makeEngine('tmux', journal);
  const sessions: (readonly [string, string | null])[] = [
    ['scheduler', live.schedulerIsAlive ? (state.scheduler?.session ?? null) : null],
    ...state.workers.map(
      ({ worker, status, session }) =>
        [worker, status === 'live' && !live.deadWorkers.has(worker) ? session : null] as const,
    ),
  ];
  return new Map(
    sessions.flatMap(([role, name]) => {
      const command = name === null ? null : engine.attachCommand({ name });
      return command === null ? [] : [[role, shellLine(command)] as const];
    }),
  );
};

/** A command as a person can paste it into a shell: zsh reads a bare `=name` as the path of a program. */
export const shellLine = (argv: readonly string[]): string =>
  argv.map((word) => (/^[\w./:@%+-][\w./:@%+=-]*$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
