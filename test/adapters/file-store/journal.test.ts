import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { Problem } from '../../../src/ports/problem.ts';
import type { Journal, Store } from '../../../src/ports/store.ts';
import { countingModel, makeTestPlan, note, openTestStore } from '../../support/file-store.ts';
import type { Counts } from '../../support/file-store.ts';
import { endChild, makeFolder, nextMessage, startChild } from './children.ts';

interface Made {
  readonly root: string;
  readonly store: Store<Counts>;
  readonly journal: Journal<Counts>;
  readonly file: string;
}

const makeBatch = async (t: TestContext): Promise<Made> => {
  const root = makeFolder(t);
  const store = openTestStore(root);
  const journal = await store.createBatch(makeTestPlan('b1'), () => true);
  assert.ok(journal);
  t.after(() => journal.close());
  return { root, store, journal, file: path.join(journal.directory, 'journal.jsonl') };
};

const open = async (t: TestContext, store: Store<Counts>): Promise<Journal<Counts>> => {
  const journal = await store.openBatch();
  assert.ok(journal);
  t.after(() => journal.close());
  return journal;
};

const say = async (journal: Journal<Counts>, ...texts: readonly string[]): Promise<Counts> => {
  const outcome = await journal.transact('operator', () => ({ ok: true, events: texts.map(note) }));
  assert.ok(outcome.ok);
  return outcome.committed.state;
};

const notes = async (journal: Journal<Counts>): Promise<readonly string[]> => (await journal.read()).notes;

const seqs = async (journal: Journal<Counts>, from = 1): Promise<readonly number[]> => {
  const found: number[] = [];
  for await (const { seq } of journal.events(from)) found.push(seq);
  return found;
};

test('an event is written with its number, time and actor, and every reader folds the same', async (t) => {
  const { store, journal, file } = await makeBatch(t);
  const outcome = await journal.transact('worker-1', () => ({ ok: true, events: [note('é\n"')] }));
  assert.ok(outcome.ok);
  const line = JSON.parse(fs.readFileSync(file, 'utf8').trimEnd().split('\n').at(-1) ?? '');
  assert.deepEqual(Object.keys(line), ['seq', 'at', 'actor', 'type', 'id', 'text']);
  assert.deepEqual([line.seq, line.actor], [2, 'worker-1']);
  assert.match(line.at, /^\d{4}-\d\d-\d\dT.*Z$/);
  assert.deepEqual(outcome.committed.events, [line]);
  assert.deepEqual(await (await open(t, store)).read(), outcome.committed.state);
});

test('a refusal writes nothing and gives the state it was judged by', async (t) => {
  const { journal, file } = await makeBatch(t);
  const before = fs.statSync(file).size;
  const refusal = { reason: 'unknown_work', id: 'x' } as const;
  const outcome = await journal.transact('operator', () => ({ ok: false, refusal }));
  assert.deepEqual(outcome, { ok: false, refusal, state: await journal.read() });
  await say(journal);
  assert.equal(fs.statSync(file).size, before);
});

test('transactions that wait together each see the ones before them, and one that throws harms no other', async (t) => {
  const { store, journal } = await makeBatch(t);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 50 }, (_, place) =>
      journal.transact('operator', (state) => {
        if (place === 7) throw new Error('mine');
        return { ok: true, events: [note(`${place} after ${state.seq}`)] };
      }),
    ),
  );
  assert.deepEqual(outcomes.map(({ status }) => status).indexOf('rejected'), 7);
  const expected = Array.from({ length: 49 }, (_, done) => `${done < 7 ? done : done + 1} after ${done + 1}`);
  assert.deepEqual(await notes(journal), expected);
  assert.deepEqual(await notes(await open(t, store)), expected);
});

test('an event that no reader would take is refused before it is written', async (t) => {
  const { journal, file } = await makeBatch(t);
  const before = fs.readFileSync(file, 'utf8');
  const bad = { type: 7 } as unknown as ReturnType<typeof note>;
  await assert.rejects(
    journal.transact('operator', () => ({ ok: true, events: [bad] })),
    /no event/,
  );
  assert.equal(fs.readFileSync(file, 'utf8'), before);
});

test('two journals of one batch see each other, reading only what is new', async (t) => {
  const { store, journal } = await makeBatch(t);
  const other = await open(t, store);
  await say(journal, 'a');
  await say(other, 'b');
  await say(journal, 'c');
  assert.deepEqual(await notes(other), ['a', 'b', 'c']);
  assert.deepEqual(await seqs(other), [1, 2, 3, 4]);
  assert.deepEqual(await seqs(other, 3), [3, 4]);
  assert.deepEqual(await seqs(other, 5), []);
});

