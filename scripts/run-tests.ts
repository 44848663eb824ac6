/**
 * Runs the compiled tests: `run-tests [--long] [part of a file's path]…`. Each run has its own home, temporary
 * folder and tmux sockets; one that leaves a process or a file behind fails. Results go to
 * `dist/test-results.jsonl`, those of a run of some files to `dist/test-results.partial.jsonl`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from './layers/load.ts';
import { endLeaked, findLeaks } from './tests/leaks.ts';
import type { Leaks } from './tests/leaks.ts';
import { partialResultsFile, readResults, resultsFile, summary, totalsOf } from './tests/results.ts';
import { makeSurroundings, removeSurroundings } from './tests/surroundings.ts';
import type { Surroundings } from './tests/surroundings.ts';

const concurrency = 3;
/** Of one file; the long slices count in thousands. */
const limitMs = { default: 300_000, long: 3_600_000 };

const root = projectFolder();

/** Tests by their sources, so that what an earlier build left in `dist` does not run. */
const compiledTests = (filters: readonly string[]): readonly string[] =>
  readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts'))
    .map((path) => `test/${path}`)
    .filter((path) => filters.length === 0 || filters.some((filter) => path.includes(filter)))
    .sort()
    .map((path) => join(root, 'dist', path.replace(/\.ts$/, '.js')));

interface Run {
  readonly files: readonly string[];
  readonly results: string;
  readonly isLong: boolean;
  readonly surroundings: Surroundings;
}

const runNode = async ({ files, results, isLong, surroundings }: Run): Promise<number> => {
  const reporter = join(root, 'dist/scripts/tests/reporter.js');
  const child = spawn(
    process.execPath,
    [
      ...['--test', `--test-concurrency=${concurrency}`, `--test-timeout=${isLong ? limitMs.long : limitMs.default}`],
      ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
      ...[`--test-reporter=${reporter}`, `--test-reporter-destination=${join(root, results)}`],
      ...files,
    ],
    { cwd: root, env: surroundings.env, stdio: ['ignore', 'inherit', 'inherit'] },
  );
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
};

const describeLeaks = ({ processes, files }: Leaks): readonly string[] => [
  ...processes.map(({ pid, command }) => `leaked process ${pid}: ${command}`),
  ...files.map((name) => `leaked in the temporary folder: ${name}`),
];

const main = async (args: readonly string[]): Promise<number> => {
  const isLong = args.includes('--long');
  const filters = args.filter((arg) => !arg.startsWith('--'));
  const results = filters.length > 0 ? partialResultsFile : resultsFile;
  // First of all: the results of an earlier run must not speak for this one.
  rmSync(join(root, results), { force: true });
  const files = compiledTests(filters);
  const missing = files.filter((file) => !existsSync(file));
  if (files.length === 0 || missing.length > 0) {
    console.error(files.length === 0 ? 'no test has such a path' : `not compiled: ${missing.join(', ')}`);
    return 1;
  }
  const surroundings = makeSurroundings(isLong);
  const code = await runNode({ files, results, isLong, surroundings });
  const leaks = await findLeaks(surroundings);
  endLeaked(leaks);
  removeSurroundings(surroundings);
  const said = describeLeaks(leaks);
  for (const line of said) console.log(line);
  const totals = totalsOf(readResults(root, results) ?? []);
  console.log(summary(totals));
  return code !== 0 || said.length > 0 || totals.failed > 0 ? 1 : 0;
};

process.exitCode = await main(process.argv.slice(2));
