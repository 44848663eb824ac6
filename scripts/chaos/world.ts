/** The folders of one run: a home, a repository, its remote, and bystanders that nobody may touch. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectFolder } from '../layers/load.ts';
import type { ArmedPoint } from './armed/fault-point.ts';
import type { Program } from './program.ts';
import type { Scenario } from './scenario.ts';

const execute = promisify(execFile);

export interface World {
  readonly folder: string;
  readonly home: string;
  readonly project: string;
  readonly remote: string;
  /** Where stages and armed programs tell what they do: `ledger`, `running/`. */
  readonly notes: string;
  readonly control: string;
  readonly env: Readonly<Record<string, string>>;
  git(cwd: string, ...args: readonly string[]): Promise<string>;
  /** Runs `wf0-batch`. */
  batch(...args: readonly string[]): Promise<Said>;
  tmux(...args: readonly string[]): Promise<string | null>;
  remove(): void;
}

export interface Said {
  /** Null: it was killed. */
  readonly code: number | null;
  readonly text: string;
}

/** A bystander's worktree, with something uncommitted in it, and its session. */
export const bystander = {
  worktree: 'bystander',
  file: 'mine.txt',
  text: 'not yours\n',
  session: 'wf-batch-worker-10',
};

export const makeWorld = async (program: Program, scenario: Scenario): Promise<World> => {
  const world = layOut(program);
  await makeRepository(world);
  writeSchedule(world, scenario);
  await startBystanders(world, scenario.engine);
  return world;
};

const layOut = (program: Program): World => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'wf0-chaos-')));
  const path = (name: string): string => join(folder, name);
  const home = path('home');
  const control = join(home, '.chaos');
  for (const name of ['home', 'home/.chaos', 'home/.chaos/hits', 'home/.chaos/fired', 'notes', 'notes/running', 'tmp'])
    mkdirSync(path(name));
  mkdirSync(path('mux'), { mode: 0o700 });
  const env = environmentOf(folder);
  const git = async (cwd: string, ...args: readonly string[]): Promise<string> => {
    const { stdout } = await execute('git', [...args], { cwd, env, maxBuffer: 64 * 1024 * 1024 });
    return stdout.replace(/\n$/, '');
  };
  const project = join(home, 'project');
  return {
    folder,
    home,
    project,
    remote: path('remote.git'),
    notes: path('notes'),
    control,
    env,
    git,
    batch: (...args) => run(process.execPath, [program.entry('wf0-batch'), ...args], { cwd: project, env }),
    tmux: async (...args) => {
      const { code, text } = await run('tmux', args, { cwd: home, env });
      return code === 0 ? text : null;
    },
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
};

const environmentOf = (folder: string): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  HOME: join(folder, 'home'),
  TMPDIR: join(folder, 'tmp'),
  TMUX_TMPDIR: join(folder, 'mux'),
  CHAOS_FOLDER: join(folder, 'notes'),
  SHELL: '/bin/sh',
  LANG: 'C.UTF-8',
  TZ: 'UTC',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
  ...(process.env['WF_TEST_RUN'] === undefined ? {} : { WF_TEST_RUN: process.env['WF_TEST_RUN'] }),
});

const run = async (
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<Said> => {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (more: string) => (text += more));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, text };
};

/** The remote is reached by programs of ours that wait while it is to hang. */
const makeRepository = async ({ folder, home, project, remote, git }: World): Promise<void> => {
  await git(home, 'init', '--quiet', '-b', 'main', project);
  writeFileSync(join(project, 'README'), 'hello\n');
  await git(project, 'add', '.');
  await git(project, 'commit', '--quiet', '-m', 'first');
  await git(folder, 'clone', '--quiet', '--bare', project, remote);
  const config = readFileSync(join(project, '.git/config'), 'utf8');
  const programs = ['upload', 'receive'].map((name) => {
    const file = join(folder, `${name}-pack`);
    const wait = `while [ -e '${folder}/remote-hangs' ]; do sleep 0.02; done\n`;
    writeFileSync(file, `#!/bin/sh\n${wait}exec git-${name}-pack "$@"\n`, { mode: 0o755 });
    return `\t${name}pack = ${file}\n`;
  });
  const section = `[remote "origin"]\n\turl = ${remote}\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n${programs.join('')}`;
  writeFileSync(join(project, '.git/config'), `${config}${section}`);
  const place = join(home, bystander.worktree);
  await git(project, 'worktree', 'add', '--quiet', '-b', 'bystander', place);
  writeFileSync(join(place, bystander.file), bystander.text);
};

const writeSchedule = ({ project }: World, { works, pushWhen }: Scenario): void => {
  const stage = (name: string): object => ({
    name,
    run: ['sh', join(projectFolder(), 'scripts/chaos/stage.sh'), name],
  });
  const config = {
    default_workflow: 'chaos',
    batch: { max_parallel: 8, stop_grace: '1s' },
    worktree: { min_free_disk: '1MB' },
    push: { when: pushWhen },
    retry: { initial: '50ms', max: '200ms' },
    workflows: { chaos: { stages: [stage('write'), stage('polish')] } },
  };
  const schedule = {
    version: 1,
    works: works.map(({ id, dependencies, nature, pauseMs }) => ({
      id,
      dependencies,
      params: { nature, pause: pauseMs === 0 ? '0' : String(pauseMs / 1000) },
    })),
  };
  mkdirSync(join(project, '.wf'));
  for (const [name, value] of Object.entries({ config, schedule }))
    writeFileSync(join(project, '.wf', `${name}.json`), JSON.stringify(value, null, 2));
};

/** A process with this in its environment is none of the run's. */
export const bystanderMark = 'CHAOS_BYSTANDER=1';

const startBystanders = async ({ tmux }: World, engine: Scenario['engine']): Promise<void> => {
  if (engine !== 'tmux') return;
  await tmux('new-session', '-d', '-s', bystander.session, '-e', bystanderMark, 'exec sleep 1000');
};

/** Arms the points. Programs look at them when they start. */
export const arm = ({ control }: World, points: readonly ArmedPoint[]): void =>
  writeFileSync(join(control, 'points.json'), JSON.stringify(points));
