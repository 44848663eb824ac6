import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest } from '../../src/protocol/nearest.ts';

test('a slip of the fingers finds the name that was meant', () => {
  const fields = ['title', 'priority', 'dependencies', 'base'];
  assert.equal(nearest('titel', fields), 'title');
  assert.equal(nearest('Tilte', fields), 'title');
  assert.equal(nearest('prioritty', fields), 'priority');
  assert.equal(nearest('dependancys', fields), 'dependencies');
  assert.equal(nearest('abse', fields), 'base');
});

test('two neighbouring letters in the wrong order are one edit, and the nearest name wins', () => {
  assert.equal(nearest('teh', ['tea', 'the']), 'tea');
  assert.equal(nearest('teh', ['the', 'tha']), 'the');
  assert.equal(nearest('ab', ['ba']), 'ba');
  assert.equal(nearest('statsu', ['stats', 'status']), 'stats');
  assert.equal(nearest('statsu', ['start', 'status']), 'status');
});

test('nothing is near to what is no slip, however long', () => {
  assert.equal(nearest('x'.repeat(300), ['status', 'y'.repeat(80), 'z'.repeat(300)]), null);
  assert.equal(nearest('frobnicate', ['status', 'start', 'stop']), null);
  assert.equal(nearest('', ['status']), null);
  assert.equal(nearest(`${'a'.repeat(297)}bcd`, ['a'.repeat(300)]), 'a'.repeat(300));
});
