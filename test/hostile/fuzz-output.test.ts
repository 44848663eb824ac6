/** Output of stages: however it is cut into pieces, the newest lines are kept, clean and bounded. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { clip } from '../../src/view/clean.ts';
import { makeLineReader } from '../../src/protocol/output/readers.ts';
import { makeOutputTail } from '../../src/worker/output.ts';
import { hunt, type Hostile } from '../support/hostile.ts';

const escape = '\u001b';
const parts = [
  ...[
    `${escape}[2J`,
    `${escape}]52;c;eA==\u0007`,
    `${escape}]0;t${escape}\\`,
    `${escape}P`,
    `${escape}[`,
    `${escape}]`,
    escape,
    '\u009b',
    '\u009d',
    '\u0007',
  ],
  ...[
    '\r',
    '\n',
    '\r\n',
    '\b',
    '\t',
    '\0',
    '\u202e',
    '\ufeff',
    '\ud83d',
    'ü',
    '😀',
    ' ',
    'word',
    '═══ Phase 4 ═══',
    '50%',
  ],
  ...[
    `${escape}[31m`.repeat(3000),
    `${escape}]`.repeat(30_000),
    `${escape}[1;`.repeat(20_000),
    '\r'.repeat(50_000),
    '\n'.repeat(50_000),
    'x'.repeat(1024 * 1024),
    ' '.repeat(200_000),
    '\u009d'.repeat(50_000),
  ],
];
const flood: fc.Arbitrary<Hostile & { readonly cuts: readonly number[] }> = fc.record({
  kind: fc.constantFrom('text', 'latin1 bytes'),
  text: fc
    .array(fc.oneof(fc.constantFrom(...parts), fc.string({ unit: 'binary', maxLength: 20 })), { maxLength: 12 })
    .map((list) => list.join('')),
  cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 }),
});

test('the tail of any output is short and clean, however it is cut', async (t) => {
  await hunt(t, {
    inputs: flood,
    cases: 600,
    read: ({ kind, text, cuts }) => {
      const bytes = Buffer.from(text, kind === 'text' ? 'utf8' : 'latin1');
      const places = [0, ...cuts.map((cut) => Math.floor(cut * bytes.length)).sort((a, b) => a - b), bytes.length];
      const tail = makeOutputTail(makeLineReader(null));
      for (const [n, place] of places.slice(1).entries()) tail.push(bytes.subarray(places[n], place));
      const lines = tail.lines();
      assert.ok(lines.length <= 20 && lines.every((line) => line !== '' && line.length <= 1000));
      assert.equal(tail.lastLine(), lines.at(-1) ?? '');
      for (const line of lines) assert.doesNotMatch(clip(line, 500), /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]/u);
      // An output of nothing but controls says nothing.
      return lines.length > 0 ? 'accepted' : 'refused';
    },
  });
});

test('a tail keeps what is newest of a flood, and no more of it', () => {
  const tail = makeOutputTail(makeLineReader(null));
  const chunk = Buffer.from(`${'y'.repeat(99)}\n`.repeat(10_000));
  const before = process.memoryUsage().heapUsed;
  for (let round = 0; round < 200; round += 1) tail.push(chunk);
  tail.push(Buffer.from('the end'));
  assert.equal(tail.lastLine(), 'the end');
  assert.ok(process.memoryUsage().heapUsed - before < 100 * 1024 * 1024);
});
