import assert from 'node:assert/strict';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { Client } from '../../src/client/client.ts';
import { follow } from '../../src/client/follow.ts';
import { composeClient } from '../../src/compose.ts';
import type { Event, EventBody } from '../../src/core/event.ts';
import type { BatchState } from '../../src/core/state.ts';
import type { Journal } from '../../src/ports/store.ts';
import { makeTestPlan } from '../support/file-store.ts';

let folder = '';
let client: Client;
let journal: Journal<BatchState>;
let batches = 0;
before(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'wf0-follow-')));
  client = await composeClient({ cwd: folder, env: process.env, say: () => undefined });
});
after(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  const made = await client.store.createBatch(makeTestPlan(`b${++batches}`), () => true);
  assert.ok(made);
  journal = made;
});

const record = async (...events: readonly EventBody[]): Promise<void> => {
  const answer = await journal.transact('scheduler', () => ({ ok: true, events }));
  assert.ok(answer.ok);
};
const claim = (generation = 1): EventBody => ({
  type: 'scheduler_started',
  generation,
  process: client.processes.self(),
  session: null,
});
const released: EventBody = { type: 'scheduler_ended', generation: 1, reason: 'done' };
const note = (text: string): EventBody => ({ type: 'noted', id: null, text });
const texts = (events: readonly Event[]): readonly string[] =>
  events.map((event) => (event.type === 'noted' ? event.text : event.type));

describe('follow', () => {
  it('gives every event once and in order, until the batch is over and its scheduler has left', async () => {
    await record(claim());
    const seen: Event[] = [];
    const following = follow(client, journal, { fromSeq: 2, onEvent: (event) => void seen.push(event) });
    for (let i = 0; i < 20; i++) await record(note(`${i}a`), note(`${i}b`));
    await record({ type: 'batch_completed' });
    await record(note('the report is written'));
    await record(released);
    const state = await following;
    assert.equal(state.batch.status, 'completed');
    const notes = Array.from({ length: 20 }, (_, i) => [`${i}a`, `${i}b`]).flat();
    assert.deepEqual(texts(seen), [
      'scheduler_started',
      ...notes,
      'batch_completed',
      'the report is written',
      'scheduler_ended',
    ]);
  });

  it('ends when the batch rests in a pause, unless told to stay', async () => {
    await record(claim(), { type: 'batch_paused' });
    assert.equal((await follow(client, journal)).batch.status, 'paused');
    const left = new AbortController();
    let states = 0;
    const following = follow(client, journal, { endsAtRest: false, signal: left.signal, onState: () => states++ });
    await record({ type: 'batch_resumed', parallel: 1, engine: 'process' });
    left.abort();
    assert.equal((await following).batch.status, 'running');
    assert.ok(states >= 1);
  });

  it('ends of a batch that nobody runs, after 15 s in which a scheduler would have come back', async () => {
    await record(claim());
    let now = 1_000_000;
    const dead = { ...client.processes, isAlive: () => false };
    const clock = { now: client.clock.now, elapsed: () => (now += 5000), sleep: client.clock.sleep };
    const following = follow({ clock, processes: dead }, journal, {});
    const wake = setInterval(() => void record(note('tick')), 20);
    const state = await following;
    clearInterval(wake);
    assert.equal(state.batch.status, 'running');
  });
});
