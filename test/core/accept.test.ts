import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Request, StageReport } from '../../src/core/request.ts';
import { asWorkId } from '../../src/core/work.ts';
import { makePlan, makeStage, makeWork } from '../support/plan.ts';
import { makeBatch, statuses, type Batch } from './batch.ts';

const id = asWorkId;
const twoStages = { name: 'plain', worktree: false, stages: [makeStage('one'), makeStage('two')] };
const chain = (): Batch =>
  makeBatch(
    makePlan({
      parallel: 2,
      workflows: [twoStages],
      works: [{ id: 'a' }, { id: 'b', dependencies: ['a'] }, { id: 'c', dependencies: ['b'] }],
    }),
  );
const refusalOf = (batch: Batch, request: Request): string => {
  const before = batch.state;
  const answer = batch.ask(request);
  if (!answer.ok) assert.equal(batch.state, before);
  return answer.ok ? 'granted' : answer.refusal.reason;
};
const retry = (ids: readonly string[], more: Partial<Extract<Request, { type: 'retry' }>> = {}): Request => ({
  ...{ type: 'retry', ids: ids.map(id), from: null, rerun: false, answer: null },
  ...more,
});
const resume: Request = { type: 'resume', parallel: null, retryFailed: true, engine: null };
const running = (): Batch => {
  const batch = chain();
  batch.settle();
  batch.prepare('a');
  return batch;
};
const completed = (): Batch => {
  const batch = running();
  for (const each of ['a', 'b', 'c']) {
    batch.settle();
    if (each !== 'a') batch.prepare(each);
    batch.end(each);
    batch.end(each);
  }
  batch.settle();
  return batch;
};

describe('what a person may ask', () => {
  test('an unknown work is refused by every control that names works, and nothing changes', () => {
    const ids = [id('c'), id('nobody')];
    for (const request of [
      retry(ids),
      { type: 'skip', ids, satisfied: false },
      { type: 'stop', ids, mode: 'force' },
      { type: 'remove', ids },
    ] as const)
      assert.equal(refusalOf(chain(), request), 'unknown_work');
  });

  test('a running work is neither retried, skipped nor removed', () => {
    for (const request of [
      retry(['a']),
      { type: 'skip', ids: [id('a')], satisfied: true },
      { type: 'remove', ids: [id('a')] },
    ] as const)
      assert.equal(refusalOf(running(), request), 'wrong_state');
  });

  test('a completed work is run again only by a rerun', () => {
    assert.equal(refusalOf(completed(), retry(['a'])), 'wrong_state');
    assert.equal(refusalOf(completed(), { type: 'skip', ids: [id('a')], satisfied: false }), 'wrong_state');
    const batch = completed();
    assert.equal(refusalOf(batch, retry(['a'], { rerun: true })), 'granted');
    assert.deepEqual(statuses(batch), { a: 'queued', b: 'completed', c: 'completed' });
    assert.equal(batch.state.batch.status, 'running');
  });

  test('a retry from a stage that does not exist is refused', () => {
    assert.equal(refusalOf(chain(), retry(['a'], { from: 'three' })), 'unknown_stage');
  });

  test('a retry of a work that waits behind a failed or skipped one is refused, and granted together with that one', () => {
    for (const fell of ['failed', 'skipped'] as const) {
      const batch = fell === 'failed' ? running() : chain();
      if (fell === 'failed') batch.end('a', { result: { kind: 'read', value: { outcome: 'fail' } } });
      else batch.ask({ type: 'skip', ids: [id('a')], satisfied: false });
      const answer = batch.ask(retry(['c']));
      assert.deepEqual(answer, {
        ok: false,
        refusal: { reason: 'doomed', id: 'c', cause: { id: 'a', state: fell } },
      });
      assert.equal(refusalOf(batch, retry(['c'], { rerun: true })), 'doomed');
      assert.equal(refusalOf(batch, retry(['a', 'c'])), 'granted');
      assert.equal(statuses(batch)['a'], 'queued');
    }
  });

  test('pause is refused once the batch ends, and granted without effect when it is so already', () => {
    const batch = chain();
    assert.equal(refusalOf(batch, { type: 'pause' }), 'granted');
    assert.deepEqual(batch.ask({ type: 'pause' }), { ok: true, events: [] });
    assert.equal(refusalOf(completed(), { type: 'pause' }), 'wrong_batch_state');
  });

  test('while it stops, resume, retry and add are refused, and only a harder stop has an effect', () => {
    const batch = running();
    batch.ask({ type: 'stop', ids: null, mode: 'graceful' });
    for (const request of [resume, retry(['b']), { type: 'add', works: [] }] as const)
      assert.equal(refusalOf(batch, request), 'wrong_batch_state');
    assert.deepEqual(batch.ask({ type: 'stop', ids: null, mode: 'drain' }), { ok: true, events: [] });
    batch.ask({ type: 'stop', ids: null, mode: 'force' });
    assert.equal(batch.state.batch.stop_mode, 'force');
  });

  test('a stop is finished only when nothing runs', () => {
    const batch = running();
    batch.ask({ type: 'stop', ids: null, mode: 'graceful' });
    assert.equal(refusalOf(batch, { type: 'finish_stop', reason: 'x' }), 'wrong_batch_state');
    batch.ask({ type: 'report_stopped', token: batch.token('a') });
    assert.equal(refusalOf(batch, { type: 'finish_stop', reason: 'x' }), 'granted');
  });

  test('resume queues stopped works, failed ones unless told not to, completed ones never', () => {
    const batch = running();
    batch.end('a', { result: { kind: 'read', value: { outcome: 'fail' } } });
    batch.ask({ type: 'resume', parallel: null, retryFailed: false, engine: null });
    assert.equal(statuses(batch)['a'], 'failed');
    batch.ask(resume);
    assert.equal(statuses(batch)['a'], 'queued');
    assert.deepEqual(completed().ask(resume), { ok: true, events: [] });
  });

  test('works that are there, lack a dependency or close a circle are not added', () => {
    const add = (...works: readonly ReturnType<typeof makeWork>[]): string =>
      refusalOf(chain(), { type: 'add', works });
    assert.equal(add(makeWork({ id: 'a' })), 'duplicate_work');
    assert.equal(add(makeWork({ id: 'x', dependencies: ['nobody'] })), 'missing_dependency');
    assert.equal(add(makeWork({ id: 'x', dependencies: ['y'] }), makeWork({ id: 'y', dependencies: ['x'] })), 'cycle');
    const delivered = [{ id: id('old'), commit: null }];
    assert.equal(add(makeWork({ id: 'x', dependencies: ['old'], delivered_dependencies: delivered })), 'granted');
  });

  test('a work on which others depend is removed only with them', () => {
    assert.equal(refusalOf(chain(), { type: 'remove', ids: [id('b')] }), 'has_dependents');
    assert.equal(refusalOf(chain(), { type: 'remove', ids: [id('b'), id('c')] }), 'granted');
  });

  test('a doomed work that is skipped as satisfied frees what waits behind it', () => {
    const batch = running();
    batch.end('a', { result: { kind: 'read', value: { outcome: 'fail' } } });
    assert.equal(batch.state.doomedBy.filter((by) => by !== -1).length, 2);
    batch.ask({ type: 'skip', ids: [id('b')], satisfied: true });
    assert.ok(batch.state.ready.has(batch.state.works.findIndex((work) => work.id === 'c')));
  });
});

