/** What a running batch looks like from outside: its status, its journal, its sessions, its processes. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Event } from '../../src/core/event.ts';
import type { StatusDocument } from '../../src/view/status.ts';
import type { CommandLine, Screen } from './command-line.ts';
import { eventually } from './eventually.ts';

const execute = promisify(execFile);

/** A stage of `test/fixtures/stages`, as an absolute path. */
export const fixture = (name: string): string => {
  const up = import.meta.url.endsWith('.js') ? '../../../test' : '..';
  return fileURLToPath(new URL(`${up}/fixtures/stages/${name}`, import.meta.url));
};

export const status = async (line: CommandLine): Promise<StatusDocument> => {
  const { code, out, err } = await line.batch(['status', '--json']);
  assert.equal(code, 0, err);
  return JSON.parse(out) as StatusDocument;
};

/** The work's line of the status document; fails if there is none. */
export const item = async (line: CommandLine, id: string): Promise<StatusDocument['items'][number]> => {
  const found = (await status(line)).items.find((each) => each.id === id);
  assert.ok(found, `no work ${id}`);
  return found;
};

/** Folder of the newest batch. */
export const batchFolder = (line: CommandLine): string => {
  const batches = join(line.project, '.wf/batches');
  return join(batches, readFileSync(join(batches, 'latest'), 'utf8').trim());
};

/** The journal of the newest batch, empty while there is none; a last line that is still being written is left out. */
export const events = (line: CommandLine): readonly Event[] => {
  if (!existsSync(join(line.project, '.wf/batches/latest'))) return [];
  // `latest` names a batch a moment before its folder has its place.
  const journal = join(batchFolder(line), 'journal.jsonl');
  if (!existsSync(journal)) return [];
  const whole = readFileSync(journal, 'utf8').split('\n').slice(0, -1);
  return whole.map((text) => JSON.parse(text) as Event);
};

type Of<T extends Event['type']> = Extract<Event, { type: T }>;

/** Events of one type, of all works or of one. */
export const eventsOf = <T extends Event['type']>(line: CommandLine, type: T, id?: string): readonly Of<T>[] =>
  events(line).filter(
    (event): event is Of<T> => event.type === type && (id === undefined || ('id' in event && event.id === id)),
  );

/** Waits for an event of the newest batch. */
export const happened = <T extends Event['type']>(line: CommandLine, type: T, id?: string): Promise<Of<T>> =>
  eventually(`${type} ${id ?? ''}`, () => eventsOf(line, type, id).at(-1));

/** Waits until a file exists, and gives its text. */
export const written = (file: string): Promise<string> =>
  eventually(`${file} is written`, () => (existsSync(file) ? readFileSync(file, 'utf8') || null : null));

/** Fails with the whole screen unless the command ended with this code. */
export const expectCode = (screen: Screen, code: number): Screen => {
  assert.equal(screen.code, code, `exit ${screen.code}\n${screen.out}\n${screen.err}`);
  return screen;
};

/** A tmux command on the sandbox's server; its output, null if tmux refused. */
export const tmux = async (line: CommandLine, ...args: string[]): Promise<string | null> => {
  try {
    return (await execute('tmux', args, { env: { ...line.env, TMUX_TMPDIR: join(line.folder, 'tmux') } })).stdout;
  } catch {
    return null;
  }
};

/** Names of the sessions of the sandbox's server, sorted. */
export const sessions = async (line: CommandLine): Promise<readonly string[]> =>
  ((await tmux(line, 'list-sessions', '-F', '#{session_name}')) ?? '').split('\n').filter(Boolean).sort();

interface Found {
  readonly pid: number;
  readonly command: string;
}

const readProc = (pid: string, name: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
};

/** Processes whose environment or command line speaks of this sandbox; on Linux alone. */
export const processesOf = (line: CommandLine): readonly Found[] =>
  (existsSync('/proc/self') ? readdirSync('/proc') : [])
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => readProc(pid, 'environ').includes(line.folder) || readProc(pid, 'cmdline').includes(line.folder))
    .map((pid) => ({ pid: Number(pid), command: readProc(pid, 'cmdline').replaceAll('\0', ' ').trim() }));

/** Programs of ours and stages that run; not the tmux server. */
export const ourProcesses = (line: CommandLine): readonly Found[] =>
  processesOf(line).filter(({ command }) => !command.startsWith('tmux'));

/** All that was started in the sandbox is gone by itself, the tmux server with it; then the sandbox goes. */
export const leaveNothing = async (line: CommandLine): Promise<void> => {
  await line.batch(['stop', '--force']);
  let left: readonly Found[] = [];
  try {
    await eventually('nothing of the sandbox runs any more', () => (left = processesOf(line)).length === 0, 30_000);
  } catch (error) {
    const said = left.map(({ pid, command }) => `${pid} ${command}`).join('\n');
    for (const { pid } of left) process.kill(pid, 'SIGKILL');
    throw new Error(`left running:\n${said}`, { cause: error });
  } finally {
    await line.remove();
  }
  assert.equal(existsSync(line.folder), false);
};

/** Every file, folder and link below a folder, a line each that changes with what it holds. */
export const picture = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const path = join(folder, name);
      const found = lstatSync(path);
      const mode = found.mode.toString(8);
      if (found.isDirectory()) return `${name} ${mode}`;
      const held = found.isSymbolicLink() ? readlinkSync(path) : readFileSync(path);
      return `${name} ${mode} ${found.mtimeMs} ${createHash('sha1').update(held).digest('hex')}`;
    });
