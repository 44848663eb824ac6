/** A place of its own for engines: a folder, a tmux server or pid files in it, and nothing left behind. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeProcessEngine } from '../../../src/adapters/process/process-engine.ts';
import { makeProcesses } from '../../../src/adapters/system/processes.ts';
import { makeTmuxEngine } from '../../../src/adapters/tmux/tmux-engine.ts';
import type { Engine } from '../../../src/ports/engine.ts';
import { livingRecorders, makeRecorder } from './recorder.ts';

export type EngineKind = Engine['kind'];

/** What it takes to make the same engine again, in another process if need be. */
export interface EngineSpec {
  readonly kind: EngineKind;
  readonly folder: string;
  readonly repository: string;
  readonly batchRunId: string;
}

/** The environment of a person on this machine, with the home folder elsewhere. */
export const environmentOf = (folder: string): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: join(folder, 'home'),
  TZ: 'UTC',
  LANG: 'C.UTF-8',
  SECRET_TOKEN: 'never-to-be-seen',
});

export const makeEngine = ({ kind, folder, repository, batchRunId }: EngineSpec): Engine => {
  const env = environmentOf(folder);
  if (kind === 'tmux') return makeTmuxEngine({ repository, batchRunId, socket: join(folder, 'socket'), env });
  const directory = join(folder, `batch-${repository.replaceAll('/', '-')}`);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return makeProcessEngine({ repository, batchRunId, directory, processes: makeProcesses(), env });
};

/** Makes a world. `tmuxConfig` is the person's `~/.tmux.conf` in it. */
export const makeWorld = (kind: EngineKind, tmuxConfig = '') => {
  const folder = mkdtempSync(join(tmpdir(), 'wf-engine-'));
  mkdirSync(join(folder, 'home'));
  writeFileSync(join(folder, 'home', '.tmux.conf'), tmuxConfig);
  const spec = (repository: string): EngineSpec => ({ kind, folder, repository, batchRunId: 'batch-1' });
  const used = new Map<string, Engine>();
  const engine = (repository = '/home/ada/shop'): Engine => {
    const made = used.get(repository) ?? makeEngine(spec(repository));
    used.set(repository, made);
    return made;
  };
  return {
    folder,
    recorder: makeRecorder(folder),
    spec,
    engine,
    /** What `tmux` on this world's server prints. */
    tmux: (...args: readonly string[]): string => runTmux(folder, args),
    close: async (): Promise<void> => {
      for (const made of used.values()) for (const session of await made.list()) await made.end(session);
      if (kind === 'tmux') await endServer(folder);
      for (const left of livingRecorders(folder)) makeProcesses().signal(left, 'SIGKILL');
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};

export type World = ReturnType<typeof makeWorld>;

const runTmux = (folder: string, args: readonly string[]): string =>
  execFileSync('tmux', ['-S', join(folder, 'socket'), ...args], {
    env: environmentOf(folder),
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const endServer = async (folder: string): Promise<void> => {
  try {
    runTmux(folder, ['kill-server']);
  } catch {
    // It ended with its last session.
  }
};
