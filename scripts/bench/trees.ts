/**
 * Balanced skeletons of whole taxonomies: plain recursion beside one, two and four threads, and eight such works with one
 * and two workers. Runs of one round follow each other, so that all meet the same load.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, mustSucceed, project, timeMs } from './ground.ts';
import type { TreeCost } from './tree-run.ts';

const ways = ['plain', '1', '2', '4'];

export const benchTrees = (rounds: number): void => {
  for (const dataSet of ['tencent', 'imagenet']) {
    if (dataSet === 'tencent' && (process.env['TENCENT_HIERARCHY'] ?? '') === '')
      console.log('trees, tencent: not measured, TENCENT_HIERARCHY is unset');
    else benchDataSet(dataSet, dataSet === 'tencent' ? rounds : Math.min(rounds, 3));
  }
  benchWorks();
};

const walk = (dataSet: string, how: string): TreeCost =>
  JSON.parse(
    execFileSync(process.execPath, [join(project, 'dist/scripts/bench/tree-run.js'), dataSet, how], {
      encoding: 'utf8',
    }),
  ) as TreeCost;

const benchDataSet = (dataSet: string, rounds: number): void => {
  const costs = new Map<string, TreeCost[]>(ways.map((how) => [how, []]));
  for (let round = 0; round < rounds; round++) for (const how of ways) costs.get(how)?.push(walk(dataSet, how));
  const of = (how: string, what: (cost: TreeCost) => number): number => median((costs.get(how) ?? []).map(what));
  const all = [...costs.values()].flat();
  const sums = new Set(all.map(({ sum }) => sum));
  if (sums.size !== 1) throw new Error(`the outputs differ: ${[...sums].join(', ')}`);
  console.log(
    `trees, ${dataSet}, balanced, ${all[0]?.nodes.toLocaleString('en')} nodes, output ${[...sums][0]} in all ${all.length} runs, medians of ${rounds}`,
  );
  for (const how of ways) {
    const name = how === 'plain' ? 'plain recursion' : `${how} thread${how === '1' ? '' : 's'}`;
    const wall = of(how, ({ walk_ms }) => walk_ms);
    console.log(
      `  ${name.padEnd(16)} walk ${wall.toFixed(0).padStart(6)} ms, ${(of('plain', ({ walk_ms }) => walk_ms) / wall).toFixed(2)}x; ` +
        `whole ${of(how, ({ total_ms }) => total_ms)
          .toFixed(0)
          .padStart(6)} ms; ` +
        `processor ${of(how, ({ processor_ms }) => processor_ms)
          .toFixed(0)
          .padStart(6)} ms, busiest thread ${of(how, ({ busiest_ms }) => busiest_ms)
          .toFixed(0)
          .padStart(6)} ms; ` +
        `peak ${of(how, ({ peak_mb }) => peak_mb).toFixed(0)} MB, ${(of(how, ({ peak_mb }) => peak_mb) / of('1', ({ peak_mb }) => peak_mb)).toFixed(2)}x of one thread`,
    );
  }
  for (const [threads, cores] of [
    ['2', 2],
    ['4', 4],
  ] as const) {
    const bound = Math.max(
      of(threads, ({ busiest_ms }) => busiest_ms),
      of(threads, ({ processor_ms }) => processor_ms) / cores,
    );
    const plain = of('plain', ({ busiest_ms }) => busiest_ms);
    console.log(
      `  by processor time alone, ${threads} threads with ${cores} cores to themselves: ${(plain / bound).toFixed(2)}x of plain recursion, ${(100 * (1 - bound / plain)).toFixed(0)} % less time` +
        (cores > availableParallelism() ? ` (projected: this machine has ${availableParallelism()})` : ''),
    );
  }
};

/** Eight works of one thread each, so that what grows is the number of workers. */
const benchWorks = (): void => {
  const folder = mkdtempSync(join(tmpdir(), 'wf0-bench-'));
  cpSync(join(project, 'dist'), join(folder, 'dist'), { recursive: true });
  for (const name of ['node_modules', 'package.json', 'config.json'])
    symlinkSync(join(project, name), join(folder, name));
  const roots = [
    'n00015388',
    'n00017222',
    'n00007846',
    'n03575240',
    'n00021265',
    'n00029378',
    'n00015388',
    'n00017222',
  ];
  const tasks = roots.map((root, i) => `  - {id: w${i}, root: ${root}}`).join('\n');
  const tree =
    '{module: dist/scripts/examples/skeletons/imagenet.js, root: "{root}", threads: 1, output: "out/{id}.yaml"}';
  writeFileSync(join(folder, 'tasks.yaml'), `tree: ${tree}\ndefaults: {preset: balanced}\ntasks:\n${tasks}\n`);
  const env: NodeJS.ProcessEnv = { ...process.env, HOME: folder, TMUX: undefined };
  const run = (workers: number): number => {
    rmSync(join(folder, '.wf'), { recursive: true, force: true });
    return timeMs(() =>
      mustSucceed(
        spawnSync(
          process.execPath,
          [
            join(folder, 'dist/run/bin/wf0-batch.js'),
            ...['run', 'tasks.yaml', '--yes', '--engine', 'process', '--workers', String(workers)],
          ],
          { cwd: folder, env, encoding: 'utf8' },
        ),
      ),
    );
  };
  const times = [1, 2, 3].map(() => ({ one: run(1), two: run(2) }));
  const [one, two] = [median(times.map((time) => time.one)), median(times.map((time) => time.two))];
  console.log(
    `  8 works of one thread: 1 worker ${one.toFixed(0)} ms, 2 workers ${two.toFixed(0)} ms, throughput ${(one / two).toFixed(2)}x`,
  );
  rmSync(folder, { recursive: true, force: true });
};
