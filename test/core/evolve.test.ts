import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Event } from '../../src/core/event.ts';
import { evolve } from '../../src/core/evolve.ts';
import { fromSnapshot, toSnapshot } from '../../src/core/snapshot.ts';
import { derive, startState, type BatchState } from '../../src/core/state.ts';
import { formatTime } from '../../src/core/time.ts';
import { makePlan, makeStage, makeWork } from '../support/plan.ts';

const plan = makePlan({
  works: [{ id: 'a' }, { id: 'b', dependencies: ['a'] }, { id: 'c', dependencies: ['b'], conflicts: ['a'] }],
  workflows: [{ name: 'plain', worktree: true, stages: [makeStage('one', { uses: ['api'] }), makeStage('two')] }],
});

const text = fc.constantFrom('a', 'b', 'c', 'x', 'nobody', 'worker-1', 'worker-2', 'one', 'two', 't1', 't2');
const time = fc.oneof(fc.nat(1e9).map(formatTime), fc.constantFrom('', 'never', null));
const number = fc.oneof(fc.integer({ min: -3, max: 5 }), fc.constantFrom(1e9, 0.5));
const reason = fc.record({
  kind: fc.constantFrom('retry', 'throttled', 'lost', 'waiting', 'operator', 'blocked'),
  failure: fc.constant({ reason: 'exit' }),
  resource: text,
  question: text,
});
const fields = fc.record({
  ...{
    id: text,
    token: text,
    worker: text,
    incarnation: text,
    stage: text,
    question: fc.option(text),
    answer: fc.option(text),
    commit: fc.option(text),
  },
  ...{
    attempt: number,
    stage_index: number,
    next_index: number,
    from_index: fc.option(number),
    visit: number,
    duration_ms: number,
    generation: number,
  },
  ...{
    not_before: time,
    until: fc.nat(1e9).map(formatTime),
    deadline: fc.nat(1e9).map(formatTime),
    resource: text,
    reason,
    cause: reason,
  },
  ...{ pushed: fc.boolean(), satisfied: fc.boolean(), rerun: fc.boolean(), notes: fc.array(text), message: text, text },
  ...{
    ids: fc.option(fc.array(text)),
    mode: fc.constantFrom('graceful', 'force', 'drain'),
    parallel: number,
    engine: fc.constant('process'),
    process: fc.constant({ pid: 1, started: '1', boot: 'b' }),
  },
  ...{
    session: fc.constant(null),
    failure: fc.constant({ reason: 'exit', stage: 'one', code: 1, message: '' }),
    result: fc.constant(null),
    place: fc.constantFrom(null, { worktree: '/w', branch: 'b', base_commit: 'c' }),
  },
  works: fc.array(
    text.map((id) => makeWork({ id })),
    { maxLength: 2 },
  ),
});
const types: readonly Event['type'][] = [
  ...([
    'batch_created',
    'scheduler_started',
    'scheduler_ended',
    'worker_summoned',
    'worker_started',
    'worker_ended',
  ] as const),
  ...([
    'work_assigned',
    'work_prepared',
    'stage_started',
    'stage_passed',
    'stage_failed',
    'work_requeued',
    'resource_cooled',
  ] as const),
  ...([
    'work_publishing',
    'work_pushed',
    'work_completed',
    'work_failed',
    'work_stopped',
    'work_skipped',
    'work_retried',
  ] as const),
  ...([
    'worktree_removed',
    'noted',
    'attention_changed',
    'works_added',
    'works_removed',
    'batch_paused',
    'batch_resumed',
  ] as const),
  ...(['stop_requested', 'batch_stopped', 'batch_completed', 'journal_repaired'] as const),
];
const event = fc.tuple(fc.constantFrom(...types), fields).map(([type, rest]) => {
  const ids = type === 'works_removed' ? (rest.ids ?? []) : rest.ids;
  return { ...rest, ids, type } as unknown as Event;
});
const journal = fc
  .array(event, { maxLength: 40 })
  .map((events) =>
    events.map((each, i): Event => ({ ...each, seq: i + 1, at: formatTime(1e12 + i), actor: 'scheduler' })),
  );

const derivedOf = (state: BatchState): unknown => [
  [...state.remaining],
  [...state.doomedBy],
  [...state.ready],
  [...state.active].sort(),
  state.failed,
];

describe('evolve', () => {
  test('takes any events in any order and never throws (law 1)', (context) => {
    let count = 0;
    fc.assert(
      fc.property(journal, (events) => {
        count += events.length;
        const state = evolve(startState(plan), events);
        assert.equal(state.seq, events.length);
      }),
      { numRuns: 2000 },
    );
    context.diagnostic(`${count} arbitrary events`);
  });

  test('keeps derived indexes equal to their recomputation, whatever the events (law 11)', () => {
    fc.assert(
      fc.property(journal, (events) => {
        const state = evolve(startState(plan), events);
        assert.deepEqual(derivedOf(state), derivedOf(derive(state)));
      }),
      { numRuns: 1000 },
    );
  });

  test('gives the same state whether events come at once or one by one', () => {
    fc.assert(
      fc.property(journal, (events) => {
        const start = startState(plan);
        const once = evolve(start, events);
        const each = events.reduce((state, one) => evolve(state, [one]), start);
        assert.deepEqual(toSnapshot(each), toSnapshot(once));
        assert.deepEqual(derivedOf(start), derivedOf(startState(plan)));
      }),
      { numRuns: 500 },
    );
  });

  test('a snapshot of another version or another number of works is not used', () => {
    const snapshot = toSnapshot(startState(plan)) as { version: number; records: readonly unknown[] };
    assert.notEqual(fromSnapshot(plan, JSON.parse(JSON.stringify(snapshot))), null);
    for (const other of [null, 'text', {}, { ...snapshot, version: 99 }, { ...snapshot, records: [] }])
      assert.equal(fromSnapshot(plan, other), null);
  });
});
