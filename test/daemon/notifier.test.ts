/** When a person is told what: a minute for each kind, nothing twice, nothing that no longer holds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Event, EventBody } from '../../src/core/event.ts';
import type { Accepted } from '../../src/core/refusal.ts';
import type { BatchState } from '../../src/core/state.ts';
import { formatTime } from '../../src/core/time.ts';
import type { WorkId } from '../../src/core/work.ts';
import { makeNotifier, type Notifier } from '../../src/daemon/notifier.ts';
import type { NoticeKind, NoticeMark } from '../../src/ports/notifications.ts';
import { noticeWords } from '../../src/view/notice.ts';
import { makeBatch, type Batch } from '../core/batch.ts';
import { makePlan } from '../support/plan.ts';

interface Scene {
  readonly batch: Batch;
  /** What was sent: kind and title. */
  readonly told: string[];
  readonly texts: string[];
  readonly noted: string[];
  readonly start: () => Notifier;
  fail(id: string): void;
  block(id: string): void;
  mark: NoticeMark | null;
  way: () => Promise<void>;
}

/** A batch of five works that run at once, and a scheduler's notifier over its events. */
const makeScene = (on: readonly NoticeKind[] = ['end', 'failure', 'attention']): Scene => {
  const batch = makeBatch(makePlan({ works: ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id })), parallel: 5 }));
  const events: Event[] = [];
  const append = batch.append;
  batch.append = (bodies) => {
    const { seq } = batch.state;
    append(bodies);
    events.push(
      ...bodies.map((body, i) => ({
        ...body,
        seq: seq + 1 + i,
        at: formatTime(batch.now),
        actor: 'scheduler' as const,
      })),
    );
  };
  batch.settle();
  const end = (id: string, value: { readonly outcome: 'fail' | 'blocked'; readonly question?: string }): void => {
    batch.prepare(id);
    batch.end(id, { result: { kind: 'read', value: { ...value, message: `${id} is broken` } } });
    batch.settle();
  };
  const scene: Scene = {
    batch,
    told: [],
    texts: [],
    noted: [],
    mark: null,
    way: () => Promise.resolve(),
    fail: (id) => end(id, { outcome: 'fail' }),
    block: (id) => end(id, { outcome: 'blocked', question: `which ${id}?` }),
    start: () =>
      makeNotifier({
        journal: {
          read: () => Promise.resolve(batch.state),
          events: async function* (from: number) {
            yield* events.filter(({ seq }) => seq >= from);
          },
          transact: (_actor: string, body: (state: BatchState) => Accepted<EventBody>) => {
            const answer = body(batch.state);
            if (answer.ok) {
              scene.noted.push(...answer.events.flatMap((event) => (event.type === 'noted' ? [event.text] : [])));
              batch.append(answer.events);
            }
            return Promise.resolve({ ok: true });
          },
        } as never,
        notifications: {
          on,
          ways: [
            {
              name: 'webhook',
              send: async ({ kind, title, text }) => {
                scene.told.push(`${kind}: ${title}`);
                scene.texts.push(text);
                await scene.way();
              },
            },
          ],
          describe: (state, notice) => {
            const { counts, ...words } = noticeWords(state, notice, batch.now);
            return { ...words, counts: { ...counts }, version: 1, id: 'n', kind: notice.kind };
          },
          readMark: () => scene.mark,
          writeMark: (mark) => void (scene.mark = mark),
        },
        clock: { now: () => batch.now, elapsed: () => batch.now, sleep: () => Promise.resolve() },
        log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      }),
  };
  return scene;
};

/** The failure of a is told, that of b within its minute. */
const tellOneHoldOne = async (scene: Scene, notifier: Notifier): Promise<void> => {
  for (const id of ['a', 'b']) {
    scene.fail(id);
    await notifier.look();
  }
};

test('the first failure is told at once; those of the minute after it together, counted and named', async () => {
  const scene = makeScene();
  const notifier = scene.start();
  scene.fail('a');
  await notifier.look();
  assert.deepEqual(scene.told, ['failure: a failed']);
  assert.deepEqual(scene.texts, ['a: only says that the work failed: a is broken\nwf0-batch status']);
  for (const id of ['b', 'c']) {
    scene.batch.now += 1000;
    scene.fail(id);
    await notifier.look();
  }
  scene.batch.now += 57_000;
  await notifier.look();
  assert.equal(scene.told.length, 1, 'within the minute');
  scene.batch.now += 1000;
  await notifier.look();
  assert.deepEqual(scene.told, ['failure: a failed', 'failure: 2 works failed']);
  assert.match(scene.texts[1] ?? '', /^b: .*\nc: .*\nwf0-batch status$/);
  scene.batch.now += 600_000;
  await notifier.look();
  assert.equal(scene.told.length, 2);
});

