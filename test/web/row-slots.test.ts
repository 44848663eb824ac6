/** Elements of the grid that are given from row to row. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeRowSlots } from '../../src/web/builder/row-slots.ts';

describe('the elements of the grid', () => {
  it('stay with the rows that stay, and go on to those that come in', () => {
    const slots = makeRowSlots();
    assert.deepEqual(slots.assign([0, 1, 2]), [at(0, 0), at(1, 1), at(2, 2)]);
    assert.deepEqual(slots.assign([1, 2, 3]), [at(0, 3), at(1, 1), at(2, 2)]);
    assert.deepEqual(slots.assign([2, 90, 91]), [at(0, 90), at(1, 91), at(2, 2)]);
  });

  it('are as many as rows, never two for one, and one that is free is taken before another is made', () => {
    const slots = makeRowSlots();
    assert.deepEqual(slots.assign([5, 6]), [at(0, 5), at(1, 6)]);
    assert.deepEqual(slots.assign([6]), [at(1, 6)]);
    assert.deepEqual(slots.assign([6, 7, 8]), [at(0, 7), at(1, 6), at(2, 8)]);
    assert.deepEqual(slots.assign([6, 7, 8]), [at(0, 7), at(1, 6), at(2, 8)]);
    assert.deepEqual(slots.assign([]), []);
  });
});

const at = (slot: number, row: number) => ({ slot, row });
