/** Holds the table of requirements against the tests that it names. Pure: texts and results in, complaints out. */
import type { TestResult } from '../tests/reporter.ts';
import { readRequirements, requirementNumbers } from './table.ts';
import type { NamedTest, Requirement } from './table.ts';

/** What the table is held against. */
export interface Evidence {
  /** Of the last whole run; null: none, then the titles are looked for in the sources. */
  readonly results: readonly TestResult[] | null;
  /** The titles that a test's source can give, as literal texts or patterns; null: no such file. */
  titlesIn(file: string): readonly (string | RegExp)[] | null;
}

/** What is wrong with the table, one line each. */
export const checkRequirements = (readme: string, evidence: Evidence): readonly string[] => {
  const rows = readRequirements(readme);
  return [...numbering(rows), ...rows.flatMap((row) => [...wording(row), ...row.tests.flatMap(prove(row, evidence))])];
};

const numbering = (rows: readonly Requirement[]): readonly string[] => {
  const times = new Map<string, number>(requirementNumbers.map((number) => [number, 0]));
  for (const { number } of rows) times.set(number, (times.get(number) ?? 0) + 1);
  const known = new Set(requirementNumbers);
  return [...times].flatMap(([number, count]) => {
    if (!known.has(number)) return [`${number}: there is no such requirement`];
    return count === 1 ? [] : [`${number}: ${count} rows, not one`];
  });
};

const wording = ({ number, what, state, tests, unread }: Requirement): readonly string[] => {
  const complaints = unread.map((entry) => `${number}: no test, but "${entry}"`);
  if (what === '') complaints.push(`${number}: does not say what`);
  if (!['works', 'partly', 'not yet'].includes(state)) complaints.push(`${number}: unknown state "${state}"`);
  if (state !== 'not yet' && tests.length === 0) complaints.push(`${number}: "${state}" without a test`);
  return complaints;
};

const prove =
  ({ number }: Requirement, { results, titlesIn }: Evidence) =>
  (test: NamedTest): readonly string[] => {
    const name = `${test.file} › ${test.title}`;
    const complaint = results ? inResults(test, results) : inSources(test, titlesIn(test.file));
    return complaint === null ? [] : [`${number}: ${complaint}: ${name}`];
  };

const inResults = ({ file, title }: NamedTest, results: readonly TestResult[]): string | null => {
  const found = results.filter((result) => result.file === file && isTitled(result, title));
  if (found.length === 0) return 'did not run';
  if (found.some(({ outcome }) => outcome === 'failed')) return 'failed';
  return found.every(({ outcome }) => outcome === 'passed') ? null : 'was skipped';
};

const isTitled = ({ titles }: TestResult, title: string): boolean =>
  titles.at(-1) === title || titles.join(' › ') === title;

const inSources = ({ title }: NamedTest, titles: readonly (string | RegExp)[] | null): string | null => {
  if (titles === null) return 'no such file';
  const isThere = (part: string) =>
    titles.some((known) => (typeof known === 'string' ? known === part : known.test(part)));
  return isThere(title) || title.split(' › ').every(isThere) ? null : 'no such title';
};
