/** Other runners of `count` tasks `true`, two at a time, each in a folder of its own. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { timeMs } from './ground.ts';

export interface Runner {
  readonly name: string;
  /** Milliseconds a task, start and end of the whole program included. */
  run(count: number): number;
}

/** Those that are there; wireit and Nx are fetched by npm into `folder` if they can be. */
export const findRunners = (folder: string): readonly (Runner | string)[] => [
  orName('make -j2', hasProgram('make'), runMake),
  orName('parallel --joblog', hasProgram('parallel'), runParallel),
  orName('wireit', canFetch(folder, 'wireit'), (count) => runWireit(count, join(folder, 'wireit'))),
  orName('nx', canFetch(folder, 'nx'), (count) => runNx(count, join(folder, 'nx'))),
  orName('snakemake', hasProgram('snakemake'), runSnakemake),
];

const orName = (name: string, isThere: boolean, run: Runner['run']): Runner | string =>
  isThere ? { name, run } : name;

const hasProgram = (name: string): boolean => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;

const canFetch = (folder: string, name: string): boolean =>
  spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', join(folder, name), name]).status ===
  0;

type Files = Readonly<Record<string, string>>;

const timeIn = (files: Files, count: number, run: (cwd: string) => void): number => {
  const folder = mkdtempSync(join(tmpdir(), 'wf0-bench-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const ms = timeMs(() => run(folder));
  rmSync(folder, { recursive: true, force: true });
  return ms / count;
};

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `w${i}`);

const quiet = { stdio: 'ignore' } as const;

const runMake = (count: number): number => {
  const all = names(count).join(' ');
  return timeIn({ Makefile: `all: ${all}\n${all}:\n\t@sh -c true\n` }, count, (cwd) =>
    execFileSync('make', ['-j2', '-s'], { cwd, ...quiet }),
  );
};

const runParallel = (count: number): number =>
  timeIn({ list: names(count).join('\n') }, count, (cwd) =>
    execFileSync('parallel', ['-j2', '--joblog', 'log', '-a', 'list', 'true'], { cwd, ...quiet }),
  );

const runSnakemake = (count: number): number => {
  const rules = names(count).map((name) => `rule ${name}:\n    output: touch("${name}.done")\n    shell: "true"\n`);
  const wanted = names(count).map((name) => `"${name}.done"`);
  const text = `rule all:\n    input: ${wanted.join(', ')}\n${rules.join('')}`;
  return timeIn({ Snakefile: text }, count, (cwd) => execFileSync('snakemake', ['-j2', '--quiet'], { cwd, ...quiet }));
};

const runWireit = (count: number, packages: string): number => {
  const tasks = Object.fromEntries(names(count).map((name) => [name, { command: 'true' }]));
  const wireit = { ...tasks, all: { dependencies: names(count) } };
  const scripts = Object.fromEntries([...names(count), 'all'].map((name) => [name, 'wireit']));
  const files = { 'package.json': JSON.stringify({ name: 'bench', scripts, wireit }) };
  return timeIn(files, count, (cwd) => {
    symlinkSync(join(packages, 'node_modules'), join(cwd, 'node_modules'));
    execFileSync('npm', ['run', '-s', 'all'], { cwd, env: { ...process.env, WIREIT_PARALLEL: '2' }, ...quiet });
  });
};

const runNx = (count: number, packages: string): number => {
  const project = (name: string): string =>
    JSON.stringify({ name, targets: { run: { executor: 'nx:run-commands', options: { command: 'true' } } } });
  const projects = Object.fromEntries(names(count).map((name) => [`${name}/project.json`, project(name)]));
  const files = { 'package.json': '{"name":"bench"}', 'nx.json': '{"analytics":false}', ...projects };
  const env = { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true', CI: 'true' };
  return timeIn(files, count, (cwd) => {
    symlinkSync(join(packages, 'node_modules'), join(cwd, 'node_modules'));
    const args = [join(packages, 'node_modules/.bin/nx'), 'run-many', '-t', 'run', '--parallel=2', '--skip-nx-cache'];
    execFileSync(process.execPath, args, { cwd, env, ...quiet });
  });
};
