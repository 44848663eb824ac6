import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Resource } from '../../src/core/plan.ts';
import { makePlan, makeStage } from '../support/plan.ts';
import { makeBatch, statuses, type Batch } from './batch.ts';

const withResource = (resource: Partial<Resource>, stages = 1): Batch =>
  makeBatch(
    makePlan({
      parallel: 3,
      works: [{ id: 'a' }, { id: 'b' }, { id: 'c' }],
      workflows: [
        {
          name: 'plain',
          worktree: false,
          stages: Array.from({ length: stages }, (_, i) => makeStage(`s${i}`, { uses: ['api'] })),
        },
      ],
      settings: { resources: { api: { slots: null, per_minute: null, cooldown_ms: 30_000, ...resource } } },
    }),
  );
const countActive = (batch: Batch): number => batch.state.active.length;

describe('a resource', () => {
  test('is never held by more works than it has slots, and is given on when one ends', () => {
    const batch = withResource({ slots: 1 });
    batch.settle();
    assert.deepEqual(statuses(batch), { a: 'running', b: 'queued', c: 'queued' });
    batch.prepare('a');
    batch.end('a');
    batch.settle();
    assert.deepEqual(statuses(batch), { a: 'completed', b: 'running', c: 'queued' });
  });

  test('gives out so many starts a minute, those about to start counted, and wakes when one is free again', () => {
    const batch = withResource({ per_minute: 2 });
    const { wakeAt } = batch.settle();
    assert.equal(countActive(batch), 2);
    for (const id of ['a', 'b']) {
      batch.prepare(id);
      batch.now += 1_000;
      batch.end(id);
    }
    const later = batch.settle();
    assert.ok(wakeAt > batch.now);
    assert.equal(countActive(batch), 0);
    batch.now = later.wakeAt;
    batch.settle();
    assert.equal(countActive(batch), 1);
  });

  test('a work whose next stage finds no start left goes back to the queue until then', () => {
    const batch = withResource({ per_minute: 1 }, 2);
    batch.settle();
    batch.prepare('a');
    const startedAt = batch.now;
    batch.now += 10;
    batch.end('a');
    const { state } = batch.record('a');
    assert.ok(state.status === 'queued' && state.reason?.kind === 'waiting' && state.not_before === startedAt + 60_000);
    assert.equal(batch.record('a').stage_index, 1);
  });

  test('narrows to half of those that held it when its quota is hit, once a cool-down, and widens by one a passed stage', () => {
    const batch = withResource({}, 4);
    const narrowed = (): number | null | undefined => batch.state.resources.get('api')?.narrowed_to;
    batch.settle();
    for (const id of ['a', 'b', 'c']) batch.prepare(id);
    batch.end('a', { end: { kind: 'exited', code: 75 } });
    assert.equal(narrowed(), 1);
    batch.end('b', { end: { kind: 'exited', code: 75 } });
    assert.equal(narrowed(), 1);
    batch.end('c', { end: { kind: 'exited', code: 75 } });
    batch.now += 31_000;
    batch.settle();
    assert.equal(countActive(batch), 1);
    const [only] = Object.entries(statuses(batch)).flatMap(([id, status]) => (status === 'running' ? [id] : []));
    batch.prepare(only as string);
    batch.end(only as string);
    assert.equal(narrowed(), 2);
    batch.settle();
    assert.equal(countActive(batch), 2);
    batch.end(only as string);
    assert.equal(narrowed(), null);
    batch.settle();
    assert.equal(countActive(batch), 3);
  });

  test('cools down for all after a throttle, until the time that was named or its own', () => {
    const batch = withResource({});
    batch.settle();
    batch.prepare('a');
    batch.end('a', { end: { kind: 'exited', code: 75 } });
    assert.equal(batch.state.resources.get('api')?.cooled_until, batch.now + 30_000);
    assert.equal(countActive(batch), 2);
    for (const id of ['b', 'c']) batch.prepare(id);
    for (const id of ['b', 'c']) batch.end(id);
    assert.equal(batch.settle().wakeAt, batch.now + 30_000);
    assert.equal(countActive(batch), 0);
  });
});
