/** What a page makes of the server's messages. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { emptyStatus, type ItemStatus } from '../../src/view/status.ts';
import { applyChange, isTorn } from '../../src/web/data/apply-change.ts';
import { followRuns } from '../../src/web/data/follow-runs.ts';
import { addStages } from '../../src/web/data/stages.ts';
import { makeEventStreamReader, type ServerEvent } from '../../src/web/data/event-stream.ts';

const item = (id: string, state: ItemStatus['state']): ItemStatus => ({ id, state }) as ItemStatus;
const entry = (seq: number) => ({ seq, at: '', id: null, actor: 'x', before: null, after: null, text: `event ${seq}` });
const status = {
  ...emptyStatus(),
  ...{ at: 'then', seq: 5, batch_run_id: 'b', items: [item('a', 'queued'), item('b', 'queued')] },
  counts: { ...emptyStatus().counts, queued: 2, total: 2 },
  activity: [entry(4), entry(5)],
};

describe('the runs of stages', () => {
  const answer = { at: '', batch_run_id: 'b', seq: 4, critical_path: [], runs: [] };
  const begins = (seq: number, id: string) => ({
    seq,
    id,
    at: `t${seq}`,
    begins: { stage: 'one', worker: 'w', attempt: 1 },
  });
  const ends = (seq: number, id: string) => ({
    seq,
    id,
    at: `t${seq}`,
    ends: { outcome: 'passed', note: null } as const,
  });

  it('are carried on by what is new of what the stream tells', () => {
    const followed = followRuns(answer);
    const first = followed.take({ since: 2, marks: [begins(3, 'old'), begins(5, 'a')] });
    assert.deepEqual(
      first?.runs.map(({ id, ended_at }) => [id, ended_at]),
      [['a', null]],
    );
    const marks = [begins(5, 'a'), begins(6, 'b'), ends(7, 'a')];
    assert.deepEqual(
      followed.take({ since: 2, marks })?.runs.map(({ id, ended_at }) => [id, ended_at]),
      [
        ['a', 't7'],
        ['b', null],
      ],
    );
    assert.equal(followed.take({ since: 2, marks }), followed.take({ since: 2, marks }));
    assert.equal(first?.runs.length, 1, 'what was given out stays as it was');
  });

  it('are asked for again where marks are missing: after a snapshot, and where too many came', () => {
    assert.equal(followRuns(answer).take({ since: 5, marks: [] }), null);
    const many = Array.from({ length: 5000 }, (_, i) => begins(i + 1, `w${i}`));
    const { since, marks } = addStages({ since: 0, marks: [] }, many);
    assert.deepEqual([since, marks.length, marks[0]?.seq], [1000, 4000, 1001]);
    assert.equal(addStages({ since, marks }, many.slice(-3)).marks.length, 4000);
    assert.equal(addStages({ since, marks }, many.slice(-3)).since, 1000);
  });
});

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
