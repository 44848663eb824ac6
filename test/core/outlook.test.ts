import assert from 'node:assert/strict';
import { test } from 'node:test';
import { learnDurations, type PastWork } from '../../src/core/durations.ts';
import { expectationsOf } from '../../src/core/durations.ts';
import { outlookOf, secondsLeft, type Range } from '../../src/core/outlook.ts';
import { makeRandom } from '../../src/core/random.ts';
import { sumStageTimes } from '../../src/core/stage-times.ts';
import { leftAt } from '../../src/core/spread.ts';
import { asWorkId } from '../../src/core/work.ts';
import { SampleBatch, samplePlan, type SampleOptions, type SampleWork } from '../view/sample-batch.ts';

const begun = (works: readonly SampleWork[], options: SampleOptions = {}): SampleBatch => {
  const batch = new SampleBatch(samplePlan(works, options));
  batch.begin();
  return batch;
};

const rangeOf = (batch: SampleBatch, parallel = batch.state.batch.parallel): Range => {
  const range = outlookOf(batch.state, batch.now, makeRandom(1)).range(parallel);
  assert.ok(range !== null);
  assert.ok(range.low_seconds <= range.seconds && range.seconds <= range.high_seconds);
  return range;
};

const past = (seconds: number, change: Partial<PastWork> = {}): PastWork => ({
  workflow: 'wf',
  group: null,
  duration_ms: seconds * 1000,
  stages_ms: new Map(),
  ...change,
});

const many = (count: number): readonly SampleWork[] =>
  Array.from({ length: count }, (_, i) => ({ id: `w${String(i).padStart(2, '0')}` }));

test('three works of a workflow are a history; before, the declared estimate counts, then the default', () => {
  const of = (lines: readonly PastWork[], estimate_seconds: number | null, group: string | null = null): number =>
    expectationsOf(learnDurations(lines)).secondsOf({ workflow: 'wf', group, estimate_seconds });
  assert.equal(of([past(60), past(60)], 90), 90);
  assert.equal(of([past(60), past(60)], null), 300);
  assert.equal(of([past(60), past(61), past(62)], 90), 61);
  assert.equal(of([past(60), past(61), past(62)], null, 'unseen'), 61);
});

test('one work that took a day moves what is expected of the others by little', () => {
  const usual = Array.from({ length: 9 }, (_, i) => past(100 + i));
  const { seconds, above } = learnDurations([...usual, past(86_400)])[0] ?? { seconds: 0, above: 9 };
  assert.ok(seconds > 100 && seconds < 110, String(seconds));
  assert.ok(above < 0.6, String(above));
});

test('a group with few works is drawn towards its workflow, one with many stands for itself', () => {
  const all = Array.from({ length: 30 }, () => past(100));
  const few = learnDurations([...all, past(400, { group: 'g' })]);
  const lots = learnDurations([...all, ...Array.from({ length: 40 }, () => past(400, { group: 'g' }))]);
  const ofGroup = (classes: typeof few): number => classes.find(({ group }) => group === 'g')?.seconds ?? 0;
  assert.ok(ofGroup(few) > 120 && ofGroup(few) < 250, String(ofGroup(few)));
  assert.ok(ofGroup(lots) > 370, String(ofGroup(lots)));
});

test('what has run for longer than expected is foreseen to go on for longer, not to end at once', () => {
  const scales = { below: 0.4, above: 0.4 };
  const left = (elapsed: number): number => leftAt(scales, 600, elapsed, 0.5);
  assert.equal(left(0), 600);
  assert.ok(left(300) < 600);
  assert.ok(left(6000) > 600 && Number.isFinite(left(6000)));
  assert.ok(Number.isFinite(left(1e12)));
});

test('more workers are never foreseen to take longer, and independent works take half as long with two', () => {
  const batch = begun(many(40), { parallel: 1 });
  const [one, two, four] = [1, 2, 4].map((parallel) => rangeOf(batch, parallel).seconds);
  assert.ok(one !== undefined && two !== undefined && four !== undefined);
  assert.ok(one > two && two > four);
  assert.ok(one / two > 1.8 && one / two < 2.1, String(one / two));
});

test('what is done counts no more, and what it took changes what is expected of the rest', () => {
  const slow = begun(many(20));
  const fast = begun(many(20));
  const before = rangeOf(slow).seconds;
  for (const id of ['w00', 'w01', 'w02', 'w03', 'w04']) {
    slow.complete(id, 900);
    slow.decide();
    fast.complete(id, 60);
    fast.decide();
  }
  assert.equal(slow.refused + fast.refused, 0);
  assert.ok(rangeOf(slow).seconds > before);
  assert.ok(rangeOf(fast).seconds < before / 3);
});

test('a dependent of a stopped work and what failed behind it are not waited for', () => {
  const batch = begun([{ id: 'a' }, { id: 'b', after: ['a'] }, { id: 'c', after: ['b'] }, { id: 'd' }]);
  const whole = rangeOf(batch).seconds;
  batch.prepare('a');
  batch.endStage('a', { question: 'which?' });
  batch.decide();
  assert.ok(rangeOf(batch).seconds < whole);
  assert.deepEqual(outlookOf(batch.state, batch.now, makeRandom(1)).criticalPath().ids, ['d']);
});

test('back-off is waited out', () => {
  const batch = begun([{ id: 'a' }], { parallel: 1 });
  batch.prepare('a');
  batch.endStage('a', { code: 1 });
  batch.decide();
  const { state } = batch.state.records[0] ?? { state: { status: 'failed' } };
  assert.ok(state.status === 'queued' && 'not_before' in state && state.not_before > batch.now);
  assert.ok(rangeOf(batch).low_seconds >= (state.not_before - batch.now) / 1000);
});

test('a work in its last stage has as long to go as that stage takes, where stages are learnt', () => {
  const stages_ms = new Map([
    ['wf2-spec', 900_000],
    ['wf5-implement', 60_000],
  ]);
  const durations = learnDurations(Array.from({ length: 20 }, () => past(960, { stages_ms })));
  const plan = { ...samplePlan([{ id: 'a', expected_seconds: 960 }], { parallel: 1 }), durations };
  const batch = new SampleBatch(plan);
  batch.begin();
  batch.prepare('a');
  batch.pass(400);
  batch.endStage('a');
  const left = secondsLeft(batch.state, batch.now)(0);
  assert.ok(left > 40 && left < 90, String(left));
});

test('the same state at the same time gives the same forecast', () => {
  const batch = begun(many(30));
  batch.complete('w00', 500);
  assert.deepEqual(rangeOf(batch), rangeOf(batch));
});

test('times of stages are summed over visits and attempts', () => {
  const batch = begun([{ id: 'a' }]);
  batch.prepare('a');
  batch.pass(10);
  batch.endStage('a', { code: 1 });
  batch.pass(61);
  batch.decide();
  batch.prepare('a');
  batch.pass(20);
  batch.endStage('a');
  const times = sumStageTimes();
  batch.events.forEach((event) => times.add(event));
  assert.deepEqual(times.of(asWorkId('a')), { 'wf2-spec': 30_000 });
});
