import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { StageResult } from '../../src/core/failure.ts';
import { backOffMs, judge, type Verdict } from '../../src/core/policy.ts';
import type { StageReport } from '../../src/core/request.ts';
import { makeStage } from '../support/plan.ts';

const workflow = {
  name: 'flow',
  worktree: true,
  stages: [makeStage('one'), makeStage('two', { uses: ['tokens'], max_visits: 2 }), makeStage('three')],
};
const passed: StageReport = {
  end: { kind: 'exited', code: 0 },
  last_line: 'last',
  duration_ms: 1,
  result: { kind: 'none' },
  missing: null,
  quota: null,
  spent: null,
  commit: 'c',
};
const verdictOf = (change: Partial<StageReport>, index = 0, visits: readonly number[] = [1, 1, 1]): Verdict =>
  judge(workflow, index, visits, { ...passed, ...change });
const says = (result: StageResult): Partial<StageReport> => ({ result: { kind: 'read', value: result } });
const reasonOf = (verdict: Verdict): string =>
  verdict.kind === 'failed' ? `${verdict.failure.reason}${verdict.final ? ' final' : ''}` : verdict.kind;
const everything: Partial<StageReport> = {
  ...says({ outcome: 'next' }),
  missing: 'clean',
  quota: { resource: null, until: null, message: 'quota' },
};

describe('the policy table', () => {
  test('killed by stop is stopped, whatever else is so', () => {
    assert.equal(reasonOf(verdictOf({ ...everything, end: { kind: 'stopped' } })), 'stopped');
  });

  test('a time limit is a failure, and that of the whole work is final', () => {
    assert.equal(
      reasonOf(verdictOf({ ...everything, end: { kind: 'timed_out', limit_ms: 1, limit: 'stage' } })),
      'timeout',
    );
    assert.equal(
      reasonOf(verdictOf({ ...everything, end: { kind: 'timed_out', limit_ms: 1, limit: 'work' } })),
      'run_time final',
    );
    assert.equal(reasonOf(verdictOf({ ...everything, end: { kind: 'idle', limit_ms: 1 } })), 'idle');
  });

  test('a question that nobody may answer, a signal and a command that does not start are failures', () => {
    assert.equal(reasonOf(verdictOf({ ...everything, end: { kind: 'asked', question: '?' } })), 'asked');
    assert.equal(reasonOf(verdictOf({ ...everything, end: { kind: 'signalled', signal: 'SIGSEGV' } })), 'signal');
    assert.equal(reasonOf(verdictOf({ ...everything, end: { kind: 'not_started', message: 'no' } })), 'not_started');
  });

  test('exit 75 is throttled and cools down what its stage uses', () => {
    const verdict = verdictOf({ ...says({ outcome: 'fail' }), end: { kind: 'exited', code: 75 } }, 1);
    assert.deepEqual(verdict, { kind: 'throttled', resource: 'tokens', until: null, message: 'last' });
    assert.equal((verdictOf({ end: { kind: 'exited', code: 75 } }) as { resource: unknown }).resource, null);
  });

  test('a quota pattern is throttled with a non-zero exit, and nothing with exit 0', () => {
    const quota = { resource: 'api', until: '2026-01-01T00:00:00Z', message: 'come back' };
    const verdict = verdictOf({ quota, end: { kind: 'exited', code: 1 } });
    assert.deepEqual(verdict, { kind: 'throttled', resource: 'api', until: quota.until, message: 'come back' });
    assert.equal(verdictOf({ quota }).kind, 'passed');
  });

  test('another exit is a failure even if a result file says next', () => {
    assert.equal(reasonOf(verdictOf({ ...says({ outcome: 'next' }), end: { kind: 'exited', code: 3 } })), 'exit');
  });

  test('a result file decides at exit 0: next, repeat, goto, complete, fail, blocked', () => {
    assert.deepEqual(verdictOf(says({ outcome: 'next' })), { kind: 'passed', next: 1, result: { outcome: 'next' } });
    assert.equal((verdictOf(says({ outcome: 'repeat' })) as { next: number }).next, 0);
    assert.equal((verdictOf(says({ outcome: 'goto', to: 'one' }), 2) as { next: number }).next, 0);
    assert.equal((verdictOf(says({ outcome: 'complete' })) as { next: number }).next, 3);
    assert.equal(reasonOf(verdictOf(says({ outcome: 'fail' }))), 'gate final');
    assert.deepEqual(verdictOf(says({ outcome: 'blocked', question: 'which?' })), {
      kind: 'blocked',
      question: 'which?',
    });
  });

  test('a goto to nowhere and a file that cannot be read are failures', () => {
    assert.equal(reasonOf(verdictOf(says({ outcome: 'goto', to: 'nowhere' }))), 'bad_result');
    assert.equal(reasonOf(verdictOf(says({ outcome: 'goto' }))), 'bad_result');
    assert.equal(reasonOf(verdictOf({ result: { kind: 'bad', message: 'x' } })), 'bad_result');
  });

  test('exit 0 without what is required is unproven and names what is missing', () => {
    const verdict = verdictOf({ missing: 'file:out.txt' });
    assert.ok(
      verdict.kind === 'failed' && verdict.failure.reason === 'unproven' && verdict.failure.missing === 'file:out.txt',
    );
  });

  test('exit 0 with all that is required goes to the next stage, and past the last', () => {
    assert.deepEqual(verdictOf({}), { kind: 'passed', next: 1, result: null });
    assert.deepEqual(verdictOf({}, 2), { kind: 'passed', next: 3, result: null });
  });

  test('no loop comes by a stage more often than max_visits', () => {
    assert.equal(verdictOf(says({ outcome: 'repeat' }), 1, [1, 1, 1]).kind, 'passed');
    assert.equal(reasonOf(verdictOf(says({ outcome: 'repeat' }), 1, [1, 2, 1])), 'visits final');
    assert.equal(reasonOf(verdictOf(says({ outcome: 'goto', to: 'two' }), 2, [1, 2, 1])), 'visits final');
    assert.equal(reasonOf(verdictOf({}, 0, [2, 2, 1])), 'visits final');
  });
});

describe('back-off', () => {
  test('grows by its factor up to its maximum, give or take the jitter, the same for the same seed', () => {
    const policies = fc.record({
      max_attempts: fc.constant(9),
      initial_ms: fc.integer({ min: 0, max: 100_000 }),
      factor: fc.double({ min: 1, max: 4, noNaN: true }),
      max_ms: fc.integer({ min: 0, max: 3_600_000 }),
      jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(policies, fc.integer({ min: 1, max: 50 }), fc.string(), (policy, failures, seed) => {
        const plain = Math.min(policy.max_ms, policy.initial_ms * policy.factor ** (failures - 1));
        const wait = backOffMs(policy, failures, seed);
        assert.ok(wait >= plain * (1 - policy.jitter) - 1 && wait <= plain * (1 + policy.jitter) + 1);
        assert.ok(Number.isInteger(wait) && wait >= 0);
        assert.equal(backOffMs(policy, failures, seed), wait);
      }),
    );
  });
});
