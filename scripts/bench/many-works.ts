/** Works of one stage `true` without a worktree, beside other runners of 500 such tasks; and how the cost grows. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flat, makePlace, median, mustSucceed, timeMs } from './ground.ts';

const config = { workflows: { wf: { worktree: false, stages: [{ name: 'run', run: 'true' }] } } };

/** Milliseconds a work, start-up and end of the whole program included. */
const costOf = (count: number, engine: string): number => {
  const place = makePlace({ repository: false, config, works: flat(count) });
  const ms = timeMs(() =>
    mustSucceed(place.batch('start', '--follow', '--yes', '--engine', engine, '--parallel', '2')),
  );
  place.remove();
  return ms / count;
};

export const benchManyWorks = (rounds: number): void => {
  const count = 500;
  console.log(`${count} works of one stage true, no worktree, 2 workers, ms a work, medians of ${rounds}`);
  const repeat = (body: () => number): number => median(Array.from({ length: rounds }, body));
  const rows: readonly (readonly [string, (() => number) | null])[] = [
    ['wf0-batch, process', () => costOf(count, 'process')],
    ['wf0-batch, tmux', () => costOf(count, 'tmux')],
    ['make -j2', hasProgram('make') ? () => runMake(count) : null],
    ['parallel --joblog', hasProgram('parallel') ? () => runParallel(count) : null],
    ['snakemake', hasProgram('snakemake') ? () => runSnakemake(count) : null],
  ];
  for (const [name, body] of rows)
    console.log(`  ${name.padEnd(20)} ${body === null ? 'not there' : repeat(body).toFixed(2)}`);
};

export const benchGrowth = (): void => {
  const small = median([costOf(100, 'process'), costOf(100, 'process'), costOf(100, 'process')]);
  const large = costOf(5000, 'process');
  console.log(
    `cost a work: 100 works ${small.toFixed(2)} ms, 5,000 works ${large.toFixed(2)} ms, ${(large / small).toFixed(2)}x`,
  );
};

const hasProgram = (name: string): boolean => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;

const inFolder = (file: string, text: string, run: (folder: string) => void): number => {
  const folder = mkdtempSync(join(tmpdir(), 'wf0-bench-'));
  writeFileSync(join(folder, file), text);
  const ms = timeMs(() => run(folder));
  rmSync(folder, { recursive: true, force: true });
  return ms;
};

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `w${i}`);

const runMake = (count: number): number =>
  inFolder('Makefile', `all: ${names(count).join(' ')}\n${names(count).join(' ')}:\n\t@sh -c true\n`, (cwd) =>
    execFileSync('make', ['-j2', '-s'], { cwd, stdio: 'ignore' }),
  ) / count;

const runParallel = (count: number): number =>
  inFolder('list', names(count).join('\n'), (cwd) =>
    execFileSync('parallel', ['-j2', '--joblog', 'log', '-a', 'list', 'true'], { cwd, stdio: 'ignore' }),
  ) / count;

const runSnakemake = (count: number): number => {
  const rules = names(count).map((name) => `rule ${name}:\n    output: touch("${name}.done")\n    shell: "true"\n`);
  const text = `rule all:\n    input: ${names(count)
    .map((name) => `"${name}.done"`)
    .join(', ')}\n${rules.join('')}`;
  return (
    inFolder('Snakefile', text, (cwd) => execFileSync('snakemake', ['-j2', '--quiet'], { cwd, stdio: 'ignore' })) /
    count
  );
};
