/** Real git repositories in temporary folders: fixed people and dates, no configuration from outside. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** The whole environment of git in tests. */
export const gitEnvironment = (home: string): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  HOME: home,
  TZ: 'UTC',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_AUTHOR_DATE: '2026-01-02T03:04:05Z',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
  GIT_COMMITTER_DATE: '2026-01-02T03:04:05Z',
});

export interface Sandbox {
  /** A real path, without links in it. */
  readonly folder: string;
  readonly env: Record<string, string>;
  /** Runs git and gives its output without the last line's end; throws what git said if it fails. */
  readonly git: (cwd: string, ...args: string[]) => Promise<string>;
  /** Writes a file below a folder, with the folders it needs. */
  readonly write: (...parts: [...string[], string]) => Promise<string>;
  /** Writes a file, commits all, gives the commit. */
  readonly commit: (cwd: string, file: string, text: string) => Promise<string>;
  /** A repository with one commit on `main`, as a subfolder of this name. */
  readonly makeRepository: (name?: string) => Promise<string>;
  /** A bare repository; given `from`, it becomes its `origin` and gets its `main`. */
  readonly makeBareRemote: (options?: { readonly name?: string; readonly from?: string }) => Promise<string>;
  readonly remove: () => Promise<void>;
}

export async function makeSandbox(): Promise<Sandbox> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'wf0 git ü-')));
  const env = gitEnvironment(folder);
  const git = async (cwd: string, ...args: string[]): Promise<string> => {
    const { stdout } = await execute('git', args, { cwd, env, maxBuffer: 64 * 1024 * 1024 });
    return stdout.replace(/\n$/, '');
  };
  const write = async (...parts: [...string[], string]): Promise<string> => {
    const path = join(...parts.slice(0, -1));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, parts.at(-1) ?? '');
    return path;
  };
  const commit = async (cwd: string, file: string, text: string): Promise<string> => {
    await write(cwd, file, text);
    await git(cwd, 'add', '--all');
    await git(cwd, 'commit', '--quiet', '-m', `${file}: ${text.trim()}`);
    return git(cwd, 'rev-parse', 'HEAD');
  };
  const makeRepository = async (name = 'project'): Promise<string> => {
    const path = join(folder, name);
    await git(folder, 'init', '--quiet', '-b', 'main', path);
    await commit(path, 'README.md', 'hello\n');
    return path;
  };
  const makeBareRemote = async (options: { readonly name?: string; readonly from?: string } = {}): Promise<string> => {
    const path = join(folder, options.name ?? 'remote.git');
    await git(folder, 'init', '--quiet', '--bare', '-b', 'main', path);
    if (options.from !== undefined) {
      await git(options.from, 'remote', 'add', 'origin', path);
      await git(options.from, 'push', '--quiet', '-u', 'origin', 'main');
    }
    return path;
  };
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  return { folder, env, git, write, commit, makeRepository, makeBareRemote, remove };
}
