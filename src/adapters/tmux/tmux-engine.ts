/**
 * Scheduler and workers as sessions of the person's own tmux server.
 *
 * A session is ours if its option `@wf_repository` holds our repository's path; its name proves nothing.
 * Whatever looks at a mark and acts on it does both inside one call of tmux, which the server carries out
 * with no other client between: ending what is left over, creating under a free name and marking is one
 * call, checking and killing another. So no state is held here, and none can be stale. A session seen
 * before it is marked (a person's hook can make the server pause there) is a stranger's to everyone, and
 * strangers' sessions are left alone: the name gets a suffix.
 *
 * It refuses to: type into sessions (keys get lost), use a shell, pass variables by `-e` (they stay visible),
 * start the server with a config of its own, take exit statuses from panes (tmux 3.3 loses one in six), and
 * to end a session by its id (ids start anew with a new server, and then name another's session).
 *
 * Rejected: a `-C` control client (faster by 6 ms a call, but it is an attached client, and one more thing
 * that can die), and creating under a temporary name and renaming (the program would see the wrong name).
 */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Engine, Session, SessionRequest } from '../../ports/engine.ts';
import { endEndingServer } from './ending-server.ts';
import { sessionNames, toMark } from './session-names.ts';
import { isSameSocket, plainSocket, surroundingSocket } from './socket.ts';
import { makeRunTmux, type RunTmux, type TmuxAnswer } from './tmux-client.ts';
import { findTmuxProblem, isOn, NO_TMUX, SERVER_LEAVES } from './tmux-problem.ts';

export interface TmuxEngineOptions {
  /** Absolute root of the repository whose sessions these are. */
  readonly repository: string;
  readonly batchRunId: string;
  /** The path for `tmux -S`; null for the server of a plain `tmux` in `env`. */
  readonly socket: string | null;
  /** TMUX, TMUX_TMPDIR and PATH are looked at; what of it reaches a new server, see client-environment.ts. */
  readonly env: NodeJS.ProcessEnv;
}

export interface TmuxEngine extends Engine {
  /** The path of the server's socket, as the running server gives it, else where it would be. */
  socketPath(): Promise<string>;
}

/**
 * Makes the tmux engine. `start`, `list` and `end` reject with an Error of one sentence if tmux is missing,
 * does not answer within 10 s or refuses; no server is not an error: `list` is empty, `start` starts one.
 * A program that cannot be executed is not noticed: its session is gone again, as if it had exited.
 * `start` replaces sessions of the role of any batch of the repository; `list` gives those of this batch.
 */
export const makeTmuxEngine = ({ repository, batchRunId, socket, env }: TmuxEngineOptions): TmuxEngine => {
  const run = makeRunTmux(socket === null ? null : resolve(socket), env);
  const marks: Marks = { repository: toMark(repository), batch: toMark(batchRunId) };
  return {
    kind: 'tmux',
    problem: () => findTmuxProblem(run, socket),
    start: async (request) =>
      startSession({
        run,
        socket: socket ?? plainSocket(env),
        marks,
        names: sessionNames(request.role, repository),
        request,
      }),
    list: async () => (await listMarked(run)).filter((found) => isOfBatch(found, marks)).map(({ name }) => ({ name })),
    end: (session) => endSession(run, marks, session.name),
    attachCommand: (session) => attachCommand(session.name, socket, env),
    viewCommand: ({ name }, { isReader }) => {
      const server = socket ?? plainSocket(env);
      return ['tmux', '-S', server, 'attach', ...(isReader ? ['-r'] : []), '-t', `=${name}`];
    },
    socketPath: () => findSocket(run, socket, env),
  };
};

interface Marks {
  readonly repository: string;
  readonly batch: string;
}

interface Start {
  readonly run: RunTmux;
  readonly socket: string;
  readonly marks: Marks;
  readonly names: readonly string[];
  readonly request: SessionRequest;
}

const startSession = async (start: Start): Promise<Session> => {
  await requireFolder(start.request.cwd);
  for (const name of start.names) {
    const answer = await createSession(start, name);
    if (answer.kind === 'name-taken') continue;
    const printed = 'stdout' in answer ? answer.stdout.trim() : '';
    // Created, but gone before the last option was set: a program that ended at once.
    if (!printed.startsWith(`${name} `))
      throw new Error(`no tmux session for ${start.request.role}: ${explain(answer)}`);
    if (!isOn(printed.slice(name.length))) return { name };
    await endSession(start.run, start.marks, name);
    throw new Error(SERVER_LEAVES);
  }
  throw new Error(`no tmux session for ${start.request.role}: the names ${start.names.join(', ')} are all in use`);
};

/**
 * A server that dies while it is asked takes a session just made with it, so asking again is safe. The second
 * try may still meet the dying one (6 of 1,600 starts beside a kill-server did), hence a third. One that hangs up
 * on that too may never die by itself.
 */
