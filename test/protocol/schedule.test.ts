import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { asWorkId } from '../../src/core/work.ts';
import { Problem } from '../../src/ports/problem.ts';
import { completeWork, parseSchedule, writeSchedule } from '../../src/protocol/schedule.ts';
import { validateSchedule } from '../../src/protocol/validate-schedule.ts';

const file = '.wf/schedule.json';
const read = (json: unknown) => parseSchedule(JSON.stringify(json), file);
const problemOf = (text: string): Problem => {
  try {
    parseSchedule(text, file);
  } catch (error) {
    assert.ok(error instanceof Problem, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: `accepted: ${text}` });
};

test('a schedule is read as it was written, and written the same each time', () => {
  const schedule = {
    version: 1,
    created_at: '2026-01-31T08:00:00Z',
    sources: [{ type: 'github', query: 'label:a' }],
    groups: { order: ['x'], pinned: [] },
    works: [
      completeWork({
        id: asWorkId('001'),
        params: { n: 1, t: 'x', b: true, z: null },
        source: { type: 'github', ref: '1', url: 'https://x' },
      }),
      completeWork({ id: asWorkId('1.10'), dependencies: [asWorkId('001')] }),
    ],
  } as const;
  const text = writeSchedule(schedule);
  assert.deepEqual(parseSchedule(text, file), schedule);
  assert.equal(writeSchedule(parseSchedule(text, file)), text);
});

test('a work written by hand needs nothing but its id', () => {
  const schedule = read({ works: [{ id: 'a' }] });
  assert.deepEqual(schedule.works, [completeWork({ id: asWorkId('a') })]);
  assert.equal(schedule.works[0]?.priority, 3);
});

test('references come to the case of the id that they name, each once', () => {
  const { works } = read({
    works: [{ id: 'Api' }, { id: 'b', dependencies: ['api', 'API', 'other'], conflicts: ['API'] }],
  });
  assert.deepEqual(works[1]?.dependencies, ['Api', 'other']);
  assert.deepEqual(works[1]?.conflicts, ['Api']);
});

test('a schedule of the first tool is read, its completed works left out', () => {
  const old = {
    version: '1.0',
    created_at: '2025-01-01T00:00:00Z',
    status: 'running',
    sources: [
      { type: 'github', query: 'label:x' },
      { type: 'local', ids: 'A,B' },
    ],
    works: {
      'FEAT-1-a': {
        work_id: 'FEAT-1-a',
        source: { type: 'github', id: '1', title: 'A' },
        priority: 5,
        dependencies: [],
        status: 'completed',
        worktree_path: null,
      },
      'FEAT-2-b': {
        work_id: 'FEAT-2-b',
        source: { type: 'github', id: 2, title: 'B' },
        priority: 1,
        dependencies: ['FEAT-1-a', 'X'],
        status: 'pending',
        worktree_path: null,
      },
    },
    execution: { max_parallel: 2, sessions: {} },
    progress: { total: 2, completed: 1, in_progress: 0, pending: 1 },
  };
  assert.deepEqual(read(old), {
    version: 1,
    created_at: '2025-01-01T00:00:00Z',
    sources: [
      { type: 'github', query: 'label:x' },
      { type: 'local', query: 'A,B' },
    ],
    groups: { order: [], pinned: [] },
    works: [
      completeWork({
        id: asWorkId('FEAT-2-b'),
        title: 'B',
        source: { type: 'github', ref: '2' },
        priority: 1,
        dependencies: [asWorkId('X')],
      }),
    ],
  });
});

test('a schedule that cannot be used is refused with file, line, column and what to try', () => {
  const table: readonly (readonly [string, string, string])[] = [
    ['', '.wf/schedule.json is no JSON: it ends too early', '.wf/schedule.json:1:1'],
    [
      '{"works": [\n  {"id": "a",}\n]}',
      '.wf/schedule.json is no JSON: a comma before "}"',
      '.wf/schedule.json:2:14: {"id": "a",}',
    ],
    [
      '{"works": [] // none\n}',
      '.wf/schedule.json is no JSON: JSON has no comments',
      '.wf/schedule.json:1:14: {"works": [] // none',
    ],
    [
      "{'works': []}",
      '.wf/schedule.json is no JSON: text stands in double quotes',
      ".wf/schedule.json:1:2: {'works': []}",
    ],
    ['[]', 'the schedule cannot be used: an object is expected, not a list', '.wf/schedule.json:1:1: []'],
    ['{}', 'the schedule cannot be used: `works`: a list is expected, but it is missing', '.wf/schedule.json:1:1: {}'],
    [
      '{"version": 2, "works": 5}',
      'this schedule is of version 2, and this program knows version 1',
      '.wf/schedule.json',
    ],
    [
      '{"version": "2.1", "works": {}}',
      'this schedule is of version 2.1, and this program knows version 1',
      '.wf/schedule.json',
    ],
    [
      '{"version": 0, "works": []}',
      'the schedule cannot be used: `version`: version 1 is expected, not 0',
      '.wf/schedule.json:1:13: {"version": 0, "works": []}',
    ],
    [
      '{"works": [{"id": "a", "priorty": 1}]}',
      'the schedule cannot be used: unknown key `works[0].priorty`; did you mean `priority`?',
      '.wf/schedule.json:1:24: {"works": [{"id": "a", "priorty": 1}]}',
    ],
    [
      '{"works": [{"id": "a"}, {"id": "A"}]}',
      'the schedule cannot be used: `works[1].id`: an id of its own is expected, not "A", which works[0] has',
      '.wf/schedule.json:1:32: {"works": [{"id": "a"}, {"id": "A"}]}',
    ],
    [
      '{"works": [{"title": "a"}]}',
      'the schedule cannot be used: `works[0].id`: an id (letters, digits, ".", "_" and "-", at most 80) is expected, but it is missing',
      '.wf/schedule.json:1:12: {"works": [{"title": "a"}]}',
    ],
    [
      '{"works": [{"id": "../a"}]}',
      'the schedule cannot be used: `works[0].id`: an id (letters, digits, ".", "_" and "-", at most 80) is expected, not "../a"',
      '.wf/schedule.json:1:19: {"works": [{"id": "../a"}]}',
    ],
    [
      '{"works": [{"id": "a", "dependencies": [1]}]}',
      'the schedule cannot be used: `works[0].dependencies[0]`: an id or another reference (1 to 200 characters on one line) is expected, not 1',
      '.wf/schedule.json:1:41: {"works": [{"id": "a", "dependencies": [1]}]}',
    ],
    [
      '{"works": [{"id": "a", "__proto__": 1}]}',
      'the schedule cannot be used: unknown key `works[0].__proto__`',
      '.wf/schedule.json:1:24: {"works": [{"id": "a", "__proto__": 1}]}',
    ],
    [
      '{"works": {"A": {"priority": "x"}}}',
      'the schedule cannot be used: `works.A.priority`: a whole number from 1 is expected, not "x"',
      '.wf/schedule.json:1:30: {"works": {"A": {"priority": "x"}}}',
    ],
  ];
  for (const [text, what, where] of table) {
    const problem = problemOf(text);
    assert.deepEqual([problem.what, problem.where, problem.code], [what, where, 'refused']);
    assert.notEqual(problem.hint, '');
  }
});

