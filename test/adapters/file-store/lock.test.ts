import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { makeLock, withLock } from '../../../src/adapters/file-store/lock.ts';
import { Problem } from '../../../src/ports/problem.ts';
import { makeLinuxProcesses } from '../../support/linux-processes.ts';
import { endChild, makeFolder, nextMessage, startChild } from './children.ts';

const processes = makeLinuxProcesses();
const isLong = process.env['WF_LONG'] === '1';

const lockIn = (t: TestContext): string => path.join(makeFolder(t), 'locks', 'x');

/** A child that died with the lock in its hands. */
const leaveDeadHolder = async (t: TestContext, folder: string): Promise<number> => {
  const child = startChild(t, 'hold', folder);
  await nextMessage(child);
  await endChild(child);
  return child.pid ?? 0;
};

/** What lies beside a lock, without what this process keeps for the next time. */
const othersBeside = (folder: string): readonly string[] =>
  fs.readdirSync(path.dirname(folder)).filter((name) => !name.includes(`.new-${process.pid}-`));

test('a released lock leaves nothing but what its process keeps for the next time, and that goes with it', async (t) => {
  const folder = lockIn(t);
  await withLock(makeLock({ folder, processes }), (held) => assert.ok(held.isHeld()));
  assert.deepEqual(othersBeside(folder), []);
  assert.equal(fs.readdirSync(path.dirname(folder)).length, 1);
  const child = startChild(t, 'hold', folder);
  await nextMessage(child);
  child.send('release');
  await nextMessage(child);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.disconnect();
  await ended;
  assert.deepEqual(othersBeside(folder), []);
});

test('a lock is free after its release, also where its folder cannot be renamed: a full disk, something in the way', async (t) => {
  const folder = lockIn(t);
  await withLock(makeLock({ folder, processes }), () => {
    const token = /^owner-(.*)\.json$/.exec(fs.readdirSync(folder)[0] ?? '')?.[1];
    const inTheWay = `${folder}.new-${process.pid}-${token}`;
    fs.mkdirSync(inTheWay);
    fs.writeFileSync(path.join(inTheWay, 'full'), '');
  });
  assert.equal(makeLock({ folder, processes }).isTaken(), false);
  await withLock(makeLock({ folder, processes, waitMs: 100 }), (held) => assert.ok(held.isHeld()));
});

test('an error of the body comes out as it is, and the body runs once', async (t) => {
  const lock = makeLock({ folder: lockIn(t), processes });
  let runs = 0;
  const error = Object.assign(new Error('mine'), { code: 'ELOCKED' });
  await assert.rejects(
    withLock(lock, () => {
      runs += 1;
      throw error;
    }),
    error,
  );
  assert.equal(runs, 1);
  assert.equal(lock.isTaken(), false);
});

test('waiters of one process get the lock one after the other, in their order', async (t) => {
  const folder = lockIn(t);
  const order: number[] = [];
  let inside = 0;
  await Promise.all(
    Array.from({ length: 20 }, (_, place) =>
      withLock(makeLock({ folder, processes }), async () => {
        assert.equal((inside += 1), 1);
        await new Promise((resolve) => setImmediate(resolve));
        order.push(place);
        inside -= 1;
      }),
    ),
  );
  assert.deepEqual(
    order,
    Array.from({ length: 20 }, (_, place) => place),
  );
});

test('a dead holder is replaced at once', async (t) => {
  const folder = lockIn(t);
  await leaveDeadHolder(t, folder);
  assert.equal(fs.readdirSync(folder).length, 1);
  const startMs = performance.now();
  await withLock(makeLock({ folder, processes }), () => undefined);
  assert.ok(performance.now() - startMs < 1000, 'the wait is far below any stale time');
});

test('a lock folder without an owner is free', async (t) => {
  const folder = lockIn(t);
  fs.mkdirSync(folder, { recursive: true });
  await withLock(makeLock({ folder, processes, waitMs: 0 }), () => undefined);
});

