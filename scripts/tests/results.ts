/** The file of test results: its head, its lines, its sums. */
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { TestResult } from './reporter.ts';

/** A whole run's results, and a run of some files only. Below the project's folder. */
export const resultsFile = 'dist/test-results.jsonl';
export const partialResultsFile = 'dist/test-results.partial.jsonl';

export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The source file of a compiled test, below the project's folder: `test/core/graph.test.ts`. */
export const sourceOf = (root: string, compiled: string): string =>
  relative(root, compiled)
    .replace(/^dist\//, '')
    .replace(/\.js$/, '.ts');

/** All results in a file, with the files of the tests as sources; null if there is no file. */
export const readResults = (root: string, file: string): readonly TestResult[] | null => {
  const path = join(root, file);
  if (!existsSync(path)) return null;
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  return lines
    .map((line) => JSON.parse(line) as TestResult)
    .map((result) => ({ ...result, file: result.file === null ? null : sourceOf(root, result.file) }));
};

export const totalsOf = (results: readonly TestResult[]): Totals => {
  const count = (outcome: TestResult['outcome']) => results.filter((result) => result.outcome === outcome).length;
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
};

/** The line that closes every run of tests. */
export const summary = ({ passed, failed, skipped }: Totals): string =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`;
