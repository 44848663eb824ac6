import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { cutLine, cutText, fitText, lineWidth, widthOf, wrapLine } from '../../src/dashboard/cut.ts';
import { line } from '../../src/view/line.ts';

const texts = fc.string({ unit: 'grapheme', maxLength: 60 });
const widths = fc.integer({ min: 2, max: 40 });

describe('text in columns', () => {
  it('wide characters take two columns, combining marks none', () => {
    assert.deepEqual(['abc', '部品', 'e\u0301', '✅', '👩‍👩‍👧', ''].map(widthOf), [3, 4, 1, 2, 2, 0]);
  });

  it('frames, bars and rows with a mark are as wide as the library finds', () => {
    const frame = fc.string({ unit: fc.constantFrom('─', '╮', '│', '█', '░', '…', 'a', ' '), maxLength: 12 });
    const mark = fc.string({ unit: fc.constantFrom(...'✅🔄⏳❌⏭⏹▸←⚠⭐🇩👩🏽', '\ufe0f', '\u200d', '部'), maxLength: 3 });
    const words = fc.string({ unit: fc.constantFrom('a', ' ', '~', 'é', '\u0301'), maxLength: 6 });
    fc.assert(fc.property(frame, (text) => assert.equal(widthOf(text), stringWidth(text), text)));
    fc.assert(
      fc.property(mark, words, (first, rest) => {
        for (const text of [`${first} ${rest}`, `${rest}${first} ${first}`, `${rest} ${first} ${rest}`])
          assert.equal(widthOf(text), stringWidth(text), text);
      }),
      { numRuns: 2000 },
    );
  });

  it('what is cut ends with a mark and fits, and no character is broken', () => {
    assert.equal(cutText('abcdef', 4), 'abc…');
    assert.equal(cutText('部品を', 4), '部…');
    assert.equal(cutText('abc', 3), 'abc');
    assert.equal(cutText('abc', 0), '');
    assert.equal(fitText('部', 4), '部  ');
    fc.assert(
      fc.property(texts, widths, (text, width) => {
        const cut = cutText(text, width);
        assert.ok(widthOf(cut) <= width);
        assert.ok(cut === text || text.startsWith(cut.slice(0, -1)));
        if (widthOf(text) <= width) assert.equal(cut, text);
      }),
    );
  });

  it('a line of several styles is cut across them', () => {
    assert.deepEqual(cutLine(line('ab', ['cd', 'bad'], 'ef'), 4), line('ab', ['c…', 'bad']));
    assert.deepEqual(cutLine(line('abcd', ['ef', 'bad']), 4), line('abc…'));
    assert.deepEqual(cutLine(line('ab', ['cd', 'bad']), 4), line('ab', ['cd', 'bad']));
  });

  it('a wrapped line loses nothing but spaces, and no part of it is wider than the window', () => {
    assert.deepEqual(wrapLine(line('one two three'), 10), [line('one two '), line('three')]);
    assert.deepEqual(wrapLine(line('ab\u3000'), 2), [line('ab'), line('\u3000')]);
    fc.assert(
      fc.property(texts, texts, widths, (first, second, width) => {
        const given = line(first, [second, 'bad']);
        const wrapped = wrapLine(given, width);
        assert.ok(wrapped.every((each) => lineWidth(each) <= width));
        const join = (lines: readonly (typeof given)[]): string =>
          lines
            .flatMap((each) => each.map(({ text }) => text))
            .join('')
            .replaceAll(' ', '');
        assert.equal(join(wrapped), join([given]));
      }),
    );
  });
});