const createSession = async (start: Start, name: string): Promise<TmuxAnswer> => {
  const commands = [...start.names.map((left) => killIfOurs(left, start.marks)), ...create(start, name)];
  const ask = (): Promise<TmuxAnswer> => start.run(commands, start.request.cwd);
  let answer = await ask();
  for (let tries = 1; answer.kind === 'no-server' && tries < 3; tries += 1) answer = await ask();
  if (!hasHungUp(answer)) return answer;
  const isEnded = await endEndingServer(start.socket, async () => hasHungUp((answer = await ask())));
  return isEnded ? ask() : answer;
};

const hasHungUp = (answer: TmuxAnswer): boolean => answer.kind === 'no-server' && answer.hungUp;

/**
 * The folder is given by where the client runs: `-c` would expand formats, `#(…)` included. The person's
 * configuration may hold anything; what would end or keep the session is set for this one alone.
 */
const create = ({ marks, request }: Start, name: string): readonly (readonly string[])[] => {
  const printed = '#{session_name} #{exit-unattached}';
  const target = ['-t', `=${name}:`];
  return [
    ['new-session', '-d', '-P', '-F', printed, '-s', name, '-x', '200', '-y', '50', '--', ...asProgram(request.argv)],
    ['set-option', ...target, '@wf_repository', marks.repository],
    ['set-option', ...target, '@wf_batch', marks.batch],
    ['set-option', ...target, 'destroy-unattached', 'off'],
    ['set-option', '-w', ...target, 'remain-on-exit', 'off'],
  ];
};

/** tmux hands a single argument to the person's shell as a line; `"$0"` in a line of our own is never read as one. */
const asProgram = (argv: readonly string[]): readonly string[] =>
  argv.length === 1 ? ['/bin/sh', '-c', 'exec "$0"', ...argv] : argv;

const endSession = async (run: RunTmux, marks: Marks, name: string): Promise<boolean> => {
  const answer = await run([killIfOurs(name, marks), listCommand]);
  if (answer.kind === 'no-server') return true;
  return !toMarked(requireDone(answer)).some((found) => found.name === name && found.repository === marks.repository);
};

const killIfOurs = (name: string, marks: Marks): readonly string[] => {
  const isOurs = `#{==:#{@wf_repository},${marks.repository}}`;
  return ['if-shell', '-F', '-t', `=${name}:`, isOurs, `kill-session -t ${quote(`=${name}`)}`];
};

/** Session names hold no line breaks; a person may have given ours a name with any other character. */
const quote = (text: string): string => `"${text.replace(/[\\"$]/g, '\\$&')}"`;

interface MarkedSession extends Marks {
  readonly name: string;
}

const listCommand = ['list-sessions', '-F', '#{@wf_repository} #{@wf_batch} #{session_name}'] as const;

const listMarked = async (run: RunTmux): Promise<readonly MarkedSession[]> => {
  const answer = await run([listCommand]);
  if (answer.kind === 'no-server') return [];
  const byName = new Intl.Collator('en', { numeric: true });
  return [...toMarked(requireDone(answer))].sort((one, other) => byName.compare(one.name, other.name));
};

/** Marks hold no spaces, names may. */
const toMarked = (printed: string): readonly MarkedSession[] =>
  printed.split('\n').flatMap((line) => {
    const [, repository, batch, name] = /^(\S+) (\S*) (.+)$/.exec(line) ?? [];
    return repository === undefined || batch === undefined || name === undefined ? [] : [{ repository, batch, name }];
  });

const isOfBatch = (found: MarkedSession, marks: Marks): boolean =>
  found.repository === marks.repository && found.batch === marks.batch;

/** Inside the same server a client cannot nest itself: it is switched. `=` keeps worker-1 from meaning worker-10. */
const attachCommand = (name: string, socket: string | null, env: NodeJS.ProcessEnv): readonly string[] => {
  const surrounding = surroundingSocket(env);
  const isInside = surrounding !== null && (socket === null || isSameSocket(socket, surrounding));
  if (isInside) return ['tmux', 'switch-client', '-t', `=${name}`];
  const isPlain = socket === null || isSameSocket(socket, plainSocket(env));
  return ['tmux', ...(isPlain ? [] : ['-S', socket]), 'attach', '-t', `=${name}`];
};

const findSocket = async (run: RunTmux, socket: string | null, env: NodeJS.ProcessEnv): Promise<string> => {
  if (socket !== null) return socket;
  const answer = await run([['display-message', '-p', '#{socket_path}']]);
  return (answer.kind === 'done' && answer.stdout.trim()) || plainSocket(env);
};

/** tmux would start the program in the home folder instead, without a word. */
const requireFolder = async (path: string): Promise<void> => {
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory() !== true) throw new Error(`the folder ${path} does not exist`);
};

const requireDone = (answer: TmuxAnswer): string => {
  if (answer.kind === 'done') return answer.stdout;
  throw new Error(`tmux: ${explain(answer)}`);
};

const explain = (answer: TmuxAnswer): string => {
  switch (answer.kind) {
    case 'failed':
      return answer.message;
    case 'no-tmux':
      return NO_TMUX;
    case 'no-server':
      return 'the server ends as soon as it is started, or its socket cannot be made';
    case 'name-taken':
      return 'the name is in use';
    case 'done':
      return 'the server did not say its name';
  }
};
