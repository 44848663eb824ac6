import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lowest } from '../../src/core/lowest.ts';
import { Smallest } from '../../src/core/smallest.ts';
import { makeRandom } from '../../src/core/random.ts';

test('a set of indices gives the lowest first, whatever came in between', () => {
  for (const limit of [1, 31, 32, 33, 1024, 5000]) {
    const random = makeRandom(limit);
    const set = new Lowest(limit);
    const known = new Set<number>();
    const popBoth = (): void => {
      const lowest = Math.min(...known);
      assert.equal(set.pop(), lowest);
      known.delete(lowest);
    };
    for (let step = 0; step < 3 * limit; step++) {
      const member = Math.floor(random(0, step) * limit);
      if (random(1, step) < 0.4 && known.size > 0) popBoth();
      else if (!known.has(member)) {
        set.push(member);
        known.add(member);
      }
      assert.equal(set.size, known.size);
    }
    while (known.size > 0) popBoth();
    assert.equal(set.size, 0);
  }
});

test('a heap gives the index with the smallest key first, whatever came in between', () => {
  const random = makeRandom(7);
  const keys = Float64Array.from({ length: 500 }, (_, i) => random(0, i));
  const heap = new Smallest(keys);
  const waiting: number[] = [];
  const popBoth = (): void => {
    waiting.sort((a, b) => (keys[b] as number) - (keys[a] as number));
    assert.equal(heap.first, waiting.at(-1));
    assert.equal(heap.pop(), waiting.pop());
  };
  for (let i = 0; i < keys.length; i++) {
    heap.push(i);
    waiting.push(i);
    if (random(1, i) < 0.5) popBoth();
  }
  while (waiting.length > 0) popBoth();
  assert.equal(heap.size, 0);
});
