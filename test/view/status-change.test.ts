/** What the event channel sends of a change: each work that changed, and the reasons of the others only now and then. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { asWorkId } from '../../src/core/work.ts';
import { formatTime } from '../../src/core/time.ts';
import { changeBetween, changeSince, hasOtherWorks, type StatusLook } from '../../src/view/status-change.ts';
import { makeStatus } from '../../src/view/status.ts';
import { makeBatch, type Batch } from '../core/batch.ts';
import { plan, plannedWork } from '../protocol/samples.ts';

const ids = ['a', 'b', 'c', 'd'] as const;
const begin = (): Batch => {
  const batch = makeBatch(plan(ids.map((id, order) => plannedWork(id, order))));
  batch.ask({ type: 'claim', process: { pid: 2, started: '2', boot: 'b' }, session: null, previousIsDead: false });
  return batch;
};
const look = ({ state, now }: Batch): StatusLook => ({
  state,
  status: makeStatus({
    state,
    now,
    pulses: new Map(),
    events: [],
    live: { schedulerIsAlive: true, deadWorkers: new Set() },
  }),
  at: formatTime(now),
});

describe('the change between two looks', () => {
  it('names what changed, and holds the reasons of the others back until they are asked for', () => {
    const batch = begin();
    const before = look(batch);
    batch.ask({ type: 'skip', ids: [asWorkId('a')], satisfied: false });
    const after = look(batch);
    assert.notEqual(after.status.items[3]?.reason, before.status.items[3]?.reason, 'd moved up in line');
    const quick = changeBetween(before, after, { events: [], isSlow: false });
    assert.deepEqual(
      quick.message?.items?.map(({ id }) => id),
      ['a'],
    );
    assert.equal(quick.message?.reasons, undefined);
    const slow = changeBetween(quick.known, look(batch), { events: [], isSlow: true });
    assert.equal(slow.message?.items, undefined);
    assert.deepEqual(Object.keys(slow.message?.reasons ?? {}), ['b', 'c', 'd']);
    assert.deepEqual(slow.known.status, after.status);
    assert.equal(changeBetween(slow.known, look(batch), { events: [], isSlow: true }).message, null);
  });

  it('behind a reconnection tells the works that were named since, and every reason', () => {
    const batch = begin();
    batch.ask({ type: 'skip', ids: [asWorkId('a')], satisfied: false });
    const event = {
      type: 'work_skipped',
      id: asWorkId('a'),
      satisfied: false,
      seq: 9,
      at: formatTime(batch.now),
      actor: 'operator',
    } as const;
    const { items, reasons, activity, batch: whole } = changeSince(look(batch), [event]);
    assert.deepEqual(
      items?.map(({ id }) => id),
      ['a'],
    );
    assert.deepEqual(Object.keys(reasons ?? {}), ['b', 'c', 'd']);
    assert.deepEqual([activity?.map(({ seq }) => seq), whole?.counts?.skipped], [[9], 1]);
  });

  it('works that left make it another list, which only a snapshot tells', () => {
    const batch = begin();
    const before = look(batch);
    batch.ask({ type: 'pause' });
    assert.equal(hasOtherWorks(before, look(batch)), false);
    batch.ask({ type: 'remove', ids: [asWorkId('d')] });
    assert.equal(hasOtherWorks(before, look(batch)), true);
  });
});
