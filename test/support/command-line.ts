/** The built programs, run as a person runs them: in a folder of their own, with their own home, screens compared whole. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeSandbox, type Sandbox } from './git.ts';

/** What a command left behind. */
export interface Screen {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface CommandLine extends Sandbox {
  /** A repository with one commit; commands run in it unless told. */
  readonly project: string;
  readonly batch: (args: readonly string[], options?: RunOptions) => Promise<Screen>;
  readonly schedule: (args: readonly string[], options?: RunOptions) => Promise<Screen>;
  /** Starts `wf0-batch` and does not wait. */
  readonly begin: (args: readonly string[], options?: RunOptions) => ChildProcess;
  /** Runs tmux on the sandbox's own server; a server that is not there is no error. */
  readonly tmux: (...args: readonly string[]) => Promise<Screen>;
  /** A task file `tasks/<name>.md` with this front matter. */
  readonly task: (name: string, frontMatter?: string, title?: string) => Promise<void>;
  readonly config: (config: object) => Promise<void>;
  /** The same words every time: paths, times, ids of batches and commits are named. */
  readonly mask: (text: string) => string;
}

/** A file of the bundle, as it is shipped, whether this file itself is compiled or not. */
export const bundledFile = (name: string): string => {
  const isCompiled = import.meta.url.endsWith('.js');
  return fileURLToPath(new URL(`${isCompiled ? '../../run' : '../../dist/run'}/${name}`, import.meta.url));
};

/** The file of a program as it is shipped. */
export const programFile = (name: string): string => bundledFile(`bin/${name}.js`);

export const makeCommandLine = async (): Promise<CommandLine> => {
  const sandbox = await makeSandbox();
  const project = await sandbox.makeRepository();
  const sockets = join(sandbox.folder, 'tmux');
  await mkdir(sockets, { mode: 0o700 });
  const env = {
    ...sandbox.env,
    TMUX_TMPDIR: sockets,
    XDG_CONFIG_HOME: join(sandbox.folder, 'config'),
    SHELL: '/bin/sh',
  };
  const start = (program: string, args: readonly string[], options: RunOptions = {}): ChildProcess =>
    spawn(process.execPath, [programFile(program), ...args], {
      cwd: options.cwd ?? project,
      env: { ...env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const run = (program: string, args: readonly string[], options?: RunOptions): Promise<Screen> =>
    screenOf(start(program, args, options));
  const tmux = (...args: readonly string[]): Promise<Screen> =>
    screenOf(spawn('tmux', args, { env, stdio: ['ignore', 'pipe', 'pipe'] }));
  return {
    ...sandbox,
    project,
    batch: (args, options) => run('wf0-batch', args, options),
    schedule: (args, options) => run('wf0-schedule', args, options),
    begin: (args, options) => start('wf0-batch', args, options),
    tmux,
    remove: async () => {
      await tmux('kill-server');
      await sandbox.remove();
    },
    task: async (name, frontMatter = '', title = name) => {
      await sandbox.write(project, 'tasks', `${name}.md`, `---\n${frontMatter}\n---\n# ${title}\n\nDo it.\n`);
    },
    config: async (config) => {
      await sandbox.write(project, '.wf', 'config.json', `${JSON.stringify(config, null, 2)}\n`);
    },
    mask: (text) =>
      text
        .replaceAll(project, 'ROOT')
        .replaceAll(sandbox.folder, 'SANDBOX')
        .replace(/\d{8}-\d{6}-[0-9a-f]{6}/g, 'BATCH')
        .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{3}Z| UTC)/g, 'TIME')
        .replace(/\b[0-9a-f]{64}\b/g, 'HASH')
        .replace(/\b[0-9a-f]{12}\b/g, 'COMMIT')
        .replace(/\b\d+(ms|s)\b/g, 'DURATION'),
  };
};

/** Waits for a process and gives what it printed. */
const screenOf = async (child: ChildProcess): Promise<Screen> => {
  const texts = { out: '', err: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (texts.out += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (texts.err += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code: code ?? -1, ...texts };
};

/** What a refused command prints. */
export const threeLines = (what: string, where: string, hint: string): string =>
  `error: ${what}\n  at: ${where}\n  try: ${hint}\n`;
