/** A clock that is set back: what was to wait a moment waits a moment, and a person is told. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { evolve } from '../../src/core/evolve.ts';
import { decide } from '../../src/core/decide.ts';
import { makePlan, makeStage } from '../support/plan.ts';
import { makeBatch, statuses, type Batch } from './batch.ts';

const hour = 3_600_000;

const begin = (settings: Parameters<typeof makePlan>[0]['settings'] = {}): Batch => {
  const batch = makeBatch(
    makePlan({
      parallel: 1,
      works: [{ id: 'a' }, { id: 'b' }],
      workflows: [{ name: 'plain', worktree: false, stages: [makeStage('one')] }],
      settings,
    }),
  );
  batch.settle();
  return batch;
};

describe('a clock that is set back by an hour', () => {
  test('holds no slot: the next work begins at once', () => {
    const batch = begin();
    batch.now += 2000;
    batch.end('a');
    batch.now -= hour;
    batch.settle();
    assert.deepEqual(statuses(batch), { a: 'completed', b: 'running' });
  });

  test('makes a back-off of a minute no longer than a minute', () => {
    const batch = begin();
    batch.end('a', { end: { kind: 'exited', code: 1 } });
    const { state } = batch.record('a');
    assert.equal(state.status, 'queued');
    const wait = state.not_before - batch.now;
    assert.ok(wait > 0 && wait < 120_000, `${wait}`);
    batch.settle();
    batch.end('b');
    batch.now -= hour;
    batch.settle();
    assert.equal(statuses(batch)['a'], 'queued');
    batch.now += wait;
    batch.settle();
    assert.equal(statuses(batch)['a'], 'running');
  });

  test('lets a resource cool down no longer, and is told once', () => {
    const batch = begin();
    batch.end('a', { end: { kind: 'exited', code: 75 } });
    batch.settle();
    batch.end('b', { end: { kind: 'exited', code: 75 } });
    batch.now -= hour;
    batch.settle();
    assert.deepEqual(decide(batch.state, { now: batch.now, nonce: 'again' }).events, []);
    batch.now += 61_000;
    batch.settle();
    assert.equal(statuses(batch)['a'], 'running');
  });

  test('by a few seconds, as events of several processes come, changes nothing that waits', () => {
    const batch = begin();
    batch.end('a', { end: { kind: 'exited', code: 1 } });
    const before = batch.record('a').state;
    const at = new Date(batch.now - 4000).toISOString();
    const noted = { type: 'noted', id: null, text: 'late', seq: batch.state.seq + 1, at, actor: 'worker-1' } as const;
    assert.deepEqual(evolve(batch.state, [noted]).records[0]?.state, before);
  });
});
