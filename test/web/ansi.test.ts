/** Lines of logs as the page shows them: colours stay, everything else that steers a terminal goes, markup is text. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { longestLine, plainLine, plainLook, readLine } from '../../src/web/log/ansi.ts';

const ESC = '\u001b';

describe('a line of a log', () => {
  it('keeps colours of 16, of 256 and of all', () => {
    const looks = readLine(`${ESC}[1;31mred${ESC}[0m ${ESC}[38;5;196mwide${ESC}[39m${ESC}[48;2;1;2;3mtrue`).map(
      ({ text, look }) => ({ text, colour: look.colour, ground: look.ground, isBold: look.isBold }),
    );
    assert.deepEqual(looks, [
      { text: 'red', colour: 1, ground: null, isBold: true },
      { text: ' ', colour: null, ground: null, isBold: false },
      { text: 'wide', colour: '#ff0000', ground: null, isBold: false },
      { text: 'true', colour: null, ground: '#010203', isBold: false },
    ]);
  });

  it('loses titles, cursor movements, links and marks that turn the direction', () => {
    const line = `${ESC}]0;owned\u0007a${ESC}[2J${ESC}[1;1Hb${ESC}]8;;http://x\u0007c${ESC}]8;;\u0007\u202ed`;
    assert.equal(plainLine(line), 'abcd');
  });

  it('is what stands there after a carriage return', () => {
    assert.equal(plainLine('10%\r50%\r100%\r'), '100%');
  });

  it('is cut where it is too long, and says so', () => {
    assert.match(plainLine('x'.repeat(longestLine + 7)), / … 7 more characters$/);
  });

  it('leaves markup as text', () => {
    assert.deepEqual(readLine('<b onload=x>'), [{ text: '<b onload=x>', look: plainLook }]);
  });

  it('has no control character left, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.doesNotMatch(plainLine(text.replaceAll('\n', '')), /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
      }),
    );
  });
});
