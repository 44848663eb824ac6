import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Refusal } from '../../src/core/refusal.ts';
import { asWorkId } from '../../src/core/work.ts';
import { refusalWords } from '../../src/view/refusal.ts';

const id = asWorkId('02-api');

/** One of each; a new member does not compile without one. */
const samples: { readonly [R in Refusal['reason']]: Extract<Refusal, { readonly reason: R }> } = {
  unknown_work: { reason: 'unknown_work', id: 'no\u001b[31mpe' },
  wrong_state: { reason: 'wrong_state', id, state: 'running', wanted: 'queued' },
  wrong_batch_state: { reason: 'wrong_batch_state', state: 'stopping', wanted: 'running' },
  doomed: { reason: 'doomed', id, cause: { id: asWorkId('01-schema'), state: 'failed' } },
  stale_attempt: { reason: 'stale_attempt', id },
  stale_worker: { reason: 'stale_worker', worker: 'worker-2' },
  stale_scheduler: { reason: 'stale_scheduler', generation: 3 },
  scheduler_alive: { reason: 'scheduler_alive', pid: 4711 },
  unknown_stage: { reason: 'unknown_stage', id, stage: 'wf9' },
  duplicate_work: { reason: 'duplicate_work', id },
  has_dependents: { reason: 'has_dependents', id, dependents: [asWorkId('03-ui')] },
  missing_dependency: { reason: 'missing_dependency', id, dependency: '01-schema' },
  cycle: { reason: 'cycle', path: ['a', 'b', 'a'] },
};

test('every refusal says what, where and what to try, in one line each', () => {
  for (const refusal of Object.values(samples)) {
    const words = refusalWords(refusal);
    for (const text of [words.what, words.where, words.hint])
      assert.match(text, /^[^\p{Cc}]{5,}$/u, JSON.stringify(words));
  }
});

test('a refusal names the states and the command that helps', () => {
  assert.deepEqual(refusalWords(samples.wrong_state), {
    what: '02-api is running, and must be queued',
    where: 'work 02-api',
    hint: 'stop it first: `wf0-batch stop 02-api`',
  });
  assert.deepEqual(refusalWords(samples.doomed), {
    what: '02-api is skipped since 01-schema failed',
    where: 'work 02-api',
    hint: 'give that one back to the queue, and this one with it: `wf0-batch retry 01-schema`',
  });
  assert.equal(refusalWords(samples.cycle).what, 'the works depend on each other in a circle: a -> b -> a');
});
