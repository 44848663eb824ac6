/**
 * Balanced skeletons of whole taxonomies: plain recursion beside one, two and four threads, and eight such works with one
 * and two workers. Runs of one round follow each other, so that all meet the same load.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
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
    `trees, ${dataSet}, load ${loadavg()[0]?.toFixed(1)}, balanced, ${all[0]?.nodes.toLocaleString('en')} nodes, output ${[...sums][0]} in all ${all.length} runs, medians of ${rounds}`,
  );
  for (const how of ways) {
    const name = how === 'plain' ? 'plain recursion' : `${how} thread${how === '1' ? '' : 's'}`;
    const wall = of(how, ({ walk_ms }) => walk_ms);
    console.log(
      `  ${name.padEnd(16)} walk ${wall.toFixed(0).padStart(6)} ms, ${(of('plain', ({ walk_ms }) => walk_ms) / wall).toFixed(2)}x; ` +
        `before it ${of(how, ({ load_ms }) => load_ms).toFixed(0)} ms, after it ${of(how, afterMs).toFixed(0)} ms; ` +
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
    if (cores <= availableParallelism())
      console.log(
        `  parallel fraction of the walk (Karp and Flatt), ${threads} threads: ${parallelFraction(of('plain', walkMs) / of(threads, walkMs), cores).toFixed(2)} by the clock, ${parallelFraction(plain / bound, cores).toFixed(2)} by processor time`,
      );
    console.log(
      `  by processor time alone, ${threads} threads with ${cores} cores to themselves: ${(plain / bound).toFixed(2)}x of plain recursion, ${(100 * (1 - bound / plain)).toFixed(0)} % less time` +
        (cores > availableParallelism() ? ` (projected: this machine has ${availableParallelism()})` : ''),
    );
  }
};

const walkMs = ({ walk_ms }: TreeCost): number => walk_ms;
const afterMs = ({ total_ms, load_ms, walk_ms }: TreeCost): number => total_ms - load_ms - walk_ms;

/** What share of the work was done side by side, if `cores` made it `faster` times as fast: all of it at `cores` times. */
const parallelFraction = (faster: number, cores: number): number => 1 - (1 / faster - 1 / cores) / (1 - 1 / cores);

/** Eight works of one thread each, so that what grows is the number of workers; all the same, so that two have the same to do. */
export const benchTreeWorks = (): void => {
  const folder = mkdtempSync(join(tmpdir(), 'wf0-bench-'));
  cpSync(join(project, 'dist'), join(folder, 'dist'), { recursive: true });
  for (const name of ['node_modules', 'package.json', 'config.json'])
    symlinkSync(join(project, name), join(folder, name));
  const tasks = Array.from({ length: 8 }, (_, i) => `  - {id: w${i}}`).join('\n');
  const tree = '{module: dist/scripts/examples/skeletons/imagenet.js, root: all, threads: 1, output: "out/{id}.yaml"}';
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
  const [one, two] = [run(1), run(2)];
  console.log(
    `  8 works of one thread, each all of WordNet, load ${loadavg()[0]?.toFixed(1)}: 1 worker ${one.toFixed(0)} ms, 2 workers ${two.toFixed(0)} ms, throughput ${(one / two).toFixed(2)}x`,
  );
  rmSync(folder, { recursive: true, force: true });
};
