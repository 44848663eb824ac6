import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { makeDiffer } from '../../src/dashboard/differ.ts';
import { linesOf, openXterm, writeTo } from './scenes.ts';

const row = fc.constantFrom('', 'a', 'a long line that fills it', '│ x │', 'déjà', '\u001b[3Gaway\u001b[1Gat');
const frame = fc.array(row, { minLength: 6, maxLength: 6 });
const columns = 26;

const shownBy = async (bytes: readonly string[]): Promise<readonly string[]> => {
  const terminal = openXterm(columns, 6);
  await writeTo(terminal, '\u001b[?7l');
  for (const each of bytes) await writeTo(terminal, each);
  const lines = linesOf(terminal);
  terminal.dispose();
  return lines;
};

describe('the differ', () => {
  it('after any frames the terminal shows the last one, as if it alone had been drawn', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 6 }), async (frames) => {
        const differ = makeDiffer();
        const seen = await shownBy(frames.map((each) => differ.update(each)));
        assert.deepEqual(seen, await shownBy([makeDiffer().update(frames.at(-1) ?? [])]));
      }),
      { numRuns: 50 },
    );
  });

  it('only changed lines are written, in one synchronized update, and nothing where nothing changed', () => {
    const differ = makeDiffer();
    differ.update(['one', 'two', 'three']);
    assert.equal(differ.update(['one', '2', 'three']), '\u001b[?2026h\u001b[2;1H\u001b[2K2\u001b[?2026l');
    assert.equal(differ.update(['one', '2', 'three']), '');
  });

  it('a window of another size, and one that somebody else has drawn on, is drawn whole', () => {
    const differ = makeDiffer();
    differ.update(['one', 'two']);
    const whole = '\u001b[?2026h\u001b[2J\u001b[1;1Hone\u001b[2;1Htwo\u001b[3;1Hthree\u001b[?2026l';
    assert.equal(differ.update(['one', 'two', 'three']), whole);
    differ.forget();
    assert.equal(differ.update(['one', 'two', 'three']), whole);
  });
});
