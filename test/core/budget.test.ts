import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Budget, Spent } from '../../src/core/budget.ts';
import { heldReason } from '../../src/core/decide.ts';
import type { WorkId } from '../../src/core/work.ts';
import { makePlan, makeStage } from '../support/plan.ts';
import { makeBatch, statuses, type Batch } from './batch.ts';

const withBudget = (budget: Partial<Budget>, parallel = 1): Batch =>
  makeBatch(
    makePlan({
      parallel,
      works: [{ id: 'a' }, { id: 'b' }, { id: 'c' }],
      workflows: [{ name: 'plain', worktree: false, stages: [makeStage('one'), makeStage('two')] }],
      settings: { budget: { cost_usd: null, tokens: null, minutes: null, ...budget } },
    }),
  );
const withWorkBudget = (budget: Partial<Budget>): Batch =>
  makeBatch(
    makePlan({
      parallel: 1,
      works: [{ id: 'a' }, { id: 'b' }, { id: 'c' }],
      workflows: [{ name: 'plain', worktree: false, stages: [makeStage('one'), makeStage('two')] }],
      settings: { work_budget: { cost_usd: null, tokens: null, minutes: null, ...budget } },
    }),
  );
const spending = (spent: Partial<Spent>): { readonly spent: Spent } => ({
  spent: { cost_usd: null, tokens: null, ...spent },
});

describe('a budget', () => {
  test('that is used up lets what runs finish, starts nothing new, and says so; a resume grants it again', () => {
    const batch = withBudget({ cost_usd: 1 });
    batch.settle();
    batch.end('a', spending({ cost_usd: 0.6 }));
    batch.end('a', spending({ cost_usd: 0.6, tokens: 1000 }));
    assert.deepEqual(statuses(batch), { a: 'completed', b: 'queued', c: 'queued' });
    assert.equal(heldReason(batch.state), 'budget.cost_usd is 1, and 1.2 of it is used');
    batch.settle();
    assert.equal(batch.state.batch.status, 'stopped');
    assert.match(batch.state.batch.reason ?? '', /budget\.cost_usd is 1/);
    assert.deepEqual(batch.record('a').spent, { cost_usd: 1.2, tokens: 1000 });
    batch.ask({ type: 'resume', parallel: null, retryFailed: true, engine: null });
    batch.settle();
    assert.equal(statuses(batch)['b'], 'running');
  });

  test('reserves what a stage has cost on average for each work that runs', () => {
    const batch = withBudget({ tokens: 1000 }, 2);
    batch.settle();
    batch.end('a', spending({ tokens: 400 }));
    assert.deepEqual(statuses(batch), { a: 'running', b: 'running', c: 'queued' });
    batch.end('a', spending({ tokens: 400 }));
    batch.settle();
    assert.deepEqual(statuses(batch), { a: 'completed', b: 'running', c: 'queued' });
    batch.end('b');
    batch.end('b');
    batch.settle();
    assert.equal(statuses(batch)['c'], 'running');
  });

  test('of minutes counts from the time at which the batch last began to run', () => {
    const batch = withBudget({ minutes: 5 });
    batch.settle();
    batch.now += 4 * 60_000;
    batch.end('a');
    batch.now += 2 * 60_000;
    batch.end('a');
    batch.settle();
    assert.deepEqual([batch.state.batch.status, statuses(batch)['b']], ['stopped', 'queued']);
  });

  test('of each work ends that work alone, before its next stage; a resume grants it again', () => {
    const batch = withWorkBudget({ cost_usd: 1 });
    batch.settle();
    batch.end('a', spending({ cost_usd: 1.5 }));
    batch.settle();
    assert.deepEqual(statuses(batch), { a: 'stopped', b: 'running', c: 'queued' });
    assert.deepEqual(batch.record('a').state, {
      status: 'stopped',
      cause: { kind: 'budget', of: 'cost_usd', limit: 1, spent: 1.5 },
    });
    assert.equal(batch.record('a').stage_index, 1);
    batch.ask({ type: 'retry', ids: ['a' as WorkId], from: null, rerun: false, answer: null });
    batch.end('b');
    batch.end('b');
    batch.settle();
    assert.equal(statuses(batch)['a'], 'running');
    batch.end('a');
    assert.deepEqual([statuses(batch)['a'], batch.record('a').spent.cost_usd], ['completed', 1.5]);
  });

  test('of each work reserves what a stage has cost on average, but lets every work try one', () => {
    const batch = withWorkBudget({ tokens: 1000 });
    batch.settle();
    batch.end('a', spending({ tokens: 700 }));
    assert.equal(batch.record('a').state.status, 'stopped');
    batch.settle();
    assert.equal(statuses(batch)['b'], 'running');
  });

  test('of minutes of a work is the time of its stages, not that of its waiting', () => {
    const batch = withWorkBudget({ minutes: 10 });
    batch.settle();
    batch.now += 60 * 60_000;
    batch.end('a', { duration_ms: 9 * 60_000 });
    assert.equal(statuses(batch)['a'], 'running');
    batch.end('a', { duration_ms: 60_000 });
    batch.settle();
    batch.end('b', { duration_ms: 11 * 60_000 });
    assert.equal(batch.record('b').state.status, 'stopped');
  });

  test('of nothing is none', () => {
    const batch = withBudget({});
    batch.settle();
    batch.end('a', spending({ cost_usd: 1e6, tokens: 1e9 }));
    batch.end('a');
    batch.settle();
    assert.equal(statuses(batch)['b'], 'running');
  });
});
