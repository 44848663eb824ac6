import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decide, maxUnanswered, summonsMs } from '../../src/core/decide.ts';
import type { Plan } from '../../src/core/plan.ts';
import { makePlan, makeStage, type WorkWish } from '../support/plan.ts';
import { makeBatch, statuses, taskOf } from './batch.ts';
import { graphCases, readGraph, type GraphTask } from './graph-cases.ts';

const works = (...ids: readonly string[]): readonly WorkWish[] => ids.map((id) => ({ id }));

/** Simulated time until all works of known durations are done; checks that no worker is idle while a work is ready. */
const makespan = (plan: Plan, durations: ReadonlyMap<string, number>): number => {
  const batch = makeBatch(plan);
  const start = batch.now;
  const ends = new Map<string, number>();
  for (let last = start; ;) {
    batch.settle();
    for (const i of batch.state.active) {
      const id = batch.state.works[i]?.id as string;
      if (!ends.has(id)) {
        batch.prepare(id);
        ends.set(id, batch.now + Math.round((durations.get(id) ?? 0) * 1000));
      }
    }
    const isIdle = batch.state.active.length < batch.state.batch.parallel;
    assert.ok(!isIdle || batch.state.ready.isEmpty(), 'a worker is idle while a work is ready');
    if (ends.size === 0) return (assert.equal(batch.state.batch.status, 'completed'), (last - start) / 1000);
    batch.now = last = Math.min(...ends.values());
    for (const [id, at] of [...ends]) {
      if (at !== batch.now) continue;
      ends.delete(id);
      batch.end(id);
    }
  }
};

const planOf = (tasks: readonly GraphTask[], parallel: number): Plan =>
  makePlan({
    parallel,
    works: tasks.map(({ id, deps, duration }) => ({ id, dependencies: deps, expected_seconds: duration })),
  });

