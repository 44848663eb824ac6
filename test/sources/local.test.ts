import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readLocal } from '../../src/sources/local/read-local.ts';

test('each id of the list is a work, titled by its id', () => {
  const { works } = readLocal('FEAT-1, 001 ,');
  assert.deepEqual(
    works.map(({ id, title, source }) => [id, title, source]),
    [
      ['FEAT-1', 'FEAT-1', { type: 'local', ref: 'FEAT-1' }],
      ['001', '001', { type: 'local', ref: '001' }],
    ],
  );
});

test('what is no list of ids is wrong usage', () => {
  const table: readonly (readonly [string, string])[] = [
    ['', 'no id is given'],
    ['a,../b', '"../b" is no id: an id begins with a letter or a digit (A–Z, a–z, 0–9)'],
    ['a,A', 'the id A is given twice (ids are compared ignoring case)'],
  ];
  for (const [list, what] of table)
    assert.throws(() => readLocal(list), { name: 'Problem', what, where: `local=${list}`, code: 'usage' });
});
