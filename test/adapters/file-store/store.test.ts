import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { Schedule } from '../../../src/core/work.ts';
import { Problem } from '../../../src/ports/problem.ts';
import { makeTestPlan, note, openTestStore } from '../../support/file-store.ts';
import { makeFolder } from './children.ts';

const scheduleOf = (createdAt: string): Schedule => ({
  version: 1,
  created_at: createdAt,
  sources: [],
  groups: { order: [], pinned: [] },
  works: [],
});

const modeOf = (file: string): number => fs.statSync(file).mode & 0o777;

test('a store over nothing has nothing, and reading it makes nothing', async (t) => {
  const root = makeFolder(t);
  const store = openTestStore(root);
  assert.equal(await store.readSchedule(), null);
  assert.equal(await store.readPlan('x'), null);
  assert.deepEqual(await store.listPlans(), []);
  assert.equal(await store.openBatch(), null);
  assert.equal(await store.openBatch('x'), null);
  assert.deepEqual(await store.listBatches(), []);
  assert.deepEqual(await store.readHistory(), []);
  assert.deepEqual(fs.readdirSync(root), []);
});

test('the schedule is replaced whole, kept if it comes back as it was, and removed by null', async (t) => {
  const store = openTestStore(makeFolder(t));
  const file = path.join(store.directory, 'schedule.json');
  const first = scheduleOf('1');
  assert.deepEqual(await store.changeSchedule((old) => (old === null ? first : null)), first);
  assert.deepEqual(await store.readSchedule(), first);
  const { ino } = fs.statSync(file);
  await store.changeSchedule((old) => old);
  assert.equal(fs.statSync(file).ino, ino);
  const many = Array.from({ length: 20 }, () =>
    store.changeSchedule((old) => scheduleOf(String(Number(old?.created_at) + 1))),
  );
  await Promise.all(many);
  assert.equal((await store.readSchedule())?.created_at, '21');
  await assert.rejects(
    store.changeSchedule(() => {
      throw new Error('mine');
    }),
    /mine/,
  );
  assert.equal((await store.readSchedule())?.created_at, '21');
  assert.equal(await store.changeSchedule(() => null), null);
  assert.equal(await store.readSchedule(), null);
  assert.deepEqual(fs.readdirSync(store.directory), ['locks']);
});

test('what a parser says of a file reaches the caller unchanged', async (t) => {
  const error = new Error('line 3: nonsense');
  const fail = (): never => {
    throw error;
  };
  const root = makeFolder(t);
  const store = openTestStore(root, { parseSchedule: fail, parsePlan: fail });
  await openTestStore(root).changeSchedule(() => scheduleOf('1'));
  await openTestStore(root).savePlan('p', makeTestPlan('x'));
  await assert.rejects(store.readSchedule(), error);
  await assert.rejects(
    store.changeSchedule((old) => old),
    error,
  );
  await assert.rejects(store.readPlan('p'), error);
});

test('plans are saved by name, and a name cannot leave its folder', async (t) => {
  const store = openTestStore(makeFolder(t));
  await store.savePlan('b', makeTestPlan('x'));
  await store.savePlan('a', makeTestPlan('y'));
  assert.deepEqual(await store.listPlans(), ['a', 'b']);
  assert.deepEqual(await store.readPlan('a'), makeTestPlan('y'));
  for (const name of ['../a', '', '.', 'a/b', 'ä', '-x']) {
    await assert.rejects(store.savePlan(name, makeTestPlan('x')), (error: unknown) => {
      return error instanceof Problem && error.code === 'usage';
    });
    assert.equal(await store.openBatch(name), null);
  }
});

test('a batch begins with its plan and one event, and is the latest; only its owner can read it', async (t) => {
  const store = openTestStore(makeFolder(t));
  const journal = await store.createBatch(makeTestPlan('b1'), (newest) => newest === null);
  assert.ok(journal);
  assert.deepEqual(journal.plan, makeTestPlan('b1'));
  assert.equal((await journal.read()).byType['batch_created'], 1);
  const batches = path.join(store.directory, 'batches');
  assert.equal(fs.readFileSync(path.join(batches, 'latest'), 'utf8'), 'b1\n');
  await journal.transact('operator', () => ({ ok: true, events: [note('x')] }));
  await journal.saveSnapshot();
  await journal.close();
  for (const folder of [batches, journal.directory]) assert.equal(modeOf(folder), 0o700);
  const files = fs.readdirSync(journal.directory);
  assert.deepEqual(files.toSorted(), ['journal.jsonl', 'plan.json', 'snapshot.json']);
  for (const name of files) assert.equal(modeOf(path.join(journal.directory, name)), 0o600);
});

