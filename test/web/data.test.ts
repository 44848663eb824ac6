/** What a page makes of the server's messages. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { emptyStatus, type ItemStatus } from '../../src/view/status.ts';
import { applyChange, isTorn } from '../../src/web/data/apply-change.ts';
import { makeEventStreamReader, type ServerEvent } from '../../src/web/data/event-stream.ts';

const item = (id: string, state: ItemStatus['state']): ItemStatus => ({ id, state }) as ItemStatus;
const entry = (seq: number) => ({ seq, at: '', id: null, actor: 'x', before: null, after: null, text: `event ${seq}` });
const status = {
  ...emptyStatus(),
  ...{ at: 'then', seq: 5, batch_run_id: 'b', items: [item('a', 'queued'), item('b', 'queued')] },
  counts: { ...emptyStatus().counts, queued: 2, total: 2 },
  activity: [entry(4), entry(5)],
};

describe('the stream of events', () => {
  it('is read the same however it is cut into pieces', () => {
    const stream = ': beat\n\nid: 3\nevent: snapshot\ndata: {"a":\ndata: 1}\n\nevent: change\ndata:x\n\n';
    const whole: ServerEvent[] = [
      { id: '3', event: 'snapshot', data: '{"a":\n1}' },
      { id: null, event: 'change', data: 'x' },
    ];
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 8 }), (cuts) => {
        const reader = makeEventStreamReader();
        const at = [0, ...cuts.sort((a, b) => a - b), stream.length];
        const found = at.slice(1).flatMap((end, i) => reader.take(stream.slice(at[i], end)));
        assert.deepEqual(found, whole);
      }),
    );
  });
});

describe('a change', () => {
  it('replaces the works that it names and leaves the others as they are', () => {
    const next = applyChange(status, { at: 'now', seq: 6, items: [item('b', 'running')] });
    assert.deepEqual(
      next.items.map(({ state }) => state),
      ['queued', 'running'],
    );
    assert.equal(next.items[0], status.items[0]);
    assert.equal(next.seq, 6);
  });

  it('gives waiting works their new reasons', () => {
    const next = applyChange(status, { at: 'now', seq: 6, reasons: { a: '2nd in line' } });
    assert.equal(next.items[0]?.reason, '2nd in line');
    assert.equal(next.items[1], status.items[1]);
  });

  it('adds to the feed only what is new', () => {
    const next = applyChange(status, { at: 'now', seq: 6, activity: [entry(5), entry(6)] });
    assert.deepEqual(
      next.activity.map(({ seq }) => seq),
      [4, 5, 6],
    );
  });

  it('after which the numbers do not add up asks for the whole state', () => {
    const counts = { ...status.counts, queued: 1, total: 1 };
    assert.equal(isTorn(applyChange(status, { at: 'now', seq: 6, batch: { counts } })), true);
    assert.equal(isTorn(status), false);
  });
});