describe('what workers and schedulers may tell', () => {
  test('a report of an attempt that was given up is refused', () => {
    const batch = running();
    const token = batch.token('a');
    const [{ worker, incarnation }] = batch.state.workers as unknown as readonly [
      { worker: string; incarnation: string },
    ];
    batch.ask({ type: 'give_up_worker', worker, incarnation, reason: 'dead' });
    assert.equal(batch.record('a').failures, 1);
    for (const type of ['report_stopped', 'report_pushed', 'report_attention'] as const)
      assert.equal(refusalOf(batch, { type, token, commit: 'c', question: null } as Request), 'stale_attempt');
    assert.equal(refusalOf(batch, { type: 'discharge', worker, incarnation, reason: '' }), 'stale_worker');
  });

  test('a stage report that comes twice counts once', () => {
    const batch = running();
    const { visits } = batch.record('a');
    const passed: StageReport = {
      ...{ end: { kind: 'exited', code: 0 }, last_line: '', duration_ms: 1, result: { kind: 'none' }, missing: null },
      ...{ quota: null, spent: null, commit: null },
    };
    const request: Request = {
      type: 'report_stage',
      token: batch.token('a'),
      stage_index: 0,
      visit: visits[0] ?? 0,
      report: passed,
    };
    batch.ask(request);
    assert.deepEqual(batch.ask(request), { ok: true, events: [] });
    assert.equal(batch.record('a').stage_index, 1);
  });

  test('a delivery before the last stage has passed is refused', () => {
    const batch = running();
    const request: Request = {
      type: 'report_delivered',
      token: batch.token('a'),
      commit: null,
      pushed: false,
      notes: [],
    };
    assert.equal(refusalOf(batch, request), 'stale_attempt');
  });

  test('a slot takes one process; the same one may ask twice', () => {
    const batch = running();
    const { worker, incarnation } = batch.state.workers[0] as { worker: string; incarnation: string };
    const enlist = (pid: number): Request => ({
      type: 'enlist',
      worker,
      incarnation,
      process: { pid, started: '1', boot: 'b' },
      session: null,
    });
    assert.deepEqual(batch.ask(enlist(1)), { ok: true, events: [] });
    assert.equal(refusalOf(batch, enlist(2)), 'stale_worker');
  });

  test('a scheduler takes a batch only from one that left or is dead, and only the newest may leave', () => {
    const batch = chain();
    const claim = (previousIsDead: boolean): Request => ({
      type: 'claim',
      process: { pid: 2, started: '2', boot: 'b' },
      session: null,
      previousIsDead,
    });
    assert.equal(refusalOf(batch, claim(false)), 'scheduler_alive');
    assert.equal(refusalOf(batch, claim(true)), 'granted');
    assert.equal(refusalOf(batch, { type: 'release', generation: 1, reason: '' }), 'stale_scheduler');
    assert.equal(refusalOf(batch, { type: 'release', generation: 2, reason: '' }), 'granted');
    assert.equal(refusalOf(batch, claim(false)), 'granted');
  });

  test('time in a stage that was throttled counts towards the running time of the work', () => {
    const batch = running();
    batch.now += 5_000;
    batch.end('a', { end: { kind: 'exited', code: 75 } });
    assert.equal(batch.record('a').run_ms, 5_000);
    assert.equal(batch.record('a').failures, 0);
  });
});
