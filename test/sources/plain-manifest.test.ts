import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readPlainTree } from '../../src/sources/manifest/plain-tree.ts';
import { readTree, refuseIn } from '../../src/sources/manifest/tree.ts';

/** Agreement with the YAML parser, to the offset; whether the text was plain. */
const agree = async (text: string): Promise<boolean> => {
  const plain = readPlainTree(text);
  if (plain === null) return false;
  const read = await readTree(text, refuseIn(text, 'tasks.yaml')).catch((error: unknown) =>
    assert.fail(`${JSON.stringify(text)} is read, though YAML refuses it: ${String(error)}`),
  );
  assert.deepEqual(plain, read, JSON.stringify(text));
  return true;
};

test('a manifest of maps, lists, quotes and comments is read without the YAML parser, as it reads it', async () => {
  for (const text of [
    'run: make "$WF_PARAM_ROOT"\ntasks:\n  - dataset: a\n    root: animal.n.01\n\n  # next\n  - dataset: "b c" # two\n    n: -5\n',
    'tasks:\n- dataset: a\n- dataset: b\n  depends_on: [ a, "b" ,c]\nworktree: false\n',
    '# all\n\ndefaults:\n  preset: smart\njobs:\n  build:\n    run: [make, all]\n  test:\n    needs: [build]\n    url: http://x.y:80/z?a=b\n    after:\n      - build',
    '  tasks:\n    -   a: x\n        b: []\n    -   a: 001\n',
    "matrix:\n  dataset: [a, b]\n  root:\n    - x\n    - 'y z'\n",
  ])
    assert.ok(await agree(text), JSON.stringify(text));
});

test('whatever else stands in a manifest is left to the YAML parser', () => {
  for (const text of [
    ...['', 'a', '- ', 'a:', 'a: &x b', 'a: *x', 'a: !t b', 'a: |\n  b', 'a: {b: c}', '---\na: b', 'a: b\n...\n'],
    ...[
      'a: b\na: c',
      '<<: b',
      '__proto__: b',
      'a: b: c',
      'a: b\n  c',
      '- a\n  b',
      '? a\n: b',
      'a: "b\\n"',
      "a: 'b''c'",
    ],
    ...[
      'a:\tb',
      'a: b\r\n',
      'a: "b',
      'a: b#c:\n - x\n   y',
      'a: [b: c]',
      'a: [b, ]',
      '"a": b',
      'a : b',
      'a: @b',
      'a: `b`',
    ],
    ...['a: %b', 'a: b\n c: d', 'a:\n  b: c\n d: e', 'a:\n  - b\n - c', '\uFEFFa: b', 'a: b\u2028c', 'a: #b', 'a: - b'],
  ])
    assert.equal(readPlainTree(text), null, JSON.stringify(text));
});

test('any text that is read without the YAML parser is one that it reads the same, to the offset', async () => {
  const counts = { plain: 0, left: 0 };
  const scalar = fc.constantFrom(
    ...[
      'a',
      'b c',
      '001',
      '1.10',
      '-5',
      '"q r"',
      "'s'",
      '[a, b]',
      '[]',
      '[ x ,"y"]',
      'x:y',
      'a "b"',
      'null',
      '~',
      '$X',
      '.5',
    ],
    ...[
      '',
      'a #c',
      'a#b',
      '#c',
      '*a',
      '&a b',
      '!a',
      '|',
      '>',
      '{a: b}',
      '- a',
      '-',
      '--- ',
      '...',
      'a: b',
      '"a',
      "it's",
      '[a',
      '"a\\n"',
    ],
    ...[
      'é',
      'a é',
      '"é"',
      'a:',
      ': a',
      'a ,b',
      'a]',
      ']',
      '<<',
      '? a',
      '%a',
      '@a',
      '`a`',
      '=',
      'a  b',
      '"#"',
      "'a' b",
      '[a b]',
      '[-]',
    ],
  );
  const indent = fc.constantFrom('', '', '  ', '  ', '    ', '    ', '      ', ' ', '   ', '\t');
  const dash = fc.constantFrom('', '', '', '- ', '- ', '-   ', '- - ');
  const name = fc.constantFrom(
    '',
    'a: ',
    'b: ',
    'c:',
    'd-e: ',
    'f.g:  ',
    'tasks:',
    'a : ',
    '"h": ',
    '<<: ',
    '__proto__: ',
  );
  const tail = fc.constantFrom('', '', '', '', ' ', ' # c', '\r', ' #');
  const line = fc.oneof(
    { weight: 8, arbitrary: fc.tuple(indent, dash, name, scalar, tail).map((parts) => parts.join('')) },
    { weight: 1, arbitrary: fc.constantFrom('', '  ', '# c', '      # c', '---', '...') },
  );
  /** Texts that are nearly right, of which the first often fails elsewhere. */
  const shaped = fc
    .array(fc.tuple(fc.constantFrom('  - a: ', '    b: ', '    c:\n      - ', '  - ', '    - ', 'x: '), scalar), {
      maxLength: 5,
    })
    .map((rows) => `tasks:\n${rows.map((parts) => `${parts.join('')}\n`).join('')}`);
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        shaped,
        fc.array(line, { maxLength: 6 }).map((lines) => lines.join('\n')),
      ),
      async (text) => {
        counts[(await agree(text)) ? 'plain' : 'left']++;
      },
    ),
    { numRuns: 10_000 },
  );
  console.log(`manifests: ${JSON.stringify(counts)}`);
  assert.ok(counts.plain > 200);
});
