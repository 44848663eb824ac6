/** The command line's real surroundings: streams, signals, the client. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { isatty } from 'node:tty';
import { fileURLToPath } from 'node:url';
import type { Cli } from './cli/cli.ts';
import type { ProgramWords } from './cli/programs.ts';
import type { Program } from './cli/run.ts';
import type { Client } from './client/client.ts';
import { cleanLines, escapeControls } from './view/clean.ts';

export const composeCli = (
  name: string,
  { description, verbs }: ProgramWords,
): { readonly program: Program; readonly cli: Cli } => {
  leaveWhenUnwritable();
  let client: Promise<Client> | null = null;
  const version = readVersion();
  const { err, whileHeld } = makeErr();
  const cli: Cli = {
    env: process.env,
    cwd: process.cwd(),
    version,
    out: (text) => {
      process.stdout.write(`${escapeControls(text)}\n`);
    },
    err,
    // Asking `process.stdin` would open it, which most commands never need.
    isTerminal: { out: process.stdout.isTTY, in: isatty(0), err: process.stderr.isTTY },
    write: (bytes) =>
      new Promise((resolve) => {
        if (process.stdout.write(bytes)) resolve();
        else process.stdout.once('drain', resolve);
      }),
    client: () => (client ??= makeClient(process.cwd(), err)),
    clientAt: (folder) => makeClient(folder, err),
    programs: async () => {
      const { programs } = await import('./cli/programs.ts');
      return Object.fromEntries(Object.entries(programs).map(([each, { verbs: all }]) => [each, all]));
    },
    setExitCode: (code) => {
      process.exitCode = code;
    },
    listenToInterrupts,
    panel: async () => {
      const { in: isIn, out: isOut } = cli.isTerminal;
      if (!isIn || !isOut || ['', 'dumb'].includes(process.env['TERM'] ?? '')) return null;
      const panel = (await import('./compose-panel.ts')).composePanel(cli);
      return { show: (options) => whileHeld(() => panel.show(options)) };
    },
    serve: async (options) => (await import('./compose-server.ts')).composeServer(options),
    ask,
  };
  return { program: { name, description, version, verbs, reportBug }, cli };
};

/** What is no result goes to stderr; while a panel has the terminal it is kept, and said when that is given back. */
const makeErr = (): {
  readonly err: (text: string) => void;
  readonly whileHeld: <T>(body: () => Promise<T>) => Promise<T>;
} => {
  let held: string[] | null = null;
  const err = (text: string): void => {
    if (held === null) process.stderr.write(`${cleanLines(text)}\n`);
    else held.push(text);
  };
  const whileHeld = async <T>(body: () => Promise<T>): Promise<T> => {
    held = [];
    try {
      return await body();
    } finally {
      const lines = held;
      held = null;
      lines.forEach(err);
    }
  };
  return { err, whileHeld };
};

const makeClient = async (cwd: string, say: (line: string) => void): Promise<Client> => {
  const { composeClient } = await import('./compose.ts');
  return composeClient({ cwd, env: process.env, say });
};

/** A reader that has had enough (`| head`) ends a command without a word; a disk that is full ends it with one. */
const leaveWhenUnwritable = (): void => {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
      if (stream === process.stdout)
        process.stderr.write(
          `error: the output cannot be written: ${error.message}\n  at: stdout\n  try: send it to where there is space\n`,
        );
      process.exit(exitUnwritable);
    });
};

/** SPEC 10: the environment lacks something. */
const exitUnwritable = 5;

const listenToInterrupts = (): { readonly first: AbortSignal; readonly second: AbortSignal } => {
  const first = new AbortController();
  const second = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => (first.signal.aborted ? second : first).abort());
  return { first: first.signal, second: second.signal };
};

const ask = async (question: string): Promise<string> => {
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
};

const readVersion = (): string => {
  const file = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
};

/** Stack, versions and command line (no environment) in the person's state folder. */
const reportBug = (error: unknown): string => {
  const folder = join(process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'wf0-batch');
  const file = join(folder, `bug-${new Date().toISOString().replaceAll(':', '')}.log`);
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(file, `node ${process.version}\n${process.argv.slice(1).join(' ')}\n${stack}\n`, { mode: 0o600 });
    return file;
  } catch {
    return stack;
  }
};
