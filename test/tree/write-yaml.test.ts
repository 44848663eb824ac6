import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse, parseDocument } from 'yaml';
import type { Plain } from '../../src/ports/tree-module.ts';
import { receive, receiveStubs, sendWhole, sendWithout } from '../../src/tree/crossing.ts';
import { findResultFault } from '../../src/tree/plain.ts';
import { write, writeDocument } from '../../src/tree/write-yaml.ts';

const fileOf = (value: Plain): string => {
  assert.equal(findResultFault(value), null);
  let text = '';
  writeDocument(value, (more) => (text += more));
  return text;
};

const word = fc.oneof(
  fc.string({ maxLength: 12, unit: 'binary' }),
  fc.constantFrom(
    '',
    '- a',
    '# b',
    'a: b',
    'null',
    '0x1',
    '1e3',
    'line\nline',
    ' lead',
    '? k',
    '*x',
    '\u0001',
    'ü, 日本',
    '"q"',
    "'",
    '|',
    '~',
    'a\n\n',
  ),
);
const key = word.filter((text) => !/\p{Cc}/u.test(text) && text !== '#' && text !== '__proto__');
const scalar = fc.oneof(
  word,
  fc.constant(null),
  fc.boolean(),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
/** Values, and which of their lists and objects are written by themselves. */
const values = fc.letrec<{ value: Plain; plain: Plain }>((tie) => ({
  plain: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
  value: fc.oneof(
    { weight: 3, arbitrary: tie('plain') },
    { weight: 1, arbitrary: fc.tuple(word, tie('plain')).map(([text, plain]) => ({ '#': text, '=': plain })) },
  ),
})).value;

const isObject = (value: Plain): value is Plain & object => typeof value === 'object' && value !== null;

/** The same value with every part written by itself that `pick` chooses. */
const withWritten = (value: Plain, pick: () => boolean): Plain => {
  if (!isObject(value)) return value;
  const inner = Array.isArray(value)
    ? value.map((each: Plain) => withWritten(each, pick))
    : Object.fromEntries(Object.entries(value).map(([name, each]: [string, Plain]) => [name, withWritten(each, pick)]));
  if (!pick()) return inner;
  findResultFault(inner);
  return write(inner);
};

/** The value without its comments. */
const bare = (value: Plain): unknown => {
  if (!isObject(value)) return Object.is(value, -0) ? 0 : value;
  if (Array.isArray(value)) return value.map(bare);
  const object = value as { readonly [name: string]: Plain };
  if ('#' in object && '=' in object) return bare(object['='] as Plain);
  return Object.fromEntries(Object.entries(object).map(([name, each]) => [name, bare(each)]));
};

test('what is written by parts is the same to the byte as what is written whole, and reads back as the value', () => {
  fc.assert(
    fc.property(values, fc.infiniteStream(fc.boolean()), (value, picks) => {
      const pick = (): boolean => picks.next().value === true;
      const whole = fileOf(value);
      assert.equal(fileOf(withWritten(value, pick)), whole);
      const document = parseDocument(whole);
      assert.deepEqual(document.errors, []);
      assert.deepEqual(JSON.parse(JSON.stringify(document.toJS() ?? null)), JSON.parse(JSON.stringify(bare(value))));
    }),
    { numRuns: 500 },
  );
});

test('what has crossed to another thread and back is the same to the byte, also where its text stayed behind', () => {
  fc.assert(
    fc.property(fc.array(values, { minLength: 1, maxLength: 4 }), fc.infiniteStream(fc.boolean()), (list, picks) => {
      const results = list.map((value) => withWritten(value, () => picks.next().value === true));
      for (const result of results) findResultFault(result);
      const whole = fileOf(list);
      const arrived = receive(structuredClone(sendWhole(results))) as readonly Plain[];
      assert.equal(fileOf(arrived), whole);
      const { sent, held } = sendWithout(arrived);
      const placed: Plain = receiveStubs(structuredClone(sent));
      findResultFault(placed);
      const [back] = receive(structuredClone(sendWhole([write(placed)])), held) as readonly [Plain];
      assert.equal(fileOf(back), whole);
    }),
    { numRuns: 300 },
  );
});

test('keys keep their order, a comment stands above what it is about, and behind a scalar', () => {
  const value: Plain = {
    zebra: 1,
    ant: { '#': 'small\nand many', '=': { legs: 6 } },
    misc: {
      '#': 'the rest',
      '=': [
        { '#': 'a young dog', '=': 'puppy' },
        { '#': 'a pair', '=': { a: [] } },
      ],
    },
  };
  assert.equal(
    fileOf({ '#': 'animals', '=': value }),
    [
      '# animals',
      '',
      'zebra: 1',
      '# small and many',
      'ant:',
      '  legs: 6',
      '# the rest',
      'misc:',
      '  - puppy # a young dog',
      '  # a pair',
      '  - a: []',
      '',
    ].join('\n'),
  );
  assert.deepEqual(Object.keys(parse(fileOf(value)) as object), ['zebra', 'ant', 'misc']);
});