test('events are found from any number on, whoever wrote them', async (t) => {
  const { store, journal } = await makeBatch(t);
  for (let round = 0; round < 30; round += 1)
    await say(journal, ...Array.from({ length: 40 }, (_, n) => `${round}/${n}`));
  for (const each of [journal, await open(t, store)]) {
    for (const from of [1, 2, 255, 256, 257, 700, 1200, 1201]) {
      const found = await seqs(each, from);
      assert.deepEqual([found[0], found.at(-1), found.length], [from, 1201, 1202 - from]);
    }
  }
});

test('a torn last line is not read, is reported, and is cut off by the next writer', async (t) => {
  const { store, journal, file } = await makeBatch(t);
  await say(journal, 'a');
  fs.appendFileSync(file, '{"seq":3,"at":"2026');
  const reader = await open(t, store);
  assert.deepEqual(await notes(reader), ['a']);
  assert.deepEqual(reader.damage, { tornBytes: 19, droppedLines: 0, setAside: null });
  await say(journal, 'b');
  assert.deepEqual(journal.damage, { tornBytes: 19, droppedLines: 0, setAside: null });
  assert.deepEqual(await notes(reader), ['a', 'b']);
  assert.equal((await open(t, store)).damage, null);
});

test('of a transaction cut anywhere, no event is read', async (t) => {
  const { store, journal, file } = await makeBatch(t);
  await say(journal, 'a');
  const before = fs.statSync(file).size;
  await say(journal, 'b', 'c', 'd');
  const whole = fs.readFileSync(file);
  for (let length = before; length < whole.length; length += 1) {
    fs.writeFileSync(file, whole.subarray(0, length));
    const cut = await store.openBatch();
    assert.deepEqual(await cut?.read().then((state) => state.notes), ['a'], `cut at ${length}`);
    await cut?.close();
  }
});

const damages: Readonly<Record<string, (lines: string[]) => string>> = {
  'a line that is not JSON': (lines) => lines.with(3, 'garbage').join('\n'),
  'a line that is JSON but no event': (lines) => lines.with(3, '{"seq":4}').join('\n'),
  'a line of zero bytes': (lines) => lines.with(3, '\0'.repeat(50)).join('\n'),
  'a line that is no UTF-8': (lines) => lines.with(3, lines[3]?.replace('n2', '\udcff') ?? '').join('\n'),
  'an empty line': (lines) => lines.with(3, '').join('\n'),
  'a line that is gone': (lines) => lines.toSpliced(3, 1).join('\n'),
  'two lines that ran into one': (lines) => lines.toSpliced(2, 2, `${lines[2]}${lines[3]}`).join('\n'),
  'a block that was written twice': (lines) => lines.toSpliced(4, 0, ...lines.slice(1, 4)).join('\n'),
  'a number that was flipped': (lines) => lines.with(3, lines[3]?.replace('"seq":4', '"seq":9') ?? '').join('\n'),
};

for (const [what, damage] of Object.entries(damages)) {
  test(`${what}: the file is set aside whole, the good lines stay, and every reader agrees`, async (t) => {
    const { store, journal, file } = await makeBatch(t);
    for (const text of ['n0', 'n1', 'n2', 'n3', 'n4']) await say(journal, text);
    const reader = await open(t, store);
    const damaged = Buffer.from(
      damage(fs.readFileSync(file, 'utf8').split('\n')),
      what.includes('UTF') ? 'latin1' : 'utf8',
    );
    fs.writeFileSync(file, damaged);
    const fresh = await open(t, store);
    const state = await fresh.read();
    assert.equal(state.byType['journal_repaired'], 1);
    const kept = /flipped|twice/.test(what)
      ? ['n0', 'n1', 'n2', 'n3', 'n4']
      : /into one/.test(what)
        ? ['n0', 'n3', 'n4']
        : ['n0', 'n1', 'n3', 'n4'];
    assert.deepEqual(state.notes, kept);
    assert.ok((fresh.damage?.droppedLines ?? 0) > 0);
    assert.deepEqual(fs.readFileSync(fresh.damage?.setAside ?? ''), damaged);
    assert.match(path.basename(fresh.damage?.setAside ?? ''), /^journal\.corrupt-/);
    for (const each of [journal, reader, await open(t, store)]) assert.deepEqual(await each.read(), state);
    assert.deepEqual(
      await seqs(reader),
      Array.from({ length: kept.length + 2 }, (_, place) => place + 1),
    );
    await say(reader, 'after');
    assert.deepEqual(await notes(journal), [...kept, 'after']);
    const corrupt = fs.readdirSync(journal.directory).filter((name) => name.startsWith('journal.corrupt-'));
    assert.equal(corrupt.length, 1);
  });
}