test('each kind has a minute of its own', async () => {
  const scene = makeScene();
  const notifier = scene.start();
  scene.fail('a');
  scene.block('b');
  await notifier.look();
  assert.deepEqual(scene.told, ['failure: a failed', 'attention: b needs an answer']);
  assert.match(scene.texts[1] ?? '', /^b: which b\?\n/);
});

test('a scheduler that is started again tells nothing twice, and what was held when its minute is over', async () => {
  const scene = makeScene();
  const first = scene.start();
  await tellOneHoldOne(scene, first);
  const second = scene.start();
  await second.look();
  assert.deepEqual(scene.told, ['failure: a failed']);
  scene.batch.now += 60_000;
  await second.look();
  assert.deepEqual(scene.told, ['failure: a failed', 'failure: b failed']);
  await scene.start().look();
  assert.equal(scene.told.length, 2);
});

test('one that dies between its mark and the sending leaves the notice untold, not told twice', async () => {
  const scene = makeScene();
  scene.fail('a');
  scene.way = () => new Promise(() => undefined);
  await scene.start().look();
  assert.equal(scene.told.length, 1);
  scene.way = () => Promise.resolve();
  await scene.start().look();
  assert.equal(scene.told.length, 1);
});

test('what no longer holds when its minute is over is not told', async () => {
  const scene = makeScene();
  const notifier = scene.start();
  await tellOneHoldOne(scene, notifier);
  const retried = scene.batch.ask({
    ...{ type: 'retry', ids: ['b' as WorkId], from: null, rerun: false, answer: null },
  } as never);
  assert.ok(retried.ok, JSON.stringify(retried));
  scene.batch.now += 60_000;
  await notifier.look();
  assert.deepEqual(scene.told, ['failure: a failed']);
  assert.deepEqual(scene.mark?.held, []);
});

const finishAll = ({ batch }: Scene, ids: readonly string[]): void => {
  for (const id of ids) {
    batch.prepare(id);
    batch.end(id, { commit: null });
  }
  batch.settle();
};

test('the end is told with its counts and all that failed; what was held is part of it', async () => {
  const scene = makeScene();
  const notifier = scene.start();
  await tellOneHoldOne(scene, notifier);
  finishAll(scene, ['c', 'd', 'e']);
  assert.equal(scene.batch.state.batch.status, 'completed');
  await notifier.finish();
  assert.equal(scene.told.length, 2);
  assert.match(scene.told[1] ?? '', /^end: batch completed: 3 of 5 works completed, 2 failed in /);
  assert.match(scene.texts[1] ?? '', /^a: .*\nb: .*\nwf0-batch report$/);
  assert.deepEqual(scene.noted, []);
});

test('what is still held when the scheduler goes is said in the journal', async () => {
  const scene = makeScene(['failure']);
  const notifier = scene.start();
  scene.fail('a');
  await notifier.look();
  scene.fail('b');
  finishAll(scene, ['c', 'd', 'e']);
  await notifier.finish();
  assert.deepEqual(scene.told, ['failure: a failed']);
  assert.deepEqual(scene.noted, ['not told, within a minute of the notice before: failure of b']);
});

test('only what `on` names is told', async () => {
  const scene = makeScene(['attention']);
  const notifier = scene.start();
  scene.fail('a');
  scene.block('b');
  finishAll(scene, ['c', 'd', 'e']);
  await notifier.finish();
  assert.deepEqual(scene.told, ['attention: b needs an answer']);
});

test('a way that fails is noted once, also over a restart, and hurts nothing', async () => {
  const scene = makeScene();
  scene.way = () => Promise.reject(new Error('example.org: it answers 503'));
  const notifier = scene.start();
  scene.fail('a');
  scene.block('b');
  await notifier.look();
  await notifier.finish();
  scene.batch.now += 120_000;
  scene.fail('c');
  const second = scene.start();
  await second.look();
  await second.finish();
  assert.equal(scene.told.length, 3);
  assert.deepEqual(scene.noted, ['notifying by webhook failed: example.org: it answers 503']);
});

test('a way that never answers does not keep the scheduler', async () => {
  const scene = makeScene();
  scene.way = () => new Promise(() => undefined);
  const notifier = scene.start();
  scene.fail('a');
  await notifier.finish();
  assert.equal(scene.told.length, 1);
});
