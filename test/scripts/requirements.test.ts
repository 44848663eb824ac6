import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkRequirements } from '../../scripts/requirements/check.ts';
import type { Evidence } from '../../scripts/requirements/check.ts';
import {
  readRequirements,
  replaceRequirements,
  requirementNumbers,
  writeRequirement,
} from '../../scripts/requirements/table.ts';
import { titlesIn } from '../../scripts/requirements/titles.ts';
import type { TestResult } from '../../scripts/tests/reporter.ts';

const file = 'test/a/b.test.ts';
const title = 'a promise | kept';
const proved = `\`${file}\` › ${title.replace('|', '\\|')}`;

/** A whole table; the rows given replace theirs. */
const readmeWith = (rows: Readonly<Record<string, string>>): string =>
  requirementNumbers.map((number) => rows[number] ?? `| ${number} | something | not yet | – |`).join('\n');

const resultOf = (outcome: TestResult['outcome'], titles = [title]): TestResult => ({
  ...{ file, titles, outcome, duration_ms: 1, message: null },
});
const evidence = (...results: readonly TestResult[]): Evidence => ({ results, titlesIn: () => null });
const sources: Evidence = { results: null, titlesIn: (path) => (path === file ? [title, /^run .* works$/s] : null) };
const works = readmeWith({ R1: `| R1 | something | works | ${proved} |` });

test('a table whose named tests passed is green', () => {
  assert.deepEqual(checkRequirements(works, evidence(resultOf('passed'))), []);
});

test('a named test that did not run makes the table red', () => {
  const expected = [`R1: did not run: ${file} › ${title}`];
  assert.deepEqual(checkRequirements(works, evidence()), expected);
  assert.deepEqual(checkRequirements(works, evidence({ ...resultOf('passed'), file: 'test/other.test.ts' })), expected);
});

test('a named test that was skipped or failed makes the table red', () => {
  assert.match(checkRequirements(works, evidence(resultOf('skipped'))).join(), /^R1: was skipped/);
  assert.match(checkRequirements(works, evidence(resultOf('failed'))).join(), /^R1: failed/);
  assert.match(checkRequirements(works, evidence(resultOf('passed'), resultOf('failed'))).join(), /^R1: failed/);
});

test('a test inside describes is found by its own title and by all of them', () => {
  const results = evidence(resultOf('passed', ['outer', title]));
  assert.deepEqual(checkRequirements(works, results), []);
  assert.deepEqual(checkRequirements(works.replace('› a promise', '› outer › a promise'), results), []);
});

test('without results a named test must exist in the sources', () => {
  const named = (path: string, name: string) => readmeWith({ N2: `| N2 | x | partly | \`${path}\` › ${name} |` });
  assert.deepEqual(checkRequirements(works, sources), []);
  assert.deepEqual(checkRequirements(named(file, 'run 500 works'), sources), []);
  assert.match(checkRequirements(named(file, 'no such promise'), sources).join(), /^N2: no such title/);
  assert.match(checkRequirements(named('test/gone.test.ts', 'a promise'), sources).join(), /^N2: no such file/);
});

test('a number that is missing, there twice or unknown makes the table red', () => {
  assert.deepEqual(checkRequirements(readmeWith({ R7: '' }), evidence()), ['R7: 0 rows, not one']);
  const twice = `${readmeWith({})}\n| R7 | again | not yet | – |\n| R181 | x | not yet | – |`;
  assert.deepEqual(checkRequirements(twice, evidence()), ['R7: 2 rows, not one', 'R181: there is no such requirement']);
});

test('a state without a test, an unknown state and a test that is none make the table red', () => {
  const rows = { R1: '| R1 | x | works | – |', R2: '| R2 | x | done | – |', R3: '| R3 |  | not yet | see below |' };
  assert.deepEqual(checkRequirements(readmeWith(rows), evidence()), [
    'R1: "works" without a test',
    'R2: unknown state "done"',
    'R2: "done" without a test',
    'R3: no test, but "see below"',
    'R3: does not say what',
  ]);
});

test('a row that is written is read back the same, and replaces its own line only', () => {
  const tests = [
    { file, title },
    { file, title: 'another' },
  ];
  const requirement = { number: 'R2', what: 'a | b', state: 'works', tests, unread: [] };
  assert.deepEqual(readRequirements(writeRequirement(requirement)), [requirement]);
  const changed = replaceRequirements(readmeWith({}), [requirement]).split('\n');
  assert.equal(changed[1], writeRequirement(requirement));
  assert.equal(changed.length, requirementNumbers.length);
  assert.equal(changed[10], '| R11 | something | not yet | – |');
});

test('titles are read from a test and the helpers that it imports', () => {
  const root = mkdtempSync(join(tmpdir(), 'titles-'));
  try {
    mkdirSync(join(root, 'test'));
    const source = "import { suite } from './suite.ts';\nsuite('x');\ntest('own title', () => {});\n";
    writeFileSync(join(root, 'test/a.test.ts'), source);
    writeFileSync(join(root, 'test/suite.ts'), 'export const suite = (n: string) => test(`shared by ${n}`, () => {});');
    const titles = titlesIn(root, 'test/a.test.ts') ?? [];
    const has = (name: string) =>
      titles.some((known) => (typeof known === 'string' ? known === name : known.test(name)));
    assert.deepEqual(['own title', 'shared by all', 'missing'].map(has), [true, true, false]);
    assert.equal(titlesIn(root, 'test/gone.test.ts'), null);
  } finally {
    rmSync(root, { recursive: true });
  }
});
