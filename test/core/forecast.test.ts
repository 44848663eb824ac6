import assert from 'node:assert/strict';
import { test } from 'node:test';
import { criticalPath, dispatchOrder, forecast } from '../../src/core/forecast.ts';
import { samplePlan, type SampleWork } from '../view/sample-batch.ts';

const seconds = (works: readonly SampleWork[], parallels: readonly number[], resources = {}): readonly number[] =>
  forecast(samplePlan(works, { settings: { resources } }), parallels).map(({ makespan_seconds }) => makespan_seconds);

test('independent works take their sum over the workers, a chain its sum', () => {
  const four = ['a', 'b', 'c', 'd'].map((id) => ({ id, expected_seconds: 100 }));
  assert.deepEqual(seconds(four, [1, 2, 3, 4, 8]), [400, 200, 200, 100, 100]);
  const chain = four.map((work, i) => ({ ...work, after: i === 0 ? [] : [four[i - 1]?.id ?? ''] }));
  assert.deepEqual(seconds(chain, [1, 4]), [400, 400]);
  assert.deepEqual(seconds([], [1]), [0]);
});

test('conflicts and slots of resources hold works back', () => {
  assert.deepEqual(seconds([{ id: 'a' }, { id: 'b', conflicts: ['a'] }, { id: 'c' }], [3]), [1200]);
  const using = ['a', 'b', 'c', 'd'].map((id) => ({ id, uses: ['gpu'], expected_seconds: 100 }));
  assert.deepEqual(
    seconds([...using, { id: 'e', expected_seconds: 50 }], [8], {
      gpu: { slots: 2, per_minute: null, cooldown_ms: 0 },
    }),
    [200],
  );
});

test('the order of dispatch is by rank, but none comes before what it depends on', () => {
  const plan = samplePlan([{ id: 'urgent', after: ['base'] }, { id: 'b' }, { id: 'base' }, { id: 'd' }]);
  const ids = (parallel: number): readonly string[] =>
    dispatchOrder(plan, parallel).map((i) => plan.works[i]?.id ?? '');
  const ranked = plan.works.map(({ id }) => id).filter((id) => id !== 'urgent');
  assert.deepEqual(ids(4), [...ranked, 'urgent']);
  const alone = ids(1);
  assert.ok(alone.indexOf('base') < alone.indexOf('urgent'));
  assert.deepEqual([...alone].sort(), ['b', 'base', 'd', 'urgent']);
});

test('the critical path is the chain that takes longest', () => {
  const plan = samplePlan([
    { id: 'a', expected_seconds: 10 },
    { id: 'b', after: ['a'], expected_seconds: 10 },
    { id: 'c', expected_seconds: 100 },
    { id: 'd', after: ['b', 'c'], expected_seconds: 1 },
  ]);
  assert.deepEqual(criticalPath(plan.works), { ids: ['c', 'd'], seconds: 101 });
});

test('two slots of a resource bound 10,000 works at any number of workers', () => {
  const works = Array.from({ length: 10_000 }, (_, i) => ({ id: `w${i}`, expected_seconds: 1 + (i % 97) }));
  const [first] = samplePlan(works.slice(0, 1)).works;
  assert.ok(first !== undefined);
  const planned = works.map((work, i) => ({
    ...first,
    id: work.id as typeof first.id,
    order: i,
    expected_seconds: work.expected_seconds,
    uses: ['gpu'],
    dependencies: i < 50 || i % 3 === 0 ? [] : ([`w${i - 50}`] as unknown as typeof first.dependencies),
  }));
  const resources = { gpu: { slots: 2, per_minute: null, cooldown_ms: 0 } };
  const plan = { ...samplePlan([], { settings: { resources } }), works: planned };
  const begun = performance.now();
  const ends = forecast(plan, [1, 2, 3, 4, 8]);
  console.log(`10,000 works at five numbers of workers: ${(performance.now() - begun).toFixed(0)} ms`);
  const total = works.reduce((sum, work) => sum + work.expected_seconds, 0);
  assert.deepEqual(
    ends.map(({ parallel, makespan_seconds }) => [parallel, makespan_seconds >= total / Math.min(parallel, 2)]),
    [1, 2, 3, 4, 8].map((parallel) => [parallel, true]),
  );
  assert.equal(new Set(ends.slice(1).map(({ makespan_seconds }) => makespan_seconds)).size, 1);
});
