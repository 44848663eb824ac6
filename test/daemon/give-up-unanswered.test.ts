/** Workers that die before they have answered. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decide } from '../../src/core/decide.ts';
import { giveUpUnanswered } from '../../src/daemon/give-up-unanswered.ts';
import type { Accepted } from '../../src/core/refusal.ts';
import type { EventBody } from '../../src/core/event.ts';
import type { BatchState } from '../../src/core/state.ts';
import type { Session } from '../../src/ports/engine.ts';
import { makeBatch } from '../core/batch.ts';
import { makePlan } from '../support/plan.ts';

/** A batch whose only worker is summoned and has not answered. */
const begin = (live: readonly string[]) => {
  const batch = makeBatch(makePlan({ works: [{ id: 'a' }], parallel: 1 }));
  const summon = (): string => {
    batch.append(decide(batch.state, { now: batch.now, nonce: `n${batch.state.seq}` }).events);
    return batch.state.workers[0]?.incarnation ?? '';
  };
  const world = {
    journal: {
      read: () => Promise.resolve(batch.state),
      transact: (_actor: string, body: (state: BatchState) => Accepted<EventBody>) => {
        const answer = body(batch.state);
        if (answer.ok) batch.append(answer.events);
        return Promise.resolve(answer);
      },
    },
    engine: { list: () => Promise.resolve(live.map((name) => ({ name }))) },
    clock: { now: () => batch.now },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  };
  const look = (started: readonly (readonly [string, Session | null])[]): Promise<void> =>
    giveUpUnanswered(world as never, new Map(started));
  return { batch, summon, look, status: () => batch.state.workers[0]?.status };
};

test('a worker whose session is gone before it answered is given up, and summoned again at once', async () => {
  const { batch, summon, look, status } = begin([]);
  const first = summon();
  await look([[first, { name: 'worker-1' }]]);
  assert.equal(status(), 'gone');
  const second = summon();
  assert.notEqual(second, first);
  assert.deepEqual([batch.state.workers[0]?.status, batch.state.workers[0]?.unanswered], ['summoned', 1]);
});

test('one that could not be started is as good as dead', async () => {
  const { summon, look, status } = begin([]);
  await look([[summon(), null]]);
  assert.equal(status(), 'gone');
});

test('one whose session lives, or that is still being started, is waited for', async () => {
  const { summon, look, status } = begin(['worker-1']);
  const incarnation = summon();
  await look([[incarnation, { name: 'worker-1' }]]);
  await look([]);
  assert.equal(status(), 'summoned');
});

test('the second in a row has all the time of its summons: what cannot start is not started every second', async () => {
  const { summon, look, status } = begin([]);
  await look([[summon(), null]]);
  const second = summon();
  await look([[second, null]]);
  assert.equal(status(), 'summoned');
});

test('one that has answered meanwhile is not given up', async () => {
  const { batch, summon, look, status } = begin([]);
  const incarnation = summon();
  const process = { pid: 1, started: '1', boot: 'b' };
  batch.ask({ type: 'enlist', worker: 'worker-1', incarnation, process, session: null });
  await look([[incarnation, { name: 'worker-1' }]]);
  assert.equal(status(), 'live');
});
