import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { flag, integer, list, object, optional, text, type Shape } from '../../src/protocol/shape.ts';

interface Sample {
  readonly name: string;
  readonly count: number;
  readonly isOpen?: boolean;
}

const makeShape = (): Shape => object<Sample>({ name: text(5), count: integer(0), isOpen: optional(flag) });

/** Objects that differ in names, their order, and what stands under them. */
const members = fc.oneof(
  fc.constant(['name', 'count']),
  fc.constant(['count', 'name']),
  fc.subarray(['name', 'count', 'isOpen', 'other', '__proto__', 'toString']),
);
const value = fc.oneof(
  fc.constantFrom<unknown>('a', 'too long', 1, -1, true, null, [], {}),
  fc.constant(JSON.parse('['.repeat(70) + ']'.repeat(70)) as unknown),
);
const sample = fc.oneof(
  fc.constant<unknown>({ name: 'a', count: 1 }),
  fc
    .tuple(members, fc.array(value, { minLength: 6, maxLength: 6 }))
    .map(([names, values]) => Object.fromEntries(names.map((name, i) => [name, values[i]]))),
  fc.constantFrom<unknown>(null, [], 'a'),
);

test('an object is judged the same alone and behind any others', () => {
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 12 }), (samples) => {
      const shape = makeShape();
      for (const each of samples) assert.deepEqual(shape(each), makeShape()(each));
    }),
    { numRuns: 2000 },
  );
});

test('the first fault is named by its place, also in the ten-thousandth of objects that are alike', () => {
  const objects = Array.from({ length: 10_000 }, (_, i) => ({
    count: i === 9999 ? -1 : i,
    name: i === 9999 ? 7 : 'a',
  }));
  assert.deepEqual(list(makeShape())(objects), {
    path: [9999, 'name'],
    expected: 'text of at most 5 characters',
    found: '7',
  });
});

test('what is not known is let through, but not when it is nested too deep to be written again', () => {
  const deep = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
  const shape = makeShape();
  const faults = [1, 60, 60, 60, 90].map((levels) => shape({ name: 'a', count: 1, other: deep(levels) }));
  assert.deepEqual(faults.slice(0, 4), [null, null, null, null]);
  assert.deepEqual(faults[4], { path: ['other'], expected: 'nesting of at most 64 levels', found: 'a deeper one' });
});
