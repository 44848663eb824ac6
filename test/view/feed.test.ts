import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { emptyFeed, growFeed, type Feed } from '../../src/view/feed.ts';
import { emptyStatus, type ItemStatus, type StatusDocument } from '../../src/view/status.ts';

const running = (
  outputs: Readonly<Record<string, readonly string[]>>,
  events: readonly [number, string][] = [],
): StatusDocument => ({
  ...emptyStatus(),
  items: Object.entries(outputs).map(
    ([id, last_output]) => ({ id, state: 'running', last_output }) as unknown as ItemStatus,
  ),
  activity: events.map(([seq, text]) => ({ ...{ seq, text, at: '', id: 'a', actor: '', before: null, after: null } })),
});
const textsOf = ({ entries }: Feed): readonly string[] => entries.map(({ id, text }) => `[${id ?? ''}] ${text}`);
const fold = (...looks: readonly StatusDocument[]): readonly string[] => textsOf(looks.reduce(growFeed, emptyFeed));

describe('recent activity', () => {
  it('has each line once, as it came, those of several works interleaved', () => {
    const seen = fold(
      running({ a: ['a1'], b: ['b1'] }),
      running({ a: ['a1', 'a2'], b: ['b1'] }),
      running({ a: ['a1', 'a2'], b: ['b1', 'b2'] }),
      running({ a: ['a2', 'a3'], b: ['b1', 'b2'] }),
    );
    assert.deepEqual(seen, ['[a] a1', '[b] b1', '[a] a2', '[b] b2', '[a] a3']);
  });

  it('repeats a line that was printed twice, and takes all after a flood that left nothing known', () => {
    assert.deepEqual(fold(running({ a: ['x'] }), running({ a: ['x', 'x'] })), ['[a] x', '[a] x']);
    assert.deepEqual(fold(running({ a: ['x'] }), running({ a: ['y', 'z'] })), ['[a] x', '[a] y', '[a] z']);
  });

  it('begins with the newest three lines of a work, shows events once, and keeps 200', () => {
    assert.deepEqual(fold(running({ a: ['1', '2', '3', '4'] })), ['[a] 2', '[a] 3', '[a] 4']);
    assert.deepEqual(
      fold(
        running({}, [[1, 'one']]),
        running({}, [
          [1, 'one'],
          [2, 'two'],
        ]),
      ),
      ['[a] one', '[a] two'],
    );
    const flood = Array.from({ length: 300 }, (_, i) => running({}, [[i + 1, `event ${i}`]]));
    assert.deepEqual([fold(...flood).length, fold(...flood).at(-1)], [200, '[a] event 299']);
  });
});