describe('a decision', () => {
  test('gives the first ready works by rank to the idle workers and waits without a timer for news', () => {
    const batch = makeBatch(makePlan({ works: works('c', 'a', 'b'), parallel: 2 }));
    assert.equal(batch.settle().wakeAt, Infinity);
    assert.deepEqual(statuses(batch), { a: 'assigned', b: 'assigned', c: 'queued' });
    assert.equal(taskOf(batch, 1), 'attempt');
  });

  test('does not wait for a level to end', () => {
    const batch = makeBatch(makePlan({ parallel: 2, works: [...works('a', 'b'), { id: 'c', dependencies: ['a'] }] }));
    batch.settle();
    batch.prepare('a');
    batch.end('a');
    batch.settle();
    assert.deepEqual(statuses(batch), { a: 'completed', b: 'assigned', c: 'assigned' });
  });

  test('repeats a summons that nobody answered, and stops the batch after the last', () => {
    const batch = makeBatch(makePlan({ works: works('a'), parallel: 1 }));
    let summonings = 0;
    for (let i = 0; i < 50 && batch.state.batch.status === 'running'; i++) {
      const decision = decide(batch.state, { now: batch.now, nonce: `n${i}` });
      summonings += decision.events.filter(({ type }) => type === 'worker_summoned').length;
      batch.append(decision.events);
      batch.now += summonsMs / 2;
    }
    assert.equal(batch.state.batch.reason, 'no worker could be started');
    assert.equal(summonings, maxUnanswered + 1);
  });

  test('a resume tries again slots from which nobody answered', () => {
    const batch = makeBatch(makePlan({ works: works('a'), parallel: 1 }));
    while (batch.state.batch.status === 'running') {
      batch.append(decide(batch.state, { now: batch.now, nonce: `n${batch.now}` }).events);
      batch.now += summonsMs;
    }
    batch.ask({ type: 'resume', parallel: null, retryFailed: false, engine: null });
    const { events } = decide(batch.state, { now: batch.now, nonce: 'again' });
    assert.deepEqual(
      events.map(({ type }) => type),
      ['worker_summoned'],
    );
  });

  test('a slot from which nobody answers leaves its work to the next slot', () => {
    const batch = makeBatch(makePlan({ works: works('a'), parallel: 2 }));
    const summoned = new Set<string>();
    for (let i = 0; i < 12; i++) {
      const { events } = decide(batch.state, { now: batch.now, nonce: `n${i}` });
      for (const event of events) if (event.type === 'worker_summoned') summoned.add(event.worker);
      batch.append(events);
      batch.now += summonsMs;
    }
    assert.deepEqual([...summoned], ['worker-1', 'worker-2']);
  });

  test('max_works counts works, not their attempts: one that is retried goes on', () => {
    const batch = makeBatch(makePlan({ works: works('a', 'b'), parallel: 1, settings: { max_works: 1 } }));
    batch.settle();
    batch.prepare('a');
    batch.end('a', { end: { kind: 'exited', code: 1 } });
    const { wakeAt } = batch.settle();
    assert.equal(batch.state.batch.status, 'running');
    batch.now = wakeAt;
    batch.settle();
    assert.deepEqual(statuses(batch), { a: 'assigned', b: 'queued' });
    batch.prepare('a');
    batch.end('a');
    batch.settle();
    assert.equal(batch.state.batch.reason, 'batch.max_works is 1');
  });

  test('wakes at the end of a back-off', () => {
    const batch = makeBatch(makePlan({ works: works('a') }));
    batch.settle();
    batch.prepare('a');
    batch.end('a', { end: { kind: 'exited', code: 1 } });
    const { state } = batch.record('a');
    assert.equal(batch.settle().wakeAt, state.status === 'queued' ? state.not_before : null);
  });

  test('ends completed, or stopped when what remains waits for a stopped work', () => {
    const batch = makeBatch(makePlan({ works: [...works('a'), { id: 'b', dependencies: ['a'] }] }));
    batch.settle();
    batch.prepare('a');
    batch.end('a', { result: { kind: 'read', value: { outcome: 'blocked', question: '?' } } });
    batch.settle();
    assert.equal(batch.state.batch.status, 'stopped');
  });

  test('a work without a worktree begins its first stage with its assignment, one with a worktree is prepared first', () => {
    const stages = [makeStage('only')];
    const workflows = ['bare', 'wooded'].map((name) => ({ name, worktree: name === 'wooded', stages }));
    const batch = makeBatch(
      makePlan({
        parallel: 2,
        workflows,
        works: [
          { id: 'a', workflow: 'bare' },
          { id: 'b', workflow: 'wooded' },
        ],
      }),
    );
    batch.settle();
    assert.equal(batch.record('a').state.status, 'running');
    assert.equal(batch.record('b').state.status, 'assigned');
  });

  test('a slot that rests between works leaves the next work to another slot', () => {
    const plan = makePlan({
      parallel: 2,
      works: [{ id: 'a' }, { id: 'b', dependencies: ['a'] }],
      settings: { cooldown_ms: 60_000 },
    });
    const batch = makeBatch({
      ...plan,
      workflows: { plain: { name: 'plain', worktree: false, stages: [makeStage('only')] } },
    });
    batch.settle();
    batch.prepare('a');
    batch.end('a');
    batch.settle();
    const { state } = batch.record('b');
    assert.equal(state.status === 'running' ? state.worker : state.status, 'worker-2');
  });
});

describe('makespans of real graphs', { skip: graphCases.length === 0 ? 'WF_CASES is not set' : false }, () => {
  test('keep the list-scheduling bound and are on average within 2 % of the best known', (context) => {
    const ratios: number[] = [];
    for (const { name, file, isCyclic, total, path, best } of graphCases) {
      if (isCyclic || best.length === 0) continue;
      const tasks = readGraph(file);
      const durations = new Map(tasks.map(({ id, duration }) => [id, duration]));
      const each = best.map(([m, known]) => {
        const found = makespan(planOf(tasks, m), durations);
        assert.ok(found <= total / m + (1 - 1 / m) * path + 0.01 * tasks.length, `${name} with ${m}: ${found}`);
        ratios.push(found / known);
        return `${m}: ${(found / known).toFixed(3)}`;
      });
      context.diagnostic(`${name}  ${each.join('  ')}`);
    }
    const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
    context.diagnostic(`mean of ${ratios.length} ratios to the best known: ${mean.toFixed(4)}`);
    assert.ok(mean <= 1.02, `mean ${mean}`);
  });
});
