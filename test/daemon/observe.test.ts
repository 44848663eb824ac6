import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventBody } from '../../src/core/event.ts';
import { makeObserver } from '../../src/daemon/observe.ts';
import type { Accepted } from '../../src/core/refusal.ts';
import type { BatchState } from '../../src/core/state.ts';
import { makeBatch } from '../core/batch.ts';
import { makePlan } from '../support/plan.ts';

/** A batch with a live worker, an observer of it, and time that the test moves. */
const begin = () => {
  const batch = makeBatch(makePlan({ works: [{ id: 'a' }] }));
  batch.settle();
  const time = { nowMs: 1000, beatenAt: 1 };
  const reported: EventBody[] = [];
  const ended: string[] = [];
  const world = {
    journal: {
      read: () => Promise.resolve(batch.state),
      transact: (_actor: string, body: (state: BatchState) => Accepted<EventBody>) => {
        const answer = body(batch.state);
        if (answer.ok) reported.push(...answer.events);
        return Promise.resolve(answer.ok ? { ok: true, committed: { state: batch.state, events: [] } } : answer);
      },
    },
    processes: {
      isAlive: () => true,
      endAttempt: ({ token }: { token: string }) => {
        ended.push(token);
        return Promise.resolve({ ended: [], survivors: [] });
      },
    },
    files: { readPulse: () => ({ beatenAt: time.beatenAt, pulse: {} }) },
    clock: { now: () => batch.now },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  };
  return { observe: makeObserver(world as never, () => time.nowMs), time, reported, ended };
};

test('a live worker without a beat for a minute of looking is ended and given up', async () => {
  const { observe, time, reported, ended } = begin();
  for (let second = 0; second < 60; second++) {
    await observe();
    time.nowMs += 1000;
  }
  assert.deepEqual(reported, []);
  for (let second = 0; second < 3; second++) {
    await observe();
    time.nowMs += 1000;
  }
  assert.ok(reported.some(({ type }) => type === 'worker_ended'));
  assert.ok(ended.length > 0);
});

test('a machine that slept an hour makes no worker silent', async () => {
  const { observe, time, reported } = begin();
  await observe();
  for (let night = 0; night < 20; night++) {
    time.nowMs += 3_600_000;
    await observe();
  }
  assert.deepEqual(reported, []);
});

test('a worker that beats is never silent', async () => {
  const { observe, time, reported } = begin();
  for (let beat = 0; beat < 100; beat++) {
    time.nowMs += 2000;
    if (beat % 3 === 0) time.beatenAt++;
    await observe();
  }
  assert.deepEqual(reported, []);
});
