import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { Problem } from '../../../src/ports/problem.ts';
import { makeTestPlan, note, openTestStore } from '../../support/file-store.ts';

/** A small file system in memory; null, with the reason printed, where mounting is not permitted. */
const mountSmall = (t: TestContext, size: string): string | null => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'wf-store-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { encoding: 'utf8' });
  t.after(() => {
    // Lazily: what a failed test left open must not keep it mounted.
    if (mounted.status === 0) execFileSync('umount', ['-l', folder]);
    fs.rmdirSync(folder);
  });
  if (mounted.status === 0) return folder;
  t.skip(`cannot mount a tmpfs: ${mounted.stderr || mounted.error?.message}`);
  return null;
};

const isEnvironment =
  (pattern: RegExp, where: string) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof Problem, String(error));
    assert.equal(error.code, 'environment');
    assert.match(error.what, pattern);
    assert.ok(error.where.startsWith(where), error.where);
    return true;
  };

test('a full disk fails the transaction and keeps all earlier ones; with space again, it goes on', async (t) => {
  const root = mountSmall(t, '512k');
  if (root === null) return;
  const store = openTestStore(root);
  const journal = await store.createBatch(makeTestPlan('b'), () => true);
  assert.ok(journal);
  t.after(() => journal.close());
  const file = path.join(journal.directory, 'journal.jsonl');
  const ballast = path.join(root, 'ballast');
  let acknowledged = 0;
  let refused = 0;
  // Sizes that do not divide a page, so that writes fail at every place within one.
  for (let round = 0; round < 4; round += 1) {
    fs.writeFileSync(ballast, Buffer.alloc(40_000));
    for (;;) {
      const texts = ['x'.repeat(5000 + 977 * round), 'y'.repeat(4000), String(acknowledged)];
      const wholeBytes = fs.statSync(file).size;
      try {
        await journal.transact('operator', () => ({ ok: true, events: texts.map(note) }));
        acknowledged += 1;
      } catch (error) {
        isEnvironment(/disk is full/, root)(error);
        assert.equal(fs.statSync(file).size, wholeBytes, 'nothing half-written stays');
        refused += 1;
        break;
      }
    }
    await assert.rejects(
      store.savePlan('p', { ...makeTestPlan('b'), warnings: ['w'.repeat(600_000)] }),
      isEnvironment(/disk is full/, root),
    );
    await journal.saveSnapshot();
    const fresh = await openTestStore(root).openBatch();
    assert.equal((await fresh?.read())?.byType['noted'], acknowledged * 3);
    assert.equal(fresh?.damage, null);
    await fresh?.close();
    fs.rmSync(ballast);
    await journal.transact('operator', () => ({ ok: true, events: ['a', 'b', 'c'].map(note) }));
    acknowledged += 1;
  }
  t.diagnostic(`${acknowledged} transactions acknowledged, ${refused} refused by a full disk`);
  assert.deepEqual(await store.listPlans(), []);
});

test('on a read-only file system everything can be read, damage included, and writing names the path', async (t) => {
  const root = mountSmall(t, '2m');
  if (root === null) return;
  const store = openTestStore(root);
  const journal = await store.createBatch(makeTestPlan('b'), () => true);
  assert.ok(journal);
  t.after(() => journal.close());
  for (const text of ['a', 'b', 'c']) await journal.transact('operator', () => ({ ok: true, events: [note(text)] }));
  const file = path.join(journal.directory, 'journal.jsonl');
  const remount = (mode: string): unknown => execFileSync('mount', ['-o', `remount,${mode}`, root]);
  const state = await journal.read();
  remount('ro');
  await assert.rejects(
    journal.transact('operator', () => ({ ok: true, events: [note('d')] })),
    isEnvironment(/read-only.*EROFS/, path.join(root, '.wf')),
  );
  await assert.rejects(
    store.changeSchedule(() => null),
    isEnvironment(/EROFS/, path.join(root, '.wf')),
  );
  await assert.rejects(
    store.createBatch(makeTestPlan('c'), () => true),
    isEnvironment(/EROFS/, path.join(root, '.wf')),
  );
  await journal.saveSnapshot();
  assert.deepEqual(await journal.read(), state);
  remount('rw');
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('"text":"b"', '######'));
  remount('ro');
  const reader = await openTestStore(root).openBatch();
  assert.deepEqual((await reader?.read())?.notes, ['a', 'c']);
  assert.deepEqual(reader?.damage, { tornBytes: 0, droppedLines: 1, setAside: null });
  remount('rw');
  await reader?.transact('operator', () => ({ ok: true, events: [note('d')] }));
  assert.deepEqual((await reader?.read())?.notes, ['a', 'c', 'd']);
  const types: string[] = [];
  for await (const { type } of journal.events(1)) types.push(type);
  assert.deepEqual(
    types,
    ['batch_created', 'noted', 'noted', 'journal_repaired', 'noted'],
    'repaired before it was written to',
  );
  await reader?.close();
});
