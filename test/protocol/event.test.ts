import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { EventType } from '../../src/core/event.ts';
import { eventFault, isTime, parseEvent } from '../../src/protocol/event.ts';
import { formatFault } from '../../src/protocol/shape.ts';
import { plannedWork } from './samples.ts';

const at = '2026-01-31T08:00:00.000Z';
const failure = { reason: 'exit', stage: 'a', code: 1, message: 'm' };
const identity = { pid: 7, started: '1', boot: 'b' };
const place = { worktree: '/w', branch: 'b', base_commit: 'c' };

/** One event a type. A type without one does not compile. */
const samples: Readonly<Record<EventType, Record<string, unknown>>> = {
  batch_created: { plan_hash: 'h', parallel: 2, works: 3 },
  scheduler_started: { generation: 1, process: identity, session: null },
  scheduler_ended: { generation: 1, reason: 'r' },
  worker_summoned: { worker: 'worker-1', incarnation: 'i', deadline: at },
  worker_started: { worker: 'worker-1', incarnation: 'i', process: identity, session: 's' },
  worker_ended: { worker: 'worker-1', incarnation: 'i', reason: 'r' },
  work_assigned: { id: 'a', attempt: 1, token: 't', worker: 'worker-12' },
  work_prepared: { id: 'a', token: 't', place, notes: [] },
  stage_started: { id: 'a', token: 't', stage: 's', stage_index: 0, visit: 1 },
  stage_passed: {
    id: 'a',
    token: 't',
    stage: 's',
    stage_index: 0,
    next_index: 1,
    duration_ms: 1,
    commit: null,
    result: { outcome: 'next' },
  },
  stage_failed: { id: 'a', token: 't', failure, duration_ms: 1 },
  stage_spent: { id: 'a', token: 't', stage: 's', cost_usd: 0.5, tokens: null },
  work_requeued: { id: 'a', token: 't', reason: { kind: 'throttled', resource: null, message: 'm' }, not_before: at },
  resource_cooled: { resource: 'r', until: at, message: 'm' },
  work_publishing: { id: 'a', token: 't', commit: 'c' },
  work_pushed: { id: 'a', token: 't', commit: 'c' },
  work_completed: { id: 'a', token: 't', commit: null, pushed: false, notes: ['n'] },
  work_failed: { id: 'a', failure },
  work_stopped: { id: 'a', cause: { kind: 'failure', id: 'b' } },
  work_skipped: { id: 'a', satisfied: true },
  work_retried: { id: 'a', from_index: null, rerun: false, answer: null },
  worktree_removed: { id: 'a' },
  noted: { id: null, text: 't' },
  terminal_typed: { id: 'A', bytes: 3 },
  attention_changed: { id: 'a', token: 't', question: null },
  works_added: { works: [plannedWork('a')] },
  works_removed: { ids: ['a'] },
  batch_paused: {},
  batch_resumed: { parallel: 2, engine: 'tmux' },
  stop_requested: { ids: null, mode: 'drain' },
  batch_stopped: { reason: 'r' },
  batch_completed: {},
  journal_repaired: { dropped_lines: 1, set_aside: 'f' },
};

const lines = Object.entries(samples).map(([type, body]) => ({ type, ...body, seq: 1, at, actor: 'scheduler' }));

test('an event of every type is read as it is', () => {
  for (const line of lines) {
    assert.equal(
      parseEvent(line),
      line,
      `${line.type}: ${formatFault(eventFault(line) ?? { path: [], expected: '', found: '' })}`,
    );
  }
});

test('an event that lacks a member, or has another kind of value there, is none', () => {
  for (const line of lines) {
    for (const member of Object.keys(line)) {
      assert.equal(parseEvent({ ...line, [member]: undefined }), null, `${line.type} without ${member}`);
      for (const value of [Symbol.iterator, () => 1, NaN, { a: 1 }]) {
        assert.equal(parseEvent({ ...line, [member]: value }), null, `${line.type}.${member}`);
      }
    }
  }
});

test('what is no event is none, and never a crash', () => {
  const table: readonly unknown[] = [
    null,
    undefined,
    1,
    'x',
    [],
    {},
    [{}],
    { type: 'toString' },
    { type: '__proto__' },
    { ...lines[0], seq: 0 },
    { ...lines[0], seq: 1.5 },
    { ...lines[0], at: 'yesterday' },
    { ...lines[0], actor: 'worker-0' },
    { ...lines[0], actor: '__proto__' },
  ];
  for (const value of table) assert.equal(parseEvent(value), null, JSON.stringify(value));
  const reasons: readonly unknown[] = [
    { reason: 'exit', stage: 'a', code: '1', message: 'm' },
    { reason: 'setup', stage: 'push', message: 'm' },
    { reason: 'base_conflict', stage: 'base', files: [1], message: 'm' },
    { reason: 'unknown', stage: 'a', message: 'm' },
    null,
  ];
  for (const reason of reasons)
    assert.equal(parseEvent({ type: 'work_failed', id: 'a', failure: reason, seq: 1, at, actor: 'operator' }), null);
});

test('a fault names its place and what is expected there', () => {
  const line = { type: 'work_failed', id: '../a', failure, seq: 1, at, actor: 'operator' };
  assert.equal(
    formatFault(eventFault(line)!),
    '`id`: an id (letters, digits, ".", "_" and "-", at most 80) is expected, not "../a"',
  );
});

test('a time must exist and be in UTC', () => {
  for (const time of [at, '2026-01-31T08:00:00Z', '2024-02-29T00:00:00.123456Z']) assert.ok(isTime(time), time);
  for (const time of [
    '2026-13-31T08:00:00Z',
    '2026-01-31T08:00:00',
    '2026-01-31',
    '2026-01-31T08:00:00+01:00',
    '',
    1,
    null,
  ])
    assert.ok(!isTime(time), String(time));
});

test('a line changed at random is an event of the same form, or none', () => {
  let read = 0;
  let refused = 0;
  const change = fc.tuple(fc.constantFrom(...lines), fc.nat(), fc.jsonValue({ maxDepth: 2 }));
  fc.assert(
    fc.property(change, ([line, place, value]) => {
      const names = Object.keys(line);
      const name = names[place % names.length] as string;
      const changed = { ...line, [name]: value };
      if (parseEvent(changed) === null) refused++;
      else {
        read++;
        const original = (line as Record<string, unknown>)[name];
        const isKnown = value === null || typeof value === typeof original || original === null;
        assert.ok(isKnown, `${line.type}.${name} = ${JSON.stringify(value)}`);
      }
    }),
    { numRuns: 5000 },
  );
  console.log(`changed lines: ${read} read, ${refused} refused`);
});

test(
  '50,000 lines are read and checked in well under 300 ms',
  { skip: process.env['WF_LONG'] === undefined && 'a measurement; WF_LONG=1 runs it' },
  () => {
    const texts = Array.from({ length: 50_000 }, (_, seq) =>
      JSON.stringify({ ...lines[6 + (seq % 10)], seq: seq + 1 }),
    );
    const begun = performance.now();
    for (const text of texts) assert.ok(parseEvent(JSON.parse(text)) !== null);
    const tookMs = performance.now() - begun;
    console.log(`50,000 lines: ${tookMs.toFixed(0)} ms`);
    assert.ok(tookMs < 300);
  },
);
