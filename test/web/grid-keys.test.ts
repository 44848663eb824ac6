/** Keys in the grid of works, as the ARIA pattern has them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { placeAfter, rowsBetween } from '../../src/web/builder/grid-keys.ts';

const size = { rows: 100, columns: 11, page: 20 };
const press = (key: string, at: { row: number; column: number }, ctrlKey = false) =>
  placeAfter(at, { key, ctrlKey, metaKey: false }, size);

describe('a key in the grid', () => {
  it('moves by one cell and stops at the edges; the header is above the first row', () => {
    assert.deepEqual(press('ArrowDown', { row: 0, column: 2 }), { row: 1, column: 2 });
    assert.deepEqual(press('ArrowUp', { row: 0, column: 2 }), { row: -1, column: 2 });
    assert.deepEqual(press('ArrowUp', { row: -1, column: 2 }), { row: -1, column: 2 });
    assert.deepEqual(press('ArrowDown', { row: 99, column: 2 }), { row: 99, column: 2 });
    assert.deepEqual(press('ArrowRight', { row: 5, column: 10 }), { row: 5, column: 10 });
    assert.deepEqual(press('ArrowLeft', { row: 5, column: 0 }), { row: 5, column: 0 });
  });

  it('leads to the ends of the row, with Ctrl to those of the grid, and by pages', () => {
    assert.deepEqual(press('Home', { row: 50, column: 4 }), { row: 50, column: 0 });
    assert.deepEqual(press('End', { row: 50, column: 4 }), { row: 50, column: 10 });
    assert.deepEqual(press('Home', { row: 50, column: 4 }, true), { row: 0, column: 0 });
    assert.deepEqual(press('End', { row: 50, column: 4 }, true), { row: 99, column: 10 });
    assert.deepEqual(press('PageDown', { row: 90, column: 4 }), { row: 99, column: 4 });
    assert.deepEqual(press('PageUp', { row: 10, column: 4 }), { row: 0, column: 4 });
  });

  it('that does not move is left to others', () => {
    assert.equal(press('x', { row: 0, column: 0 }), null);
  });

  it('a range has both ends, whichever comes first', () => {
    assert.deepEqual(rowsBetween(5, 3), [3, 4, 5]);
    assert.deepEqual(rowsBetween(-1, 1), [0, 1]);
  });
});
