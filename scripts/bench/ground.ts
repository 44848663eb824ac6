/** What every measurement needs: temporary repositories, the built program, and numbers of runs. */
import { execFileSync, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The checkout that is measured. */
export const project = join(import.meta.dirname, '..', '..', '..');
/** What a person starts as `wf0-batch`. */
export const programFile = join(project, 'dist', 'run', 'bin', 'wf0-batch.js');

export interface Place {
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Runs `wf0-batch` in the repository and waits; its output is kept. */
  batch(...args: readonly string[]): SpawnSyncReturns<string>;
  remove(): void;
}

export interface PlaceOptions {
  /** A bare remote and a first commit; without it no repository at all. */
  readonly repository: boolean;
  readonly config: unknown;
  readonly works: readonly BenchWork[];
}

export interface BenchWork {
  readonly id: string;
  readonly dependencies?: readonly string[];
}

/** A folder with a schedule, in or outside a repository, with its own HOME and tmux socket. */
export const makePlace = ({ repository, config, works }: PlaceOptions): Place => {
  const place = mkdtempSync(join(tmpdir(), 'wf0-bench-'));
  const root = join(place, 'repository');
  mkdirSync(join(place, 'tmux'), { mode: 0o700 });
  mkdirSync(root);
  const env: Record<string, string | undefined> = {
    ...process.env,
    HOME: place,
    TMUX_TMPDIR: join(place, 'tmux'),
    TMUX: undefined,
    GIT_CONFIG_GLOBAL: '/dev/null',
  };
  if (repository) makeRepository(place, root);
  mkdirSync(join(root, '.wf'));
  writeFileSync(join(root, '.wf', 'config.json'), JSON.stringify(config));
  writeFileSync(join(root, '.wf', 'schedule.json'), JSON.stringify(makeSchedule(works)));
  return {
    root,
    env,
    batch: (...args) =>
      spawnSync(process.execPath, [programFile, ...args], {
        cwd: root,
        env,
        encoding: 'utf8',
        maxBuffer: 1 << 28,
      }),
    remove: () => {
      spawnSync('tmux', ['kill-server'], { env });
      rmSync(place, { recursive: true, force: true });
    },
  };
};

const makeRepository = (place: string, root: string): void => {
  const git = (...args: readonly string[]): unknown => execFileSync('git', args, { cwd: root, stdio: 'ignore' });
  execFileSync('git', ['init', '-q', '--bare', join(place, 'origin.git')]);
  git('init', '-q', '-b', 'main');
  git('config', 'user.name', 'bench');
  git('config', 'user.email', 'bench@example.invalid');
  for (let i = 0; i < 50; i++) writeFileSync(join(root, `file-${i}.txt`), `line ${i}\n`.repeat(20));
  git('add', '.');
  git('commit', '-q', '-m', 'Begin');
  git('remote', 'add', 'origin', join(place, 'origin.git'));
  git('push', '-q', 'origin', 'main');
};

const makeSchedule = (works: readonly BenchWork[]): unknown => ({
  version: 1,
  created_at: '2026-01-01T00:00:00.000Z',
  sources: [],
  groups: { order: [], pinned: [] },
  works: works.map(({ id, dependencies = [] }) => ({
    id,
    title: id,
    body: '',
    source: { type: 'local', ref: id },
    dependencies,
  })),
});

/** `count` independent works. */
export const flat = (count: number): readonly BenchWork[] => Array.from({ length: count }, (_, i) => ({ id: `w${i}` }));

/** `count` works, each behind the one before. */
export const chain = (count: number): readonly BenchWork[] =>
  Array.from({ length: count }, (_, i) => ({ id: `w${i}`, dependencies: i === 0 ? [] : [`w${i - 1}`] }));

export const median = (values: readonly number[]): number => quantile(values, 0.5);

export const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? NaN;

/** Milliseconds that a call takes. */
export const timeMs = (body: () => void): number => {
  const start = performance.now();
  body();
  return performance.now() - start;
};

/** Throws if a run did not do what is measured: a fast failure is no speed. */
export const mustSucceed = <T extends SpawnSyncReturns<string>>(run: T): T => {
  if (run.status !== 0) throw new Error(`exit ${run.status}: ${run.stderr}\n${run.stdout}`);
  return run;
};