test('a new batch is made only if the newest one may be replaced', async (t) => {
  let nowMs = Date.UTC(2026, 0, 1);
  const store = openTestStore(makeFolder(t), { clock: { now: () => (nowMs += 1000) } });
  for (const id of ['z', 'a', 'm']) await (await store.createBatch(makeTestPlan(id), () => true))?.close();
  assert.deepEqual(await store.listBatches(), ['z', 'a', 'm']);
  const refused = await store.createBatch(makeTestPlan('n'), (newest) => {
    assert.equal(newest?.byType['batch_created'], 1);
    return false;
  });
  assert.equal(refused, null);
  assert.deepEqual(await store.listBatches(), ['z', 'a', 'm']);
  await assert.rejects(
    store.createBatch(makeTestPlan('a'), () => true),
    (error: unknown) => error instanceof Problem && error.code === 'refused',
  );
  const newest = await store.openBatch();
  assert.equal(newest?.batchRunId, 'm');
  const named = await store.openBatch('z');
  assert.equal(named?.batchRunId, 'z');
  for (const each of [newest, named]) await each?.close();
  fs.writeFileSync(path.join(store.directory, 'batches', 'latest'), 'gone\n');
  const found = await store.openBatch();
  assert.equal(found?.batchRunId, 'm', 'a latest that points at nothing means the newest that is there');
  await found?.close();
});

test('of two that start at the same time, one gets the batch', async (t) => {
  const root = makeFolder(t);
  const made = await Promise.all(
    ['a', 'b', 'c'].map((id) => openTestStore(root).createBatch(makeTestPlan(id), (newest) => newest === null)),
  );
  assert.equal(made.filter((each) => each !== null).length, 1);
  for (const each of made) await each?.close();
});

test('history keeps whole lines, in their order, whoever writes', async (t) => {
  const root = makeFolder(t);
  const store = openTestStore(root);
  const file = path.join(store.directory, 'history.jsonl');
  await store.appendHistory([{ a: 1 }, { a: 2 }]);
  fs.appendFileSync(file, 'garbage\n{"torn":');
  await Promise.all([3, 4, 5].map((a) => openTestStore(root).appendHistory([{ a }])));
  const found = (await store.readHistory()) as readonly { readonly a: number }[];
  assert.deepEqual(found.map(({ a }) => a).toSorted(), [1, 2, 3, 4, 5]);
  assert.equal(fs.readFileSync(file, 'utf8').endsWith('\n'), true);
});

test('links in place of our folders are refused, and links in place of our files are not followed', async (t) => {
  const [root, elsewhere] = [makeFolder(t), makeFolder(t)];
  const isRefused = (error: unknown): boolean => error instanceof Problem && error.code === 'refused';
  const wf = path.join(root, '.wf');
  fs.symlinkSync(elsewhere, wf);
  const store = openTestStore(root);
  await assert.rejects(store.readSchedule(), isRefused);
  await assert.rejects(store.openBatch(), isRefused);
  await assert.rejects(
    store.changeSchedule(() => scheduleOf('1')),
    isRefused,
  );
  await assert.rejects(
    store.createBatch(makeTestPlan('b'), () => true),
    isRefused,
  );
  fs.unlinkSync(wf);
  for (const name of ['locks', 'batches', 'plans']) {
    fs.rmSync(wf, { recursive: true, force: true });
    fs.mkdirSync(wf);
    fs.symlinkSync(elsewhere, path.join(wf, name));
    const calls = {
      locks: () => store.changeSchedule(() => null),
      batches: () => store.listBatches(),
      plans: () => store.listPlans(),
    };
    await assert.rejects((): Promise<unknown> => calls[name as keyof typeof calls](), isRefused);
  }
  fs.rmSync(wf, { recursive: true, force: true });
  fs.mkdirSync(wf);
  const precious = path.join(elsewhere, 'precious');
  fs.writeFileSync(precious, 'mine');
  fs.symlinkSync(precious, path.join(wf, 'schedule.json.tmp'));
  fs.symlinkSync(precious, path.join(wf, 'history.jsonl'));
  await store.changeSchedule(() => scheduleOf('1'));
  await assert.rejects(store.appendHistory([1]), Problem);
  assert.equal(fs.readFileSync(precious, 'utf8'), 'mine');
  assert.deepEqual(fs.readdirSync(elsewhere), ['precious']);
});
