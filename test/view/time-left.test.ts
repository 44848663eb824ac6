import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makePanel } from '../../src/view/panel.ts';
import { whyWork } from '../../src/view/why.ts';
import { statusOf } from '../dashboard/scenes.ts';
import { SampleBatch, samplePlan } from './sample-batch.ts';

/** Four works that were expected to take 600 s and took 60, and a fifth that runs, another behind it. */
const makeFast = (): SampleBatch => {
  const done = ['a', 'b', 'c', 'd'];
  const works = [...done, 'e'].map((id) => ({ id, expected_seconds: 600 }));
  const batch = new SampleBatch(samplePlan([...works, { id: 'f', after: ['e'] }], { parallel: 1 }));
  batch.begin();
  for (const id of done) batch.complete(id, 30);
  batch.prepare('e');
  batch.pass(20);
  return batch;
};

test('the bar of the work that has run longest and the sentence of the one behind it tell the same time left', () => {
  const batch = makeFast();
  const { state, now } = batch;
  const [, bar] = makePanel({ status: statusOf(batch), state, now, filter: '' }).bars;
  const waiting = state.works.findIndex(({ id }) => id === 'f');
  const told = /about (?:\d+[hms] ?)+left/.exec(whyWork(state, waiting, now).sentence)?.[0];
  assert.ok(told !== undefined);
  assert.equal(bar?.label, 'e');
  assert.deepEqual(bar.words, ['running 20s', told]);
  // What was expected of it before the others had ended would be more.
  assert.ok(bar.share > 20 / 600 && bar.share < 0.5, String(bar.share));
});
