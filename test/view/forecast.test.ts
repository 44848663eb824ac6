import assert from 'node:assert/strict';
import { test } from 'node:test';
import { etaRangeWords } from '../../src/view/duration.ts';
import { etaOf, makeForecast, makeForecaster } from '../../src/view/forecast.ts';
import { forecastText } from '../../src/view/forecast-text.ts';
import { plainText } from '../../src/view/line.ts';
import { SampleBatch, samplePlan } from './sample-batch.ts';

const begun = (): SampleBatch => {
  const batch = new SampleBatch(
    samplePlan([{ id: 'a' }, { id: 'b', after: ['a'] }, { id: 'c' }, { id: 'd' }, { id: 'e' }], { parallel: 2 }),
  );
  batch.begin();
  return batch;
};

test('the ETA is told with its interval, and without one that says nothing', () => {
  assert.equal(etaRangeWords(720, 540, 1080), 'about 12m left (9m–18m)');
  assert.equal(etaRangeWords(720, 715, 725), 'about 12m left');
  assert.equal(etaRangeWords(30, null, null), 'about 30s left');
  assert.equal(etaRangeWords(90_000, 50_000, 200_000), 'about 1d 1h left (14h–2d 8h)');
});

test('the forecast of a batch names what is left of the longest chain, and compares numbers of workers', () => {
  const batch = begun();
  const forecast = makeForecast(batch.state, batch.now);
  assert.ok(forecast !== null);
  assert.deepEqual(forecast.critical_path, ['a', 'b']);
  assert.deepEqual(
    forecast.what_if.map(({ parallel }) => parallel),
    [1, 2, 3, 4, 8],
  );
  const [one, two] = forecast.what_if;
  assert.ok((one?.estimate_seconds ?? 0) > (two?.estimate_seconds ?? Infinity));
  assert.deepEqual(forecast.eta, etaOf(batch.state, batch.now));
  assert.equal(forecast.eta?.seconds, two?.estimate_seconds);
  const text = plainText(forecastText(forecast, 2));
  assert.match(text, /^\nForecast\n {2}about .* left \(.*–.*\) with 2 workers/);
  assert.match(text, /Longest chain left: a -> b /);
  assert.match(text, /\n {2}1 worker {3}.*\n {2}2 workers .* <- now\n/);
  batch.complete('a', 100);
  assert.deepEqual(makeForecast(batch.state, batch.now)?.critical_path.at(-1), 'b');
});

test('nothing is foreseen of a batch that does not run', () => {
  const batch = begun();
  batch.ask({ type: 'pause' });
  assert.equal(makeForecast(batch.state, batch.now), null);
  assert.equal(etaOf(batch.state, batch.now), null);
  assert.match(plainText(forecastText(null, 2)), /nothing is|nothing runs/);
});

test('a view that stays open does not foresee anew at each look, and lets time pass between', () => {
  const batch = begun();
  const look = makeForecaster();
  const first = look(batch.state, batch.now);
  assert.deepEqual(first, etaOf(batch.state, batch.now));
  const state = batch.state;
  batch.complete('a', 50);
  assert.deepEqual(look(batch.state, batch.now - 99_000)?.seconds, (first?.seconds ?? 0) - 1);
  assert.deepEqual(look(batch.state, batch.now), etaOf(batch.state, batch.now));
  assert.notEqual(state, batch.state);
});
