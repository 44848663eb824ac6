import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { Journal } from '../../../src/ports/store.ts';
import { makeTestPlan, note, openTestStore } from '../../support/file-store.ts';
import type { Counts } from '../../support/file-store.ts';
import { makeFolder } from './children.ts';

const kib = 1024;

const makeBatch = async (t: TestContext): Promise<{ readonly root: string; readonly journal: Journal<Counts> }> => {
  const root = makeFolder(t);
  const journal = await openTestStore(root).createBatch(makeTestPlan('b1'), () => true);
  assert.ok(journal);
  t.after(() => journal.close());
  return { root, journal };
};

const open = async (t: TestContext, root: string): Promise<Journal<Counts>> => {
  const journal = await openTestStore(root).openBatch();
  assert.ok(journal);
  t.after(() => journal.close());
  return journal;
};

const say = async (journal: Journal<Counts>, texts: readonly string[]): Promise<void> => {
  const { ok } = await journal.transact('operator', () => ({ ok: true, events: texts.map(note) }));
  assert.ok(ok);
};

const seqs = async (journal: Journal<Counts>, from: number): Promise<readonly number[]> => {
  const found: number[] = [];
  for await (const { seq } of journal.events(from)) found.push(seq);
  return found;
};

/** The lengths of all reads from files while `body` runs. */
const readsOf = async (body: () => Promise<void>): Promise<readonly number[]> => {
  const lengths: number[] = [];
  const real = fs.readSync;
  fs.readSync = ((...args: Parameters<typeof real>): number => {
    const count = real(...args);
    lengths.push(count);
    return count;
  }) as typeof real;
  try {
    await body();
  } finally {
    fs.readSync = real;
  }
  return lengths;
};

const sum = (lengths: readonly number[]): number => lengths.reduce((total, each) => total + each, 0);

test('behind a snapshot, events are found from any number on, in transactions of any size', async (t) => {
  const { root, journal } = await makeBatch(t);
  const sizes = [1, 40, 3, 700, 1, 64 * kib, 2, 64 * kib - 150, 200 * kib, 5, 1100 * kib, 1, 1];
  for (const [round, size] of sizes.entries())
    await say(journal, [`${round}`, '.'.repeat(size), ...Array.from({ length: round * 3 }, (_, n) => `${n}`)]);
  const { seq } = await journal.read();
  await journal.saveSnapshot();
  const later = await open(t, root);
  for (let from = 1; from <= seq; from += 1) {
    const found = await seqs(later, from);
    assert.deepEqual([found[0], found.at(-1), found.length], [from, seq, seq + 1 - from], `from ${from} of ${seq}`);
  }
});

test('the newest events behind a snapshot cost by their own number, not by the length of the journal', async (t) => {
  const { root, journal } = await makeBatch(t);
  for (let round = 0; round < 20; round += 1) await say(journal, Array<string>(100).fill('.'.repeat(kib)));
  const { seq } = await journal.read();
  await journal.saveSnapshot();
  const reads = await readsOf(async () => {
    const later = await open(t, root);
    assert.equal((await seqs(later, seq - 9)).length, 10);
  });
  const { size } = fs.statSync(path.join(journal.directory, 'journal.jsonl'));
  // The snapshot looks at the last megabyte at most, and a whole transaction is read to have its end.
  assert.ok(sum(reads) < 1400 * kib && size > 2000 * kib, `${sum(reads)} bytes read of ${size}`);
});

test('a long journal is read in pieces of a megabyte', async (t) => {
  const { root, journal } = await makeBatch(t);
  for (let round = 0; round < 12; round += 1) await say(journal, Array<string>(2).fill('.'.repeat(256 * kib)));
  const reads = await readsOf(async () => {
    const later = await open(t, root);
    assert.equal((await seqs(later, 1)).length, 25);
  });
  // In front of each piece stands the line before it, which must still be there.
  const longest = Math.max(...reads);
  assert.ok(longest < 1300 * kib && sum(reads) > 6144 * kib, `at most ${longest} bytes at once, ${sum(reads)} in all`);
});

test('writers save a snapshot now and then, and readers begin there', async (t) => {
  const { root, journal } = await makeBatch(t);
  const snapshot = path.join(journal.directory, 'snapshot.json');
  const texts = Array.from({ length: 1000 }, (_, n) => `${n}`);
  for (let round = 0; round < 4; round += 1) await say(journal, texts);
  assert.equal(fs.existsSync(snapshot), false, 'not before it is worth its writing');
  const other = await open(t, root);
  await say(other, texts);
  assert.equal((JSON.parse(fs.readFileSync(snapshot, 'utf8')) as { readonly seq: number }).seq, 5001);
  await say(journal, ['last']);
  const later = await open(t, root);
  assert.deepEqual(await later.read(), await journal.read());
  assert.equal((await later.read()).notes.length, 5001);
});

test('a journal damaged far behind its first megabyte is repaired as a short one is', async (t) => {
  const { root, journal } = await makeBatch(t);
  for (let round = 0; round < 12; round += 1) await say(journal, [`${round}`, '.'.repeat(256 * kib)]);
  await journal.close();
  const file = path.join(journal.directory, 'journal.jsonl');
  const content = fs.readFileSync(file);
  content.write('#####', content.indexOf('"text":"10"'));
  fs.writeFileSync(file, content);
  const later = await open(t, root);
  const { notes, byType } = await later.read();
  assert.deepEqual(
    [notes.includes('10'), notes.includes('11'), notes.length, byType['journal_repaired']],
    [false, true, 23, 1],
  );
  assert.equal(later.damage?.droppedLines, 1);
  assert.deepEqual((await seqs(later, 1)).length, 25);
});
