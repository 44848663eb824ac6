import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { makeLock, withLock } from '../../../src/adapters/file-store/lock.ts';
import { makeProcesses } from '../../../src/adapters/system/processes.ts';
import { leaseThreads, type ThreadLease } from '../../../src/adapters/thread-lease/thread-lease.ts';
import { eventually } from '../../support/eventually.ts';

let folder = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'wf0-lease-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** Leases of processes that live as long as they are in `alive`. */
const makeLessor = (budget: number) => {
  const alive = new Set<number>();
  const lock = makeLock({ folder: join(folder, 'locks', 'threads'), processes: makeProcesses() });
  const lease = (pid: number, wanted: number, onWait = (): void => undefined): Promise<ThreadLease> => {
    alive.add(pid);
    const processes = {
      self: () => ({ pid, started: 'then', boot: 'this' }),
      isAlive: (process: { readonly pid: number }) => alive.has(process.pid),
    };
    return leaseThreads(
      { folder, budget, processes, underLock: (body) => withLock(lock, () => body()) },
      { wanted, onWait },
    );
  };
  return { alive, lease };
};

test('three trees of four threads have no more than the budget together; one that waits goes on when one ends or dies', async () => {
  const { alive, lease } = makeLessor(2);
  const first = await lease(1, 4);
  assert.equal(first.threads, 2);
  const order: string[] = [];
  const waiting = [2, 3].map(async (pid) => {
    const got = await lease(pid, 4, () => order.push(`${pid} waits`));
    order.push(`${pid} has ${got.threads}`);
    return { pid, got };
  });
  await eventually('both wait', () => order.length === 2 && order.every((each) => each.endsWith('waits')));
  await first.release();
  const second = await Promise.race(waiting);
  assert.equal(second.got.threads, 2);
  assert.equal(order.length, 3, 'the third still waits');
  alive.delete(second.pid);
  const all = await Promise.all(waiting);
  assert.deepEqual(
    all.map(({ got }) => got.threads),
    [2, 2],
  );
  for (const { got } of all) await got.release();
});

test('a tree takes what is left rather than wait', async () => {
  const { lease } = makeLessor(3);
  const [first, second] = [await lease(11, 2), await lease(12, 2)];
  assert.deepEqual([first.threads, second.threads], [2, 1]);
  await first.release();
  await second.release();
});
