import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { asWorkId } from '../../src/core/work.ts';
import { completeWork } from '../../src/protocol/schedule.ts';
import { resolveReferences } from '../../src/sources/references.ts';
import { findTextReferences, splitReferences } from '../../src/sources/text-references.ts';

const found = (text: string, patterns: readonly string[] = []): readonly string[] =>
  findTextReferences(text, patterns).map(({ reference }) => reference);

test('phrases of dependency are read in all the forms that people write', () => {
  const table: readonly (readonly [string, readonly string[]])[] = [
    ['Depends on #10', ['#10']],
    ['depends on: #12', ['#12']],
    ['**Depends on:** #30', ['#30']],
    ['**Blocked by**: #12, #13 and #14', ['#12', '#13', '#14']],
    ['Blocked by #900 and #901.', ['#900', '#901']],
    ['Blocked by #599\nrest', ['#599']],
    ['- Depends on: #001 (Record Codec), #2', ['#001', '#2']],
    ['- [ ] #202: Decompose (Depends on: #201)', ['#201']],
    ['blocked by a/b#2, blocked by C/d#1 and blocked by #3', ['a/b#2', 'C/d#1', '#3']],
    ['blocked by #2, blocked by #2', ['#2']],
    ['depends on https://github.com/o/r/issues/12.', ['https://github.com/o/r/issues/12']],
    ['requires PROJ-7 and requires Python 3', ['PROJ-7']],
    ['after: 02-api', ['02-api']],
    ['Blocked by:\n- #1\n- [ ] #2 second\n\nmore #3', ['#1', '#2']],
  ];
  for (const [text, references] of table) assert.deepEqual(found(text), references, text);
});

test('what only looks like a dependency is none', () => {
  const table = [
    'thereafter #10',
    'dependson #10',
    'Unblocks #9 and enables #8',
    'after #31 and before nothing',
    'Depends on: none',
    'Depends on: n/a',
    'Depends on: #  ',
    'no longer blocked by #5',
    'not blocked by #5',
    '`depends on #4`',
    '```\ndepends on #5\n```',
    '~~~sh\n```\ndepends on #5\n~~~',
    '> depends on #6',
    '<!-- depends on #7 -->',
    '~~Depends on #8~~',
    '    depends on #9',
    'Prerequisite for #30',
  ];
  for (const text of table) assert.deepEqual(found(text), [], text);
});

test('configured patterns are added: group 1, or the whole match', () => {
  assert.deepEqual(found('needs: a-1, b-2; wants c-3', ['^needs: ([^;]+)', 'c-\\d']), ['a-1', 'b-2', 'c-3']);
});

test('a list is split at commas and words, without what is in brackets', () => {
  assert.deepEqual(splitReferences('03, `05` (partly) and [seven](docs/07-x.md); none'), ['03', '05', 'docs/07-x.md']);
  assert.deepEqual(splitReferences('None'), []);
});

const works = (...given: readonly (readonly [string, readonly string[], string?])[]) =>
  given.map(([id, dependencies, body]) =>
    completeWork({ id: asWorkId(id), dependencies: dependencies.map(asWorkId), body: body ?? '' }),
  );
const resolve = (list: ReturnType<typeof works>, aliases: Readonly<Record<string, readonly string[]>> = {}) =>
  resolveReferences({ works: list, aliases: new Map(Object.entries(aliases)), done: [], patterns: [] });

test('a number, a key or an id all resolve to the work, in any case and with a generic prefix', () => {
  const list = works(
    ['BACK-100.1', []],
    ['FEAT-12-login', []],
    ['x', ['task-100.1', 'feat-12', '#12', '12', 'back-100.1']],
  );
  const { works: resolved, warnings } = resolve(list, { 'FEAT-12-login': ['#12', '12'] });
  assert.deepEqual(resolved[2]?.dependencies, ['BACK-100.1', 'FEAT-12-login']);
  assert.deepEqual(warnings, []);
});

test("another project's key and another repository's issue are not ours", () => {
  const list = works(['PROJ-7', []], ['x', ['OTHER-7', 'other/repo#7']]);
  assert.deepEqual(resolve(list, { 'PROJ-7': ['#7'] }).works[1]?.dependencies, ['OTHER-7', 'other/repo#7']);
});

test('1.1, 1.10 and 01 are three references', () => {
  assert.deepEqual(resolve(works(['1.1', []], ['1.10', []], ['x', ['1.10']])).works[2]?.dependencies, ['1.10']);
  assert.deepEqual(resolve(works(['1.1', []], ['x', ['1.10']])).works[1]?.dependencies, ['1.10']);
});

test('an issue that names itself in its text does not wait for itself', () => {
  assert.deepEqual(resolve(works(['a', [], 'Depends on #60']), { a: ['#60'] }).works[0]?.dependencies, []);
});

test('a certain reference in a text stays where nothing has that name, a bare word does not', () => {
  const list = works(['PROJ-1', [], 'Depends on #99. Depends on magic. Requires PROJ-9. Requires UTF-8.']);
  assert.deepEqual(resolve(list).works[0]?.dependencies, ['#99', 'PROJ-9']);
});

test('texts made to be slow are read in time', () => {
  const evil = [
    'depends on ' + '#1, '.repeat(60_000),
    'depends on '.repeat(20_000),
    '`'.repeat(200_000),
    '~~'.repeat(100_000),
    '<!--'.repeat(50_000),
    'depends on ('.repeat(20_000),
    '`a'.repeat(100_000),
    '``a`'.repeat(60_000),
    '['.repeat(100_000) + ']('.repeat(50_000),
  ];
  for (const text of evil) {
    const begun = process.cpuUsage();
    findTextReferences(text);
    const { user } = process.cpuUsage(begun);
    assert.ok(user < 3_000_000, `${text.slice(0, 20)}: ${user} µs of processor time`);
  }
});

test('no text makes the reader of references throw', () => {
  let references = 0;
  const word = fc.constantFrom(
    'depends on ',
    'Blocked by:',
    '#1',
    '#22, ',
    'and ',
    '\n',
    '- ',
    '`',
    '```\n',
    '> ',
    '(',
    ')',
    '**',
    'PROJ-7',
    'o/r#3',
    '~~',
    ' ',
  );
  fc.assert(
    fc.property(
      fc.array(fc.oneof({ weight: 9, arbitrary: word }, { weight: 1, arbitrary: fc.string() }), { maxLength: 40 }),
      (words) => {
        references += findTextReferences(words.join('')).length;
      },
    ),
    { numRuns: 2000 },
  );
  console.log(`texts: 2000, references found: ${references}`);
});
