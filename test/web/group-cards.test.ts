/** The order of groups as the operator moves cards. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { moveGroup, pinGroup, stepGroup, wishOf } from '../../src/web/builder/group-cards.ts';

const wish = wishOf({ order: ['c', 'gone'], pinned: [] }, ['a10', 'a9', 'c', 'b']);

describe('the order of groups', () => {
  it('begins as the schedule has it, with the others naturally sorted behind', () => {
    assert.deepEqual(wish.order, ['c', 'a9', 'a10', 'b']);
    assert.equal(wishOf({ order: [], pinned: [] }, ['a']).isWish, false);
  });

  it('takes a card to the place where another one stands, up or down', () => {
    assert.deepEqual(moveGroup(wish, 'c', 'a10').order, ['a9', 'a10', 'c', 'b']);
    assert.deepEqual(moveGroup(wish, 'b', 'c').order, ['b', 'c', 'a9', 'a10']);
    assert.equal(moveGroup(wish, 'b', 'nowhere'), wish);
  });

  it('steps over groups that are not shown', () => {
    assert.deepEqual(stepGroup(wish, ['c', 'b'], 'b', -1).order, ['b', 'c', 'a9', 'a10']);
    assert.equal(stepGroup(wish, ['c', 'b'], 'b', 1), wish);
  });

  it('keeps pinned groups at the top, whatever is moved', () => {
    const pinned = pinGroup(wish, 'b');
    assert.deepEqual(pinned.order, ['b', 'c', 'a9', 'a10']);
    assert.deepEqual(moveGroup(pinned, 'a10', 'b').order, ['b', 'a10', 'c', 'a9']);
    assert.equal(stepGroup(pinned, pinned.order, 'c', -1), pinned);
    assert.deepEqual(pinGroup(pinned, 'b').pinned, []);
  });
});
