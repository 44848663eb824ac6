import assert from 'node:assert/strict';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import fs from 'node:fs';
import path from 'node:path';
import { makeTestPlan, note, openTestStore } from '../../support/file-store.ts';
import { makeFolder, startChild } from './children.ts';
import type { Changes } from './kill-point.ts';

const isLong = process.env['WF_LONG'] === '1';

/** What a child acknowledged before it was killed at its n-th change to the file system. */
const runTo = async (t: TestContext, n: number, how: string): Promise<{ root: string; said: ReadonlySet<string> }> => {
  const root = makeFolder(t);
  const child = startChild(t, 'scenario', root, String(n), how);
  const exit = once(child, 'exit');
  const said = child.stdout === null ? '' : await text(child.stdout);
  const [code, signal] = await exit;
  assert.ok(signal === 'SIGKILL' || code === 0, `killed or done, not ${code}`);
  return { root, said: new Set(said.split('\n').filter(Boolean)) };
};

/** Whether all of some things are there, or none. */
const areTogether = (found: readonly string[], wanted: readonly string[]): boolean =>
  [0, wanted.length].includes(wanted.filter((each) => found.includes(each)).length);

const checkAfter = async (root: string, said: ReadonlySet<string>, when: string): Promise<void> => {
  const store = openTestStore(root, { lockWaitMs: 2000 });
  const first = await store.openBatch('first');
  if (said.has('created')) assert.ok(first, when);
  const state = await first?.read();
  const found = state?.notes ?? [];
  if (said.has('a1,a2')) assert.deepEqual(found.slice(0, 2), ['a1', 'a2'], when);
  assert.ok(areTogether(found, ['a1', 'a2']) && areTogether(found, ['c1', 'c2', 'c3']), when);
  if (said.has('b') && !said.has('damaged') && (state?.byType['journal_repaired'] ?? 0) === 0)
    assert.ok(found.includes('b'), when);
  if (said.has('repaired')) assert.equal(state?.byType['journal_repaired'], 1, when);
  if (said.has('c1,c2,c3')) assert.ok(found.includes('c2'), when);
  assert.equal(state?.byType['batch_created'], first === null ? undefined : 1, when);
  const schedule = await store.readSchedule();
  if (said.has('schedule')) assert.ok(schedule, when);
  const history = await store.readHistory();
  if (said.has('history')) assert.equal(history.length, 2, when);
  const newest = await store.openBatch();
  if (said.has('second')) assert.equal(newest?.batchRunId, 'second', when);
  await newest?.close();
  await first?.close();
  await checkGoesOn(root, found, when);
};

/** The dead one's locks and leftovers stop nobody, and what comes next is kept. */
const checkGoesOn = async (root: string, before: readonly string[], when: string): Promise<void> => {
  const store = openTestStore(root, { lockWaitMs: 2000 });
  const first = await store.openBatch('first');
  await first?.transact('operator', () => ({ ok: true, events: [note('next')] }));
  if (first !== null) assert.deepEqual((await first.read()).notes, [...before, 'next'], when);
  await first?.saveSnapshot();
  await first?.close();
  await store.changeSchedule((old) => old);
  await store.appendHistory([3]);
  const third = await store.createBatch(makeTestPlan('third'), () => true);
  assert.equal((await third?.read())?.seq, 1, when);
  await third?.close();
  const leftovers = fs
    .readdirSync(path.join(root, '.wf'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /(^|\/)\.new-|^locks\/.+/.test(name) && !name.includes(`.new-${process.pid}-`));
  assert.deepEqual(
    leftovers.filter((name) => !/^locks\/batch-second/.test(name)),
    [],
    when,
  );
};

test(
  'killed before a change to the file system of each kind, or in the middle of a write, nothing is lost or half',
  { timeout: 300_000 },
  async (t) => {
    const whole = await runTo(t, 1_000_000, 'before');
    const last = [...whole.said].find((each) => each.startsWith('end '))?.slice(4);
    assert.ok(last, 'the scenario ran to its end');
    const changes = JSON.parse(last) as Changes;
    assert.ok(changes.count > 50);
    const moments = momentsOf(changes);
    const work = moments.values();
    const lane = async (): Promise<void> => {
      for (const { n, how } of work) {
        const { root, said } = await runTo(t, n, how);
        await checkAfter(root, said, `${how} change ${n}, after ${[...said].at(-1) ?? 'nothing'}`);
      }
    };
    await Promise.all([lane(), lane(), lane()]);
    const kinds = new Set(changes.kinds).size;
    t.diagnostic(
      `${changes.count} changes to the file system of ${kinds} kinds, ${changes.writes.length} of them writes, ${moments.length} kills`,
    );
    if (!isLong)
      t.diagnostic(`killed at ${moments.map(({ n, how }) => `${n}${how === 'half' ? ' half' : ''}`).join(', ')}`);
  },
);

interface Moment {
  readonly n: number;
  readonly how: 'before' | 'half';
}

/** Every moment of a crash; by default the first of each kind of change only. */
const momentsOf = ({ kinds, writes }: Changes): readonly Moment[] => {
  const isWanted = (n: number): boolean => isLong || kinds.indexOf(kinds[n - 1] ?? '') === n - 1;
  const all: readonly Moment[] = [
    ...kinds.map((_, place): Moment => ({ n: place + 1, how: 'before' })),
    ...writes.map((n): Moment => ({ n, how: 'half' })),
  ];
  return all.filter(({ n }) => isWanted(n));
};
