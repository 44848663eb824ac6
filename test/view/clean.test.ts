import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { clean, clip } from '../../src/view/clean.ts';

test('terminal sequences, controls and direction marks are gone, the words stay', () => {
  assert.equal(clean('red \u001b[1;31mtext\u001b[0m'), 'red text');
  assert.equal(clean('\u001b]0;title\u0007a\u001b]8;;http://x\u001b\\b\u001b]8;;\u001b\\c'), 'abc');
  assert.equal(clean('\u001bP1;2|dcs\u001b\\x \u009b31my \u009dosc\u009cz'), 'x y z');
  assert.equal(clean('two\r\nlines\tand\u2028more'), 'two lines and more');
  assert.equal(clean('a\u0000b\u0007c\u007fd\u009fe\u202ef\u2066g\u200fh'), 'abcdefgh');
  assert.equal(clean('\u001b(Bplain\u001b7\u001bc'), 'plain');
});

test('a sequence that does not end hides no words', () => {
  assert.equal(clean('a\u001b]0;never ended'), 'a0;never ended');
  assert.equal(clean('a\u009dnever\nended\u0007'), 'anever ended');
  assert.equal(clean('a\u001b[31'), 'a');
  assert.equal(clean('a\u001b'), 'a');
});

test('text without anything of that kind stays as it is, spaces and emoji too', () => {
  for (const text of ['', ' a  b ', 'Füße 日本語 👩‍💻 ✅', 'a-b_c.d/e']) assert.equal(clean(text), text);
});

test('no text leaves a control character behind', () => {
  const piece = fc.oneof(
    fc.constantFrom('\u001b', '[', ']', ';', '\u0007', '\u009b', '\u009d', '\u202e', '\ud800', 'm', '\\'),
    fc.nat(0xffff),
  );
  const nasty = fc
    .array(piece, { maxLength: 30 })
    .map((list) => list.map((each) => (typeof each === 'number' ? String.fromCharCode(each) : each)).join(''));
  let changed = 0;
  fc.assert(
    fc.property(nasty, (text) => {
      const cleaned = clean(text);
      if (cleaned !== text) changed++;
      assert.doesNotMatch(cleaned, /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]/u);
      assert.equal(clean(cleaned).trim(), cleaned.trim());
    }),
    { numRuns: 1000 },
  );
  console.log(`1000 texts, ${changed} of them changed`);
});

test('a clipped text says that it was clipped', () => {
  assert.equal(clip('abcdef', 4), 'abc…');
  assert.equal(clip('abcd', 4), 'abcd');
  assert.equal(clip('👍👍👍👍👍', 3), '👍👍…');
  assert.equal(clip('x'.repeat(1_000_000), 5), 'xxxx…');
});
