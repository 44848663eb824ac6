import assert from 'node:assert/strict';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Client } from '../../src/client/client.ts';
import { observe, type Observation } from '../../src/client/observe.ts';
import { composeClient } from '../../src/compose.ts';
import type { BatchState } from '../../src/core/state.ts';
import type { Journal } from '../../src/ports/store.ts';
import { makeTestPlan } from '../support/file-store.ts';

let folder = '';
let client: Client;
before(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'wf0-observe-')));
  client = await composeClient({ cwd: folder, env: process.env, say: () => undefined });
});
after(() => rm(folder, { recursive: true, force: true }));

const note = async (journal: Journal<BatchState>, texts: readonly string[]): Promise<void> => {
  const events = texts.map((text) => ({ type: 'noted', id: null, text }) as const);
  assert.ok((await journal.transact('scheduler', () => ({ ok: true, events }))).ok);
};

test('an observation that goes on from an earlier one has the events of one that does not', async () => {
  const journal = await client.store.createBatch(makeTestPlan('growing'), () => true);
  assert.ok(journal);
  let seen: Observation | null = null;
  for (const count of [0, 1, 5, 0, 100, 60, 400, 1]) {
    if (count > 0)
      await note(
        journal,
        Array.from({ length: count }, (_, i) => `${count}.${i}`),
      );
    seen = await observe(client, journal, seen);
    assert.deepEqual(seen.events, (await observe(client, journal)).events);
    assert.equal(seen.events.at(-1)?.seq, seen.state.seq);
  }
  await journal.close();
});

test('an observation keeps no event of a journal that was cut back and went on otherwise', async () => {
  const journal = await client.store.createBatch(makeTestPlan('cut'), () => true);
  assert.ok(journal);
  await note(journal, ['first']);
  const file = join(journal.directory, 'journal.jsonl');
  const short = await readFile(file, 'utf8');
  await note(journal, ['second', 'third']);
  const seen = await observe(client, journal);
  await writeFile(file, short);
  const other = await client.store.openBatch('cut');
  assert.ok(other);
  await note(other, ['other', 'and', 'more']);
  const { events } = await observe(client, journal, seen);
  assert.deepEqual(
    events.map((event) => (event.type === 'noted' ? event.text : event.type)),
    ['batch_created', 'first', 'other', 'and', 'more'],
  );
  await journal.close();
  await other.close();
});
