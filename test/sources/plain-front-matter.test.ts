import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readFields } from '../../src/sources/front-matter.ts';
import { readPlainFrontMatter } from '../../src/sources/plain-front-matter.ts';

test('plain front matter says what the YAML parser says, to the column, or nothing', async () => {
  const counts = { plain: 0, left: 0 };
  const piece = fc.constantFrom(
    'a',
    'b-1',
    '001',
    '1.10',
    ' ',
    '  ',
    ', ',
    '[',
    ']',
    ':',
    ': ',
    '#',
    ' #',
    '"',
    "'",
    '-',
    '- ',
    '*',
    '&',
    '!',
    '{',
    '}',
    '~',
    'null',
    'true',
    '/',
    '.',
    '...',
    '---',
    '\t',
    '<<',
    '@',
    '%',
    '|',
    '>',
    '?',
    '\r',
    'ä',
  );
  const value = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('x y', '[a, b]', '[]', '[ 001,1.10 ]', '2026-01-01', 'a', 'P1') },
    { weight: 1, arbitrary: fc.array(piece, { maxLength: 5 }).map((parts) => parts.join('')) },
  );
  const name = fc.constantFrom('id', 'depends_on', 'depends-on', 'Title', 'x', '__proto__', 'a b');
  const line = fc.tuple(name, fc.constantFrom(': ', ':', ':  '), value).map((parts) => parts.join(''));
  const source = fc.array(line, { maxLength: 4 }).map((lines) => lines.map((each) => `${each}\n`).join(''));
  await fc.assert(
    fc.asyncProperty(source, async (text) => {
      const plain = readPlainFrontMatter(text, 2);
      counts[plain === null ? 'left' : 'plain']++;
      if (plain === null) return;
      const read = await readFields(text, new Set());
      assert.ok(read.ok, `${JSON.stringify(text)} is not even YAML`);
      assert.deepEqual([...plain], [...read.value]);
    }),
    { numRuns: 3000 },
  );
  console.log(`front matter: ${JSON.stringify(counts)}`);
  assert.ok(counts.plain > 200);
});
