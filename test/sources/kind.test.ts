import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { branchOf, isWorkId } from '../../src/protocol/id.ts';
import { issueId, prefixOf } from '../../src/sources/kind.ts';
import { priorityOfLabels } from '../../src/sources/priority.ts';

const prefixes = { FEAT: 'feat', FIX: 'fix', REFACTOR: 'refactor', CHORE: 'chore', RFC: 'rfc', DOCS: 'documentation' };
const prefix = (title: string, labels: readonly string[] = [], type: string | null = null): string =>
  prefixOf({ title, labels, type }, prefixes);

test('the kind of an issue comes from its labels, else its type, else its title, else it is a feature', () => {
  assert.equal(prefix('Fix it', ['enhancement']), 'FEAT');
  assert.equal(prefix('Anything', ['ready', 'kind/bug']), 'FIX');
  assert.equal(prefix('Anything', ['type: Tech Debt']), 'REFACTOR');
  assert.equal(prefix('Anything', ['documentation']), 'DOCS');
  assert.equal(prefix('Anything', [], 'Bug'), 'FIX');
  assert.equal(prefix('fix(core)!: the leak'), 'FIX');
  assert.equal(prefix('[RFC] A plan'), 'RFC');
  assert.equal(prefix('Refactor the parser'), 'REFACTOR');
  assert.equal(prefix('Build the API'), 'FEAT');
  assert.equal(prefix('Fixture for tests'), 'FEAT');
  assert.equal(prefixOf({ title: 'x', labels: ['bug'], type: null }, { FEAT: 'feat' }), 'FEAT');
});

test('an issue 123 "Add auth!" is FEAT-123-add-auth on feat/123-add-auth', () => {
  const id = issueId('FEAT', '123', 'Add auth!', prefixes);
  assert.equal(id, 'FEAT-123-add-auth');
  assert.equal(branchOf({ id, source: { type: 'github', ref: '123' } }, prefixes), 'feat/123-add-auth');
  assert.equal(issueId('FIX', '5', 'fix(core): The leak', prefixes), 'FIX-5-the-leak');
  assert.equal(issueId('FEAT', '5', 'API: the leak', prefixes), 'FEAT-5-api-the-leak');
  assert.equal(issueId('FEAT', '7', '認証を追加', prefixes), 'FEAT-7');
  assert.equal(issueId('FEAT', '8', 'v1.2.lock', prefixes), 'FEAT-8-v1-2');
});

/** Of all characters there are; the library's own takes seconds to begin. */
const anyText = fc
  .array(fc.integer({ min: 0, max: 0x10ffff }), { maxLength: 300 })
  .map((points) => String.fromCodePoint(...points));

test('any title gives an id, and the same one each time', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 1e9 }), (title, number) => {
      const id = issueId('FEAT', String(number), title, prefixes);
      assert.ok(isWorkId(id), id);
      assert.ok(id.startsWith(`FEAT-${number}`), id);
      assert.equal(id, issueId('FEAT', String(number), title, prefixes));
    }),
    { numRuns: 500 },
  );
});

test('labels give a priority in the forms that people use; the most urgent counts', () => {
  const table: readonly (readonly [readonly string[], number | null])[] = [
    [['P0'], 1],
    [['p2', 'bug'], 2],
    [['priority:high'], 2],
    [['Priority: Low', 'prio/1'], 1],
    [['priority-critical'], 1],
    [['urgent'], 1],
    [['high-five', 'p2p', 'major release'], null],
    [[], null],
  ];
  for (const [labels, expected] of table) assert.equal(priorityOfLabels(labels), expected, labels.join());
});
