import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Budget, Spent } from '../../src/core/budget.ts';
import { heldReason } from '../../src/core/decide.ts';
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

  test('of nothing is none', () => {
    const batch = withBudget({});
    batch.settle();
    batch.end('a', spending({ cost_usd: 1e6, tokens: 1e9 }));
    batch.end('a');
    batch.settle();
    assert.equal(statuses(batch)['b'], 'running');
  });
});