test('a journal of a newer version is refused with both versions, and left as it is', async (t) => {
  const { store, file } = await makeBatch(t);
  fs.appendFileSync(file, '{"version":2,"seq":2,"at":"x","actor":"operator","kind":"unheard-of"}\n');
  const before = fs.readFileSync(file);
  await assert.rejects(store.openBatch(), (error: unknown) => {
    assert.ok(error instanceof Problem);
    assert.deepEqual([error.code, error.where], ['refused', file]);
    assert.match(error.what, /version 2.*version 1/);
    return true;
  });
  assert.deepEqual(fs.readFileSync(file), before);
});

test('a failing fsync fails the transaction and leaves nothing of it', async (t) => {
  const { store, journal, file } = await makeBatch(t);
  await say(journal, 'a');
  const before = fs.readFileSync(file);
  const real = fs.fdatasync;
  const broken = (_fd: number, done: (error: Error) => void): void =>
    void setImmediate(done, Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' }));
  fs.fdatasync = broken as unknown as typeof fs.fdatasync;
  const failing = say(journal, 'b');
  const second = say(journal, 'c');
  await assert.rejects(failing, (error: unknown) => error instanceof Problem && error.code === 'environment');
  await assert.rejects(second, Problem);
  fs.fdatasync = real;
  assert.deepEqual(fs.readFileSync(file), before);
  assert.deepEqual(await notes(journal), ['a']);
  await say(journal, 'd');
  assert.deepEqual(await notes(await open(t, store)), ['a', 'd']);
});

test('a snapshot gives the same state as the fold; one that does not fit is ignored', async (t) => {
  const { store, journal, file } = await makeBatch(t);
  for (let place = 0; place < 20; place += 1) await say(journal, `n${place}`);
  await journal.saveSnapshot();
  const snapshot = path.join(journal.directory, 'snapshot.json');
  assert.equal(fs.statSync(snapshot).mode & 0o777, 0o600);
  await say(journal, 'after');
  const state = await journal.read();
  const content = JSON.parse(fs.readFileSync(snapshot, 'utf8'));
  const state_sha256 = (of: unknown): string => createHash('sha256').update(JSON.stringify(of)).digest('hex');
  const other = { ...content.state, byType: { marked: 1 } };
  const marked = { ...content, state_sha256: state_sha256(other), state: other };
  const openWith = async (text: string): Promise<Counts> => {
    fs.writeFileSync(snapshot, text);
    const opened = await open(t, store);
    return opened.read();
  };
  assert.equal((await openWith(JSON.stringify(marked))).byType['marked'], 1, 'a fitting snapshot is used');
  const misfits = [
    { ...marked, plan_hash: 'b' },
    { ...marked, version: 2 },
    { ...marked, seq: marked.seq - 1 },
    { ...marked, offset: marked.offset - 1 },
    { ...marked, offset: 10 ** 9 },
    { ...marked, line_sha256: '' },
    { ...marked, state_sha256: content.state_sha256 },
    { ...marked, state_sha256: state_sha256(7), state: 7 },
  ].map((each) => JSON.stringify(each));
  for (const text of [...misfits, '', '{', 'null', '\0'])
    assert.deepEqual(await openWith(text), state, text.slice(0, 80));
  fs.writeFileSync(snapshot, JSON.stringify(marked));
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').split('\n').slice(0, 3).join('\n') + '\n');
  assert.deepEqual(await notes(await open(t, store)), ['n0', 'n1']);
});

test('changed resolves at once for what is new, waits for what is not, and ends by time and by abort', async (t) => {
  const { store, journal } = await makeBatch(t);
  const reader = await open(t, store);
  await say(journal, 'a');
  const soon = performance.now();
  await reader.changed({ timeoutMs: 60_000 });
  assert.ok(performance.now() - soon < 500);
  await reader.read();
  let isWoken = false;
  const waiting = reader.changed({ timeoutMs: 60_000 }).then(() => (isWoken = true));
  await reader.changed({ timeoutMs: 30 });
  assert.equal(isWoken, false, 'nothing has changed');
  await reader.changed({ timeoutMs: 60_000, signal: AbortSignal.timeout(30) });
  assert.equal(isWoken, false);
  await say(journal, 'b');
  await waiting;
  const own = journal.changed({ timeoutMs: 60_000 });
  await say(journal, 'c');
  await own;
});

test('who waits is woken, too, when somebody else in the process reads what is new', async (t) => {
  const { store, journal } = await makeBatch(t);
  const reader = await open(t, store);
  const { seq } = await reader.read();
  const began = performance.now();
  const waiting = reader.changed({ timeoutMs: 20_000 });
  await say(journal, 'a');
  await reader.read();
  await waiting;
  await reader.changed({ timeoutMs: 20_000, since: seq });
  assert.ok(performance.now() - began < 10_000, 'neither wait ran into its time limit');
});

test('a torn tail, other files and the lock do not wake who waits', async (t) => {
  const { store, journal, file } = await makeBatch(t);
  fs.appendFileSync(file, 'torn');
  const reader = await open(t, store);
  let woken = 0;
  const waiting = reader.changed({ timeoutMs: 60_000 }).then(() => (woken += 1));
  fs.writeFileSync(path.join(journal.directory, 'report.md'), 'x');
  await journal.saveSnapshot();
  await journal.transact('operator', () => ({ ok: true, events: [] }));
  await reader.changed({ timeoutMs: 100 });
  assert.equal(woken, 0);
  await reader.close();
  await waiting;
});

test('waiting readers are woken after the journal was replaced by a repair', async (t) => {
  const { store, journal, file } = await makeBatch(t);
  await say(journal, 'a');
  const reader = await open(t, store);
  const waiting = reader.changed({ timeoutMs: 60_000 });
  fs.appendFileSync(file, 'garbage\n');
  await waiting;
  assert.equal((await reader.read()).byType['journal_repaired'], 1);
  const again = reader.changed({ timeoutMs: 60_000 });
  await say(journal, 'b');
  await again;
  assert.deepEqual(await notes(reader), ['a', 'b']);
});

test('eight processes that append at the same time lose nothing', async (t) => {
  const { root, journal } = await makeBatch(t);
  const children = Array.from({ length: 8 }, () => startChild(t, 'append', root, '25'));
  await Promise.all(children.map((child) => once(child, 'exit')));
  const found = await notes(journal);
  assert.equal(new Set(found).size, 200);
  assert.equal(found.length, 200);
  for (const { pid } of children) {
    const own = found.filter((text) => text.startsWith(`${pid}/`));
    assert.deepEqual(
      own,
      Array.from({ length: 25 }, (_, place) => `${pid}/${place}`),
    );
  }
  assert.deepEqual(
    await seqs(journal),
    Array.from({ length: 201 }, (_, place) => place + 1),
  );
  assert.equal(journal.damage, null);
});

test('another process learns of an event within milliseconds', async (t) => {
  const { root, journal } = await makeBatch(t);
  const follower = startChild(t, 'follow', root);
  await nextMessage(follower);
  const latenciesMs: number[] = [];
  for (let place = 0; place < 60; place += 1) {
    const seen = nextMessage(follower);
    const before = process.hrtime.bigint();
    await say(journal, `n${place}`);
    const { seen: text, atNs } = await seen;
    if (text === `n${place}`) latenciesMs.push(Number(BigInt(String(atNs)) - before) / 1e6);
  }
  const median = latenciesMs.toSorted((a, b) => a - b)[latenciesMs.length >> 1] ?? Number.NaN;
  await endChild(follower);
  t.diagnostic(`from the call of transact to the state in the other process: median ${median.toFixed(2)} ms`);
  assert.ok(latenciesMs.length >= 55 && median < 50);
});

test('a batch of ten thousand works is opened in a fraction of a second', async (t) => {
  const { store, file } = await makeBatch(t);
  const lines = Array.from({ length: 50_000 }, (_, place) =>
    JSON.stringify({ seq: place + 2, at: '2026-01-01T00:00:00.000Z', actor: 'worker-1', ...note('x'.repeat(120)) }),
  );
  fs.appendFileSync(file, `${lines.join('\n')}\n`);
  const model = {
    ...countingModel,
    evolve: (state: Counts, events: readonly { readonly seq: number }[]) => ({
      ...state,
      seq: events.at(-1)?.seq ?? state.seq,
    }),
  };
  const startMs = performance.now();
  const opened = await openTestStore(path.dirname(store.directory), { model }).openBatch();
  const tookMs = performance.now() - startMs;
  assert.equal((await opened?.read())?.seq, 50_001);
  await opened?.close();
  t.diagnostic(`50,001 events in ${tookMs.toFixed(0)} ms`);
  assert.ok(tookMs < 2000);
});

test('closing leaves no open file and no watch, and a closed journal says so', async (t) => {
  const { store } = await makeBatch(t);
  const handles = (): number => fs.readdirSync('/proc/self/fd').length;
  const use = async (): Promise<void> => {
    const journal = await store.openBatch();
    assert.ok(journal);
    await say(journal, 'x');
    await journal.changed({ timeoutMs: 1 });
    for await (const _ of journal.events(1)) break;
    await journal.close();
    await assert.rejects(journal.read(), /closed/);
  };
  await use();
  const before = handles();
  for (let round = 0; round < 20; round += 1) await use();
  assert.ok(handles() <= before + 1, `${before} open files before, ${handles()} after`);
});
