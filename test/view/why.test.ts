import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whyWork } from '../../src/view/why.ts';
import { makeRandomBatch } from './random-batch.ts';
import { SampleBatch, samplePlan, type SampleOptions, type SampleWork } from './sample-batch.ts';

const begin = (works: readonly SampleWork[], options: SampleOptions = {}): SampleBatch => {
  const batch = new SampleBatch(samplePlan(works, options));
  batch.begin();
  return batch;
};

/** The sentence and the command, joined for reading. */
const why = (batch: SampleBatch, id: string): string => {
  const i = batch.state.works.findIndex((work) => work.id === id);
  const { sentence, command } = whyWork(batch.state, i, batch.now);
  return command === null ? sentence : `${sentence} => ${command}`;
};

const failTwice = (batch: SampleBatch, id: string): void => {
  for (let round = 0; round < 2; round++) {
    batch.prepare(id);
    batch.endStage(id, { code: 7, line: 'no such table' });
    batch.pass(61);
    batch.decide();
  }
};

test('a work that waits for others names them and what they do', () => {
  const batch = begin([
    { id: 'a' },
    { id: 'b', after: ['a'] },
    { id: 'c', after: ['a', 'b'] },
    { id: 'd', after: ['b'] },
  ]);
  assert.equal(why(batch, 'b'), 'waits for a, which is being prepared, about 10m left');
  batch.prepare('a');
  batch.pass(400);
  batch.endStage('a');
  assert.equal(why(batch, 'b'), 'waits for a in stage wf5-implement, about 9m left');
  batch.pass(400);
  assert.equal(why(batch, 'b'), 'waits for a in stage wf5-implement, about 11m left');
  batch.endStage('a');
  assert.equal(why(batch, 'b'), 'waits for a, which is being pushed');
  assert.equal(why(batch, 'c'), 'waits for a and b');
  assert.equal(why(batch, 'd'), 'waits for b, which is queued');
});

test('a work without a free slot names its place in line and how to get more slots', () => {
  const batch = begin([{ id: 'a' }, { id: 'b' }, { id: 'c' }, { id: 'd' }]);
  assert.equal(why(batch, 'c'), 'no free slot, 1st in line: all 2 slots are taken => wf0-batch resume --parallel 3');
  assert.equal(why(batch, 'd'), 'no free slot, 2nd in line: all 2 slots are taken => wf0-batch resume --parallel 3');
});

test('a work in back-off says until when, after what', () => {
  const batch = begin([{ id: 'a' }]);
  batch.prepare('a');
  batch.endStage('a', { code: 7, line: 'no such table' });
  assert.equal(
    why(batch, 'a'),
    'tries again at 12:01:00Z (in 1m) after: wf2-spec exited with 7: no such table => wf0-batch retry a',
  );
});

test('a throttled work names the resource and when it is free again', () => {
  const resources = { anthropic: { slots: null, per_minute: null, cooldown_ms: 90_000 } };
  const batch = begin(
    [
      { id: 'a', uses: ['anthropic'] },
      { id: 'b', uses: ['anthropic'] },
    ],
    {
      parallel: 1,
      settings: { resources },
      stages: [{ name: 'wf2-spec', uses: ['anthropic'] }],
    },
  );
  batch.prepare('a');
  batch.endStage('a', { code: 75, line: 'quota' });
  assert.equal(why(batch, 'a'), 'waits until 12:01:30Z (in 1m 30s) for the quota of anthropic: quota');
  assert.equal(why(batch, 'b'), 'anthropic cools down until 12:01:30Z (in 1m 30s)');
});

test('taken slots of a resource and conflicts are named', () => {
  const resources = { anthropic: { slots: 1, per_minute: null, cooldown_ms: 60_000 } };
  const batch = begin(
    [
      { id: 'a', uses: ['anthropic'] },
      { id: 'b', uses: ['anthropic'] },
      { id: 'c', conflicts: ['a'] },
    ],
    { parallel: 3, settings: { resources } },
  );
  assert.equal(why(batch, 'b'), 'every slot of anthropic is taken');
  assert.equal(why(batch, 'c'), 'conflicts with a, which is running');
});

