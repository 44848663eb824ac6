import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeKeys, decodeRest } from '../../src/dashboard/keys.ts';

describe('keys', () => {
  it('arrows come in two forms, letters as they are, and what is not known is left out', () => {
    assert.deepEqual(decodeKeys('\u001b[A\u001bOBj\u001b[5~\u001b[200~\r\u007f\u0003').keys, [
      ...['up', 'down', { text: 'j' }, 'pageup', 'enter', 'backspace', 'ctrl+c'],
    ]);
    assert.deepEqual(decodeKeys('部').keys, [{ text: '部' }]);
    assert.deepEqual(decodeKeys('\u0001\u009b').keys, []);
  });

  it('a sequence that comes in pieces is one key, whatever the pieces', () => {
    const whole = '\u001b[6~';
    for (let at = 1; at < whole.length; at++) {
      const first = decodeKeys(whole.slice(0, at));
      assert.deepEqual(first.keys, []);
      assert.deepEqual(decodeKeys(first.rest + whole.slice(at)), { keys: ['pagedown'], rest: '' });
    }
  });

  it('Esc alone is a key once nothing follows it; before another key it is one at once', () => {
    assert.deepEqual(decodeKeys('\u001b'), { keys: [], rest: '\u001b' });
    assert.deepEqual(decodeRest('\u001b'), ['escape']);
    assert.deepEqual(decodeRest('\u001b[1'), []);
    assert.deepEqual(decodeKeys('\u001bq').keys, ['escape', { text: 'q' }]);
  });
});
