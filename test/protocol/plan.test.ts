import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Problem } from '../../src/ports/problem.ts';
import { canonicalJson, parsePlan, planHash } from '../../src/protocol/plan.ts';
import { plan, plannedWork } from './samples.ts';

const small = plan([plannedWork('a'), plannedWork('b', 1)]);

test('a plan that was written is read again', () => {
  assert.deepEqual(parsePlan(JSON.stringify(small), 'plan.json'), small);
});

test('the hash is of what a run does: not of its name, its time or the order of members', () => {
  const hash = planHash(small);
  assert.match(hash, /^[0-9a-f]{64}$/);
  assert.equal(planHash({ ...small, plan_hash: 'x', batch_run_id: 'y', created_at: 'z' } as typeof small), hash);
  assert.equal(planHash(Object.fromEntries(Object.entries(small).reverse()) as unknown as typeof small), hash);
  assert.equal(planHash(parsePlan(JSON.stringify(small, null, 2), 'plan.json')), hash);
  assert.notEqual(planHash({ ...small, works: [...small.works].reverse() }), hash);
  assert.notEqual(planHash({ ...small, parallel: 3 }), hash);
});

test('the hash does not see a member that is undefined', () => {
  assert.equal(canonicalJson({ b: undefined, a: [1, { d: 1, c: 2 }] }), '{"a":[1,{"c":2,"d":1}]}');
});

test('a plan of a newer version is refused with both versions', () => {
  assert.throws(() => parsePlan(JSON.stringify({ ...small, version: 2 }), 'plan.json'), {
    name: 'Problem',
    what: 'this plan is of version 2, and this program knows version 1',
    where: 'plan.json',
  });
});

test('what is no plan is refused with its place', () => {
  const broken = JSON.stringify({ ...small, works: [{ ...small.works[0], order: -1 }] }, null, 2);
  assert.throws(
    () => parsePlan(broken, 'plan.json'),
    (error) => {
      assert.ok(error instanceof Problem);
      assert.equal(error.what, 'plan.json is no plan: `works[0].order`: a whole number from 0 is expected, not -1');
      const line = broken.split('\n').findIndex((each) => each.includes('"order": -1')) + 1;
      assert.equal(error.where, `plan.json:${line}:16: "order": -1,`);
      return true;
    },
  );
});

test('a plan without stages in a workflow is refused', () => {
  const broken = { ...small, workflows: { wf: { name: 'wf', worktree: true, stages: [] } } };
  assert.throws(() => parsePlan(JSON.stringify(broken), 'plan.json'), {
    what: 'plan.json is no plan: `workflows.wf.stages`: at least one stage is expected, not a list',
  });
});

test('no change of a plan makes reading crash', () => {
  const counts = { read: 0, refused: 0 };
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(small)), fc.jsonValue({ maxDepth: 3 }), (name, value) => {
      try {
        parsePlan(JSON.stringify({ ...small, [name]: value }), 'plan.json');
        counts.read++;
      } catch (error) {
        assert.ok(error instanceof Problem, String(error));
        counts.refused++;
      }
    }),
    { numRuns: 2000 },
  );
  console.log(`changed plans: ${JSON.stringify(counts)}`);
});

test(
  'a plan of 10,000 works is read in 150 ms',
  { skip: process.env['WF_LONG'] === undefined && 'a measurement; WF_LONG=1 runs it' },
  () => {
    const text = JSON.stringify(
      plan(
        Array.from({ length: 10_000 }, (_, order) => ({ ...plannedWork(`W-${order}`, order), body: 'x'.repeat(500) })),
      ),
    );
    parsePlan(text, 'plan.json');
    const begun = performance.now();
    const read = parsePlan(text, 'plan.json');
    const readMs = performance.now() - begun;
    planHash(read);
    console.log(
      `10,000 works: read ${readMs.toFixed(0)} ms, hash ${(performance.now() - begun - readMs).toFixed(0)} ms`,
    );
    assert.ok(readMs < 150);
  },
);
