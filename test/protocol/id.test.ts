import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { asWorkId } from '../../src/core/work.ts';
import { branchOf, distinctIds, folderOf, isWorkId, makeId, parseWorkId } from '../../src/protocol/id.ts';

test('an id is text from the first byte to the last', () => {
  for (const id of [
    '001',
    '1.10',
    '08',
    'a',
    'FEAT-123-add-auth',
    'BACK-100.1',
    'a_b',
    'x'.repeat(80),
    'lock',
    'a.lockx',
  ]) {
    assert.deepEqual(parseWorkId(id), { ok: true, value: id });
  }
});

test('what is no id is refused with the part of the rule that it breaks', () => {
  const table: readonly (readonly [string, RegExp])[] = [
    ['', /at least one character/],
    ['x'.repeat(81), /at most 80 characters, this one has 81/],
    ['-a', /begins with a letter or a digit/],
    ['.a', /begins with a letter or a digit/],
    ['../a', /begins with a letter or a digit/],
    ['a/b', /not "\/"/],
    ['a b', /not " "/],
    ['a\n', /not "\\n"/],
    ['ünï', /begins with a letter/],
    ['aü', /not "ü"/],
    ['a😀', /not "😀"/],
    ['a..b', /no "\.\."/],
    ['a.', /does not end in/],
    ['a.lock', /does not end in/],
    ['a.LOCK', /does not end in/],
    ['__proto__', /begins with a letter/],
  ];
  for (const [text, why] of table) {
    const parsed = parseWorkId(text);
    assert.equal(parsed.ok, false, text);
    assert.match(parsed.ok ? '' : parsed.why, why);
  }
});

test('an id made from a text is valid, short and the same each time', () => {
  const table: readonly (readonly [string, string])[] = [
    ['back-100.2 - Create HTTP', 'back-100.2-Create-HTTP'],
    ['Ünïcode title', 'Unicode-title'],
    ['01-schema', '01-schema'],
    ['1.10', '1.10'],
    ['Größe ændern', 'Grosse-aendern'],
    ['日本語', 'work'],
    ['', 'work'],
    ['...', 'work'],
    ['a.lock', 'a'],
    ['a.lock.lock.', 'a'],
    ['../../etc/passwd', 'etc-passwd'],
    ['a -- b', 'a-b'],
  ];
  for (const [text, id] of table) assert.equal(makeId(text), id);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      assert.ok(isWorkId(makeId(text)), makeId(text));
      assert.equal(makeId(text), makeId(text));
    }),
    { numRuns: 2000 },
  );
});

test('ids become distinct ignoring case, and one that nobody shares stays', () => {
  assert.deepEqual(distinctIds(['a', 'A', 'b', 'a', 'a-2'].map(asWorkId)), ['a', 'A-3', 'b', 'a-4', 'a-2']);
  const letters = fc.array(fc.constantFrom('a', 'A', 'a-2', 'A-2', 'b', `${'x'.repeat(80)}`, `${'X'.repeat(80)}`), {
    maxLength: 30,
  });
  fc.assert(
    fc.property(letters, (names) => {
      const ids = distinctIds(names.map(asWorkId));
      assert.equal(new Set(ids.map((id) => id.toLowerCase())).size, names.length);
      assert.ok(ids.every(isWorkId));
      assert.deepEqual(ids, distinctIds(names.map(asWorkId)));
    }),
  );
});

test('a branch comes from the prefix map, and from wf/ for all other ids', () => {
  const prefixes = { FEAT: 'feat', FIX: 'bugfix' };
  const local = (id: string) => ({ id: asWorkId(id), source: { type: 'local' as const, ref: id } });
  assert.equal(branchOf(local('FEAT-123-add-Auth'), prefixes), 'feat/123-add-auth');
  assert.equal(branchOf(local('FIX-7'), prefixes), 'bugfix/7');
  assert.equal(branchOf(local('RFC-7'), prefixes), 'wf/RFC-7');
  assert.equal(branchOf(local('02-Api'), prefixes), 'wf/02-Api');
  assert.equal(branchOf(local('feat-1-x'), prefixes), 'wf/feat-1-x');
  assert.equal(branchOf(local('FEAT-login'), prefixes), 'wf/FEAT-login');
  const file = {
    ...local('FEAT-123-add-auth'),
    source: { type: 'markdown' as const, ref: 'tasks/FEAT-123-add-auth.md' },
  };
  assert.equal(branchOf(file, prefixes), 'wf/FEAT-123-add-auth', 'a task file');
  assert.equal(branchOf(local('constructor-1'), prefixes), 'wf/constructor-1');
  const issue = { id: asWorkId('FEAT-PROJ_X-7-Add-auth'), source: { type: 'jira' as const, ref: 'PROJ_X-7' } };
  assert.equal(branchOf(issue, prefixes), 'feat/PROJ_X-7-add-auth', 'an issue of Jira');
  assert.equal(folderOf('FEAT-123-add-Auth'), 'feat-123-add-auth');
});
