import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { compareNaturally } from '../../src/core/natural.ts';
import { rank, remainingPaths } from '../../src/core/rank.ts';
import { makeWork, type WorkWish } from '../support/plan.ts';

const noGroups = { order: [], pinned: [] };
const order = (
  works: readonly WorkWish[],
  groups: { readonly order: readonly string[]; readonly pinned: readonly string[] } = noGroups,
): string =>
  rank(works.map(makeWork), groups)
    .map(({ work }) => work.id)
    .join(' ');

describe('the order of dispatch', () => {
  test('puts pinned groups first, then the configured ones, then the others naturally, works without a group last', () => {
    const works = [{ id: 'none' }, ...['g10', 'g9', 'B', 'A', 'pin'].map((group) => ({ id: `in-${group}`, group }))];
    assert.equal(order(works, { pinned: ['pin'], order: ['B', 'A'] }), 'in-pin in-B in-A in-g9 in-g10 none');
  });

  test('does not order by group where nobody wished for an order', () => {
    assert.equal(
      order([
        { id: 'a', group: 'z', priority: 2 },
        { id: 'b', group: 'a', priority: 1 },
      ]),
      'b a',
    );
  });

  test('puts a smaller priority first, then the longer remaining path, then the natural order of title and id', () => {
    assert.equal(
      order([
        { id: 'late', priority: 2 },
        { id: 'early', priority: 1 },
      ]),
      'early late',
    );
    assert.equal(order([{ id: 'leaf' }, { id: 'root' }, { id: 'end', dependencies: ['root'] }]), 'root end leaf');
    assert.equal(
      order([
        { id: 'x', title: 'task-10' },
        { id: 'y', title: 'task-2' },
      ]),
      'y x',
    );
    assert.equal(
      order([
        { id: 'n10', title: 'same' },
        { id: 'n9', title: 'same' },
      ]),
      'n9 n10',
    );
  });

  test('a path is its own seconds and those of the longest chain behind it', () => {
    const works = [
      { id: 'a', expected_seconds: 1 },
      { id: 'b', expected_seconds: 10, dependencies: ['a'] },
      { id: 'c', expected_seconds: 5, dependencies: ['a'] },
      { id: 'd', expected_seconds: 7, dependencies: ['b', 'c'] },
    ].map(makeWork);
    assert.deepEqual(Object.fromEntries(remainingPaths(works)), { a: 18, b: 17, c: 12, d: 7 });
  });

  test('inside a group follows model, then variant, as numbers and words, and what has none comes behind', () => {
    const of = (id: string, model: string | number | null, variant?: string): WorkWish => ({
      id,
      group: 'brio',
      params: { ...(model === null ? {} : { model }), ...(variant === undefined ? {} : { variant }) },
    });
    const works = [of('e', null), of('d', 'M10', 'a'), of('c', 'M2', 'v10'), of('b', 'M2', 'v9'), of('a', 2)];
    assert.equal(order([...works, { id: 'first', group: 'acme' }], { pinned: [], order: ['acme'] }), 'first a b c d e');
    assert.equal(order([of('late', 'M1'), { ...of('urgent', 'M9'), priority: 1 }]), 'urgent late');
  });

  test('never parts a group that is ordered, whatever the works are', () => {
    const group = fc.option(fc.constantFrom('a', 'b', 'c', 'd'), { nil: null });
    const work = fc.record({
      group,
      priority: fc.integer({ min: 1, max: 3 }),
      model: fc.option(fc.nat(12), { nil: null }),
    });
    const groups = fc.record({
      order: fc.shuffledSubarray(['a', 'b', 'c']),
      pinned: fc.shuffledSubarray(['b', 'd'], { minLength: 1 }),
    });
    fc.assert(
      fc.property(fc.array(work, { maxLength: 30 }), groups, (given, wish) => {
        const works = given.map(({ model, ...each }, i) => ({ ...each, id: `w${i}`, params: { model } }));
        const placed = rank(works.map(makeWork), wish).map(({ work: each }) => each);
        const runs = placed.map((each) => each.group).filter((each, i, all) => i === 0 || each !== all[i - 1]);
        assert.equal(new Set(runs).size, runs.length);
        const wished = [...new Set([...wish.pinned, ...wish.order])].filter((each) => runs.includes(each));
        assert.deepEqual(runs.slice(0, wished.length), wished);
        for (const [i, each] of placed.entries()) {
          const before = placed[i - 1];
          if (before?.group !== each.group || before.priority !== each.priority) continue;
          assert.ok(Number(before.params['model'] ?? 99) <= Number(each.params['model'] ?? 99));
        }
      }),
    );
  });

  test('every place says why it is there', () => {
    for (const { why } of rank([{ id: 'a', group: 'g' }, { id: 'b' }].map(makeWork), { pinned: ['g'], order: [] }))
      assert.match(why, /priority 3/);
  });

  test('is the same whatever order the works come in', () => {
    const ids = ['a1', 'a10', 'a2', 'b', 'B'];
    fc.assert(
      fc.property(
        fc.shuffledSubarray(ids, { minLength: 5 }),
        (list) => order(list.map((id) => ({ id }))) === order(ids.map((id) => ({ id }))),
      ),
    );
  });
});

describe('natural order', () => {
  test('compares numbers as numbers, of any length, and letters without their case', () => {
    const sorted = [
      '',
      '1',
      '02',
      '2',
      '10',
      '99999999999999999999',
      '100000000000000000000',
      'a',
      'B',
      'b',
      'task-2',
      'task-10',
    ];
    assert.deepEqual([...sorted].reverse().sort(compareNaturally), sorted);
  });

  test('is a total order', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'B', 'b', '0', '1', '9', '-') });
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        assert.equal(Math.sign(compareNaturally(a, b)) + Math.sign(compareNaturally(b, a)), 0);
        assert.equal(compareNaturally(a, b) === 0, a === b);
        if (compareNaturally(a, b) <= 0 && compareNaturally(b, c) <= 0) assert.ok(compareNaturally(a, c) <= 0);
      }),
    );
  });
});
