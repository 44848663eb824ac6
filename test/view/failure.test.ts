import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Failure } from '../../src/core/failure.ts';
import { adviseFailure, describeFailure } from '../../src/view/failure.ts';

const stage = 'wf2-spec';
const message = 'no such table';

/** One of each; a new member does not compile without one. */
const samples: { readonly [R in Failure['reason']]: Extract<Failure, { readonly reason: R }> } = {
  exit: { reason: 'exit', stage, code: 7, message },
  signal: { reason: 'signal', stage, signal: 'SIGSEGV', message },
  timeout: { reason: 'timeout', stage, limit_ms: 1_800_000, message },
  run_time: { reason: 'run_time', stage, limit_ms: 60_000, message },
  idle: { reason: 'idle', stage, limit_ms: 300_000, message },
  asked: { reason: 'asked', stage, message: 'Proceed?' },
  not_started: { reason: 'not_started', stage, message: 'claude: not found' },
  unproven: { reason: 'unproven', stage, missing: 'commit', message: '' },
  gate: { reason: 'gate', stage, message },
  bad_result: { reason: 'bad_result', stage, message },
  visits: { reason: 'visits', stage, limit: 3, message: 'wf6-verify leads to wf2-spec again' },
  throttled: { reason: 'throttled', stage, limit: 20, message },
  lost: { reason: 'lost', stage, message: 'its process is gone' },
  setup: { reason: 'setup', stage: 'setup', message: 'npm ci exited with 1' },
  base_conflict: { reason: 'base_conflict', stage: 'base', files: ['a', 'b', 'c', 'd', 'e', 'f', 'g'], message: '' },
  base_missing: { reason: 'base_missing', stage: 'base', message: 'origin/main' },
  not_ours: { reason: 'not_ours', stage: 'worktree', message: 'wf/02-api exists' },
  worktree: { reason: 'worktree', stage: 'worktree', message: 'no space left' },
  push_rejected: { reason: 'push_rejected', stage: 'push', message: 'the remote is at abc' },
  push_refused: { reason: 'push_refused', stage: 'push', message: 'pre-push exited with 1' },
  unreachable: { reason: 'unreachable', stage: 'push', message: 'connection refused' },
};

test('every failure has words of its own and something to do', () => {
  const all = Object.values(samples);
  assert.equal(new Set(all.map((failure) => describeFailure({ ...failure, message: '' }))).size, all.length);
  for (const failure of all) {
    assert.match(describeFailure(failure), /^[^\n]{10,}$/);
    assert.match(adviseFailure(failure, '02-api'), /`|raise/);
  }
});

test('a failure names its stage, its cause and its last line', () => {
  assert.equal(describeFailure(samples.exit), 'wf2-spec exited with 7: no such table');
  assert.equal(describeFailure(samples.timeout), 'wf2-spec ran longer than 30m: no such table');
  assert.equal(describeFailure(samples.unproven), 'wf2-spec exited with 0, but commit is missing');
  assert.equal(describeFailure(samples.base_conflict), 'the dependencies conflict in a, b, c, d, e and 2 more');
});

test('what a failure quotes is clipped and cannot steer the terminal', () => {
  const words = describeFailure({ ...samples.exit, message: `\u001b]0;x\u0007a\nb${'!'.repeat(5000)}` });
  assert.ok(words.length < 400 && words.endsWith('…'), words);
  assert.ok(words.startsWith('wf2-spec exited with 7: a b!!'), words);
});