test('an owner file cut short by a crash of the machine does not block', async (t) => {
  const folder = lockIn(t);
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'owner-00000000-0000-4000-8000-000000000000.json'), '');
  await withLock(makeLock({ folder, processes, waitMs: 0 }), () => undefined);
});

test('folders that a process prepared before it died are swept', async (t) => {
  const folder = lockIn(t);
  const pid = await leaveDeadHolder(t, folder);
  fs.mkdirSync(`${folder}.new-${pid}-token`);
  await withLock(makeLock({ folder, processes }), () => undefined);
  assert.deepEqual(othersBeside(folder), []);
});

test('an owner on another host counts as alive, and the error names the file', async (t) => {
  const folder = lockIn(t);
  const file = path.join(folder, 'owner-00000000-0000-4000-8000-000000000000.json');
  fs.mkdirSync(folder, { recursive: true });
  const owner = { token: 't', host: 'elsewhere', process: { pid: 1, started: '1', boot: 'b' } };
  fs.writeFileSync(file, JSON.stringify(owner));
  await assert.rejects(makeLock({ folder, processes, waitMs: 50 }).acquire(), (error: unknown) => {
    assert.ok(error instanceof Problem);
    assert.deepEqual([error.code, error.where], ['environment', file]);
    assert.match(error.what, /process 1 on elsewhere/);
    return true;
  });
});

test('a stopped holder is never robbed; who waits too long is told its pid; continued, it hands the lock on', async (t) => {
  const folder = lockIn(t);
  const holder = startChild(t, 'hold', folder);
  await nextMessage(holder);
  holder.kill('SIGSTOP');
  await assert.rejects(makeLock({ folder, processes, waitMs: 300 }).acquire(), (error: unknown) => {
    assert.ok(error instanceof Problem);
    assert.match(error.what, new RegExp(`process ${holder.pid} `));
    assert.match(error.hint, /kill -CONT/);
    return true;
  });
  const waiting = makeLock({ folder, processes }).acquire();
  holder.kill('SIGCONT');
  holder.send('release');
  const held = await waiting;
  assert.ok(held.isHeld());
  await held.release();
});

test('a stalled holder whose lock was removed by hand does not delete the lock of the one after it', async (t) => {
  const folder = lockIn(t);
  const holder = startChild(t, 'hold', folder);
  await nextMessage(holder);
  holder.kill('SIGSTOP');
  fs.rmSync(folder, { recursive: true });
  const held = await makeLock({ folder, processes }).acquire();
  holder.kill('SIGCONT');
  holder.send('release');
  assert.deepEqual(await nextMessage(holder), { wasHeld: false });
  assert.ok(held.isHeld());
  await held.release();
});

test('eight processes that meet a dead or stopped holder lose no update', { timeout: 300_000 }, async (t) => {
  const [folder, rounds, times] = [lockIn(t), isLong ? 200 : 20, 3];
  const counter = path.join(path.dirname(path.dirname(folder)), 'counter');
  fs.writeFileSync(counter, '0');
  const counters = Array.from({ length: 8 }, () => startChild(t, 'count', folder, counter));
  await Promise.all(counters.map(nextMessage));
  let stopped = 0;
  for (let round = 0; round < rounds; round += 1) {
    const holder = startChild(t, 'hold', folder);
    await nextMessage(holder);
    const isStopped = round % 4 === 3;
    if (isStopped) holder.kill('SIGSTOP');
    if (round % 4 === 0) await endChild(holder);
    const done = Promise.all(counters.map(nextMessage));
    for (const each of counters) each.send(times);
    if (isStopped) {
      stopped += 1;
      holder.kill('SIGCONT');
      holder.send('release');
    } else await endChild(holder);
    await done;
    await endChild(holder);
    assert.equal(Number(fs.readFileSync(counter, 'utf8')), (round + 1) * counters.length * times, `round ${round}`);
  }
  t.diagnostic(`${rounds} rounds, ${stopped} with a stopped holder, ${rounds * 24} updates, none lost`);
  for (const each of counters) {
    each.disconnect();
    await once(each, 'exit');
  }
});