test('the limits of works and bodies hold', () => {
  const tooLong = problemOf(JSON.stringify({ works: [{ id: 'a', body: 'ü'.repeat(131_073) }] }));
  assert.match(tooLong.what, /`works\[0\]\.body`: text of at most 256 KiB is expected/);
  assert.equal(read({ works: [{ id: 'a', body: 'ü'.repeat(131_072) }] }).works.length, 1);
  const tooMany = problemOf(
    JSON.stringify({ works: Array.from({ length: 100_001 }, (_, id) => ({ id: String(id) })) }),
  );
  assert.equal(
    tooMany.what,
    'the schedule cannot be used: `works`: a list of at most 100,000 is expected, not 100,001 of them',
  );
});

test('no text makes reading a schedule crash', () => {
  const counts = { read: 0, refused: 0 };
  const mostly = <T>(good: fc.Arbitrary<T>) =>
    fc.oneof({ weight: 30, arbitrary: good }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) });
  const ids = fc.constantFrom('a', 'b', 'c', 'D', 'd', '1.10', '#12', 'x/y');
  const work = fc.record(
    {
      id: mostly(fc.stringMatching(/^[a-z0-9]{3,9}$/)),
      dependencies: mostly(fc.array(ids)),
      params: mostly(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer()))),
      source: mostly(fc.constant({ type: 'local', ref: 'a' })),
      priority: mostly(fc.integer({ min: 1, max: 9 })),
      body: mostly(fc.string()),
    },
    { requiredKeys: ['id'] },
  );
  const schedule = fc.record(
    {
      version: mostly(fc.constant(1)),
      works: mostly(fc.oneof(fc.array(work), fc.dictionary(fc.stringMatching(/^[a-z0-9]{3,9}$/), work))),
      groups: mostly(fc.constant({ order: ['x'] })),
      sources: mostly(fc.constant([])),
    },
    { requiredKeys: ['works'] },
  );
  const text = fc.oneof(
    { weight: 1, arbitrary: fc.string() },
    { weight: 1, arbitrary: fc.json() },
    { weight: 8, arbitrary: schedule.map((value) => JSON.stringify(value)) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(schedule, fc.integer({ min: 1, max: 200 }))
        .map(([value, cut]) => JSON.stringify(value, null, 1).slice(0, -cut)),
    },
  );
  fc.assert(
    fc.property(text, (value) => {
      try {
        writeSchedule(parseSchedule(value, file));
        counts.read++;
      } catch (error) {
        assert.ok(error instanceof Problem, String(error));
        counts.refused++;
      }
    }),
    { numRuns: 3000 },
  );
  console.log(`schedules: ${JSON.stringify(counts)}`);
});

test('a review names missing references, odd priorities and groups that nobody has', () => {
  const schedule = read({
    groups: { order: ['x'], pinned: [] },
    works: [
      { id: 'a', priority: 5 },
      { id: 'b', priority: 1, dependencies: ['a', '#12', 'old'], conflicts: ['b', 'c'] },
    ],
  });
  assert.deepEqual(validateSchedule(schedule, new Set(['old'])), {
    errors: [],
    warnings: [
      {
        text: 'b depends on #12, which is not in the schedule',
        fix: "wf0-schedule edit b remove-dep='#12'",
      },
      { text: 'b conflicts with itself', fix: 'wf0-schedule edit b conflicts=' },
      { text: 'b conflicts with c, which is not in the schedule', fix: 'wf0-schedule edit b conflicts=' },
      { text: 'b has priority 1, but waits for a, which has 5', fix: 'wf0-schedule edit a priority=1' },
      { text: 'no work is of the group x', fix: "wf0-schedule order --group ''" },
    ],
    missing: [{ id: 'b', reference: '#12' }],
  });
});
