import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseStageResult } from '../../src/protocol/stage-result.ts';

test('a result file says what its members say, and unknown or null ones are let go', () => {
  assert.deepEqual(parseStageResult('{"outcome":"goto","to":"wf3-plan","message":null,"quality":0.5,"extra":1}'), {
    kind: 'read',
    value: { outcome: 'goto', to: 'wf3-plan', quality: 0.5 },
  });
  assert.deepEqual(parseStageResult('\uFEFF{"outcome":"next"}\n'), { kind: 'read', value: { outcome: 'next' } });
});

test('no file and an empty file are no result', () => {
  for (const text of [null, '', ' \n']) assert.deepEqual(parseStageResult(text), { kind: 'none' });
});

test('what cannot be read says why in one sentence', () => {
  const table: readonly (readonly [string, string])[] = [
    ['{', 'it is no JSON'],
    ['[]', 'it is no JSON object'],
    ['null', 'it is no JSON object'],
    ['{}', '`outcome`: one of next, repeat, goto, complete, fail, blocked is expected, but it is missing'],
    ['{"outcome":"Next"}', '`outcome`: one of next, repeat, goto, complete, fail, blocked is expected, not "Next"'],
    ['{"outcome":"goto"}', '`goto` needs `to`, the name of a stage'],
    ['{"outcome":"next","quality":1.1}', '`quality`: a number from 0 to 1 is expected, not 1.1'],
    ['{"outcome":"next","tokens":-1}', '`tokens`: a number from 0 is expected, not -1'],
    ['{"outcome":"fail","message":["a"]}', '`message`: text is expected, not a list'],
    [`{"outcome":"next","message":"${'x'.repeat(65_536)}"}`, 'it is longer than 64 KiB'],
    [`${' '.repeat(65_537)}{"outcome":"fail"}`, 'it is longer than 64 KiB'],
    [' '.repeat(65_537), 'it is longer than 64 KiB'],
  ];
  for (const [text, why] of table) assert.deepEqual(parseStageResult(text), { kind: 'bad', message: why });
});

test('no text makes the reader throw', () => {
  const mostly = <T>(good: fc.Arbitrary<T>) =>
    fc.oneof({ weight: 9, arbitrary: good }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) });
  const member = fc.record(
    {
      outcome: mostly(fc.constantFrom('next', 'repeat', 'goto', 'fail', 'blocked')),
      to: mostly(fc.string()),
      quality: mostly(fc.constantFrom(0, 0.5, 1)),
      tokens: mostly(fc.nat()),
    },
    { requiredKeys: ['outcome'] },
  );
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    member.map((value) => JSON.stringify(value)),
    member.map((value) => JSON.stringify(value).slice(0, -1)),
  );
  const kinds = new Map<string, number>();
  fc.assert(
    fc.property(text, (value) => {
      const { kind } = parseStageResult(value);
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }),
    { numRuns: 2000 },
  );
  console.log(`result files: ${JSON.stringify(Object.fromEntries(kinds))}`);
});