test('a paused, a stopped and a deserted batch are named with the command that goes on', () => {
  const batch = begin([{ id: 'a' }, { id: 'b', after: ['a'] }, { id: 'c' }, { id: 'd' }]);
  const i = batch.state.works.findIndex(({ id }) => id === 'd');
  assert.equal(whyWork(batch.state, i, batch.now, { schedulerIsAlive: false }).sentence, 'no scheduler is running');
  batch.ask({ type: 'pause' });
  assert.equal(why(batch, 'd'), 'the batch is paused => wf0-batch resume');
  assert.equal(
    why(batch, 'b'),
    'waits for a, which is being prepared, about 10m left; the batch is paused => wf0-batch resume',
  );
  batch.ask({ type: 'stop', ids: null, mode: 'graceful' });
  assert.equal(why(batch, 'a'), 'worker-1 is stopping it');
  for (const id of ['a', 'c']) batch.ask({ type: 'report_stopped', token: batch.token(id) }, 'worker-1');
  batch.decide();
  assert.equal(why(batch, 'a'), 'stopped by a person => wf0-batch resume');
  assert.equal(why(batch, 'd'), 'the batch is stopped (stopped by the operator) => wf0-batch resume');
  assert.equal(why(batch, 'b'), 'waits for a, which is stopped by a person => wf0-batch resume');
});

test('a failed work and those behind it name the failure and the retry', () => {
  const batch = begin([{ id: 'a' }, { id: 'b', after: ['a'] }, { id: 'c', after: ['b'] }]);
  failTwice(batch, 'a');
  assert.equal(why(batch, 'a'), 'failed: wf2-spec exited with 7: no such table => wf0-batch retry a');
  assert.equal(why(batch, 'b'), 'skipped since a failed => wf0-batch retry a');
  assert.equal(why(batch, 'c'), 'skipped since a failed => wf0-batch retry a');
});

test('a blocked work shows its question, and those behind it show it, too', () => {
  const batch = begin([{ id: 'a' }, { id: 'b', after: ['a'] }]);
  batch.prepare('a');
  batch.endStage('a', { question: 'Which \u001b[31mcolour?' });
  assert.equal(why(batch, 'a'), 'blocked: Which colour? => wf0-batch retry a --answer TEXT');
  assert.equal(why(batch, 'b'), 'waits for a, which is blocked: Which colour? => wf0-batch retry a --answer TEXT');
});

test('skipped works, bounds of the run and failures under stop-new are named', () => {
  const batch = begin([{ id: 'a' }, { id: 'b', after: ['a'] }, { id: 'c' }], {
    parallel: 1,
    settings: { max_works: 1 },
  });
  assert.equal(why(batch, 'c'), 'nothing new starts: batch.max_works is 1 => wf0-batch resume');
  batch.ask({ type: 'skip', ids: [batch.state.works.find(({ id }) => id === 'b')?.id as never], satisfied: false });
  assert.equal(why(batch, 'b'), 'skipped by a person => wf0-batch retry b');
  const other = begin([{ id: 'a' }, { id: 'b' }, { id: 'c' }], { parallel: 2, settings: { on_failure: 'stop-new' } });
  failTwice(other, 'a');
  assert.equal(why(other, 'c'), 'nothing new starts: a work failed and on_failure is stop-new => wf0-batch resume');
});

test('a running work says what runs it and how to watch it', () => {
  const batch = begin([{ id: 'a' }]);
  assert.equal(why(batch, 'a'), 'worker-1 prepares it => wf0-batch attach a');
  batch.prepare('a');
  batch.pass(75);
  assert.equal(why(batch, 'a'), 'worker-1 runs wf2-spec since 1m 15s => wf0-batch attach a');
  batch.ask({ type: 'report_attention', token: batch.token('a'), question: 'Proceed?' }, 'worker-1');
  assert.equal(why(batch, 'a'), 'it waits for an answer: Proceed? => wf0-batch attach a');
});

test('every work of every batch has a sentence of one clean line', () => {
  const seen = new Map<string, number>();
  const rounds = process.env['WF_LONG'] === '1' ? 5000 : 200;
  for (let seed = 1; seed <= rounds; seed++) {
    const { state, now } = makeRandomBatch(seed);
    state.works.forEach((_, i) => {
      const { sentence, command } = whyWork(state, i, now);
      assert.match(`${sentence}${command ?? ''}`, /^[^\p{Cc}\p{Bidi_Control}]{5,700}$/u, `seed ${seed}`);
      const kind = sentence.replace(/\b(w\d\d|worker-\d|\d+\w*|wf\d-\w+)\b/g, '_').slice(0, 14);
      seen.set(kind, (seen.get(kind) ?? 0) + 1);
    });
  }
  console.log(`${rounds} batches, ${seen.size} kinds of sentence`);
  assert.ok(seen.size > 20, [...seen.keys()].join('\n'));
});
