import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Plain, TreeContext, TreeNode } from '../../src/ports/tree-module.ts';
import { Problem } from '../../src/ports/problem.ts';
import { loadTree } from '../../src/compose-tree.ts';
import { makeReporter } from '../../src/tree/report.ts';
import * as listed from './modules/listed.ts';
import type { Listed } from './modules/listed.ts';
import { moduleUrl, textOf, walkModule, walkShuffled } from './walk-module.ts';
import { writeDocument } from '../../src/tree/write-yaml.ts';
import { findResultFault } from '../../src/tree/plain.ts';

const trees = fc.letrec<{ tree: Listed }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    fc.constant({}),
    fc.dictionary(fc.constantFrom(...'abcdefghij'), tie('tree'), { minKeys: 1, maxKeys: 8, noNullPrototype: true }),
  ),
})).tree;

/** Plain recursion: no pool, no messages, nothing written before its time. */
const recurse = (params: Readonly<Record<string, string>>): { readonly text: string; readonly counts: object } => {
  const counts: Record<string, number> = {};
  const context: TreeContext = {
    root: 'r',
    params,
    shared: null,
    count: (name, by = 1) => void (counts[name] = (counts[name] ?? 0) + by),
    write: (value) => value,
  };
  const walk = (node: TreeNode): Plain => listed.visit(node, listed.children(node, context).map(walk), context);
  const result = walk(listed.rootOf());
  findResultFault(result);
  let text = '';
  writeDocument(result, (more) => (text += more));
  return { text, counts };
};

test('a random tree gives the bytes and sums of plain recursion, whatever is heavy and in whatever order branches end', async () => {
  let crowded = 0;
  await fc.assert(
    fc.asyncProperty(
      trees,
      fc.record({
        threads: fc.integer({ min: 2, max: 4 }),
        minSiblings: fc.integer({ min: 1, max: 6 }),
        minSubtree: fc.integer({ min: 1, max: 60 }),
      }),
      fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
      async (tree, settings, picks) => {
        const params = { tree: JSON.stringify(tree) };
        const expected = recurse(params);
        const outcome = await walkShuffled(
          { module: 'listed', params, ...settings },
          () => picks.next().value as number,
        );
        assert.deepEqual({ faults: outcome.faults, count: outcome.faultCount }, { faults: [], count: 0 });
        assert.equal(textOf(outcome), expected.text);
        assert.deepEqual(outcome.counts, expected.counts);
        assert.equal(outcome.nodes, outcome.counts['nodes']);
        if (outcome.mostAtOnce > 2) crowded++;
        assert.ok(outcome.mostAtOnce <= outcome.capacity, `${outcome.mostAtOnce} branches in flight`);
      },
    ),
    { numRuns: 150 },
  );
  assert.ok(crowded > 20, `only ${crowded} walks had several branches in flight`);
});

/** Six children each, four levels. */
const wide = JSON.stringify(
  [0, 1, 2, 3].reduce<Listed>((below) => Object.fromEntries([...'abcdef'].map((name) => [name, below])), {}),
);

test('one, two and four real threads write the same bytes', async () => {
  const expected = recurse({ tree: wide });
  for (const threads of [1, 2, 4]) {
    const outcome = await walkModule({ module: 'listed', params: { tree: wide }, threads });
    assert.equal(textOf(outcome), expected.text, `${threads} threads`);
    assert.deepEqual(outcome.counts, expected.counts);
    assert.equal(outcome.threads, threads);
  }
});

test('fewer siblings than min_siblings in a small branch are walked without threads', async () => {
  const tree = JSON.stringify({ a: {}, b: {}, c: { d: {} }, e: {} });
  assert.equal((await walkModule({ module: 'listed', params: { tree }, threads: 2 })).threads, 1);
  assert.equal((await walkModule({ module: 'listed', params: { tree }, threads: 2, minSiblings: 4 })).threads, 2);
  assert.equal((await walkModule({ module: 'listed', params: { tree }, threads: 2, minSubtree: 6 })).threads, 2);
});

const faultsOf = async (params: Readonly<Record<string, string>>, threads: number): Promise<readonly string[]> => {
  const outcome = await walkModule({ module: 'misbehaves', params, threads });
  assert.equal(outcome.result, undefined);
  assert.equal(outcome.faultCount, outcome.faults.length);
  return outcome.faults.map(
    ({ path, message }) => `${path.join(' › ')}: ${message.replace(/ \([^ ()]+:\d+:\d+\)$/, '')}`,
  );
};

test('every branch that fails is named by its path, in the order of the tree, and the rest is walked', async () => {
  const params = {
    'visit r52': 'throws',
    'children r1': 'throws',
    'visit r00': 'nothing',
    'visit r34': 'throws a text',
  };
  for (const threads of [1, 2, 4])
    assert.deepEqual(
      await faultsOf(params, threads),
      [
        '«r» › «r0» › «r00»: visit returned nothing',
        '«r» › «r1»: children: Error: no children for you',
        '«r» › «r3» › «r34»: visit: threw thrown',
        '«r» › «r5» › «r52»: visit: RangeError: not r52',
      ],
      `${threads} threads`,
    );
});

test('what is no result, no list of nodes, a cycle or no end is a fault of its node', async () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['visit r22', 'nothing', 'visit returned nothing'],
    ['visit r22', 'a promise', 'visit returned a promise, and it has to return its result at once'],
    ['visit r22', 'a function', 'visit returned a value that holds a function'],
    ['visit r22', 'not a number', 'visit returned NaN, which is no finite number'],
    ['visit r22', 'itself', 'visit returned a value of more than 100 levels, or one that holds itself'],
    [
      'visit r22',
      'a long key',
      `visit returned a key that is not one line of at most 200 characters: "${'x'.repeat(40)}"`,
    ],
    ['children r22', 'no list', 'children returned no list'],
    ['children r22', 'no node', 'children returned something that is neither a text nor a finite number'],
  ];
  for (const [where, how, message] of cases)
    assert.deepEqual(await faultsOf({ [where]: how }, 2), [`«r» › «r2» › «r22»: ${message}`], how);
  assert.deepEqual(await faultsOf({ 'children r22': 'cycle' }, 2), [
    '«r» › «r2» › «r22» › «r»: this node is its own ancestor',
  ]);
  const [endless = ''] = await faultsOf({ children: 'endless' }, 2);
  assert.match(endless, /^«r» › «r5» › .*: the tree is deeper than 500 levels$/);
});

test('results and shared values cannot be changed: the branch that tries fails', async () => {
  for (const threads of [1, 2]) {
    for (const [how, message] of [
      ['changes results', /^«r» › «r2»: visit: TypeError: Cannot add property/],
      ['changes a result', /^«r» › «r2»: visit: TypeError: Cannot assign to read only property 'name'/],
      ['changes a shared value', /^«r» › «r2»: visit: TypeError: Cannot assign to read only property 'first'/],
    ] as const) {
      const [fault = '', ...more] = await faultsOf({ 'visit r2': how }, threads);
      assert.match(fault, message);
      assert.deepEqual(more, []);
    }
  }
});

test('shared memory that was changed by a thread is noticed', async () => {
  const changed = await walkModule({
    module: 'misbehaves',
    params: { 'visit r31': 'changes shared memory' },
    threads: 2,
  });
  assert.ok(changed.loaded.isChanged());
  assert.equal((await walkModule({ module: 'misbehaves', threads: 2 })).loaded.isChanged(), false);
});

test('a thread that ends under its task takes only that task with it', async () => {
  const outcome = await walkModule({ module: 'misbehaves', params: { 'visit r31': 'ends its thread' }, threads: 2 });
  assert.equal(outcome.result, undefined);
  assert.equal(outcome.faultCount, 1);
  assert.match(outcome.faults[0]?.message ?? '', /^the thread ended under it: /);
  assert.match(outcome.faults[0]?.path.join(' › ') ?? '', /^«r» › «r3» › «r3[01]»/);
});

test('memory that each thread would copy is refused when it is loaded', async () => {
  const silent = makeReporter({ write: () => undefined });
  await assert.rejects(
    () => loadTree(moduleUrl('shares-badly'), { root: 'r', params: {} }, silent),
    (error) =>
      error instanceof Problem &&
      error.what ===
        'what `load` returned cannot be shared: shared.table.rows[1] lies in memory of its own, which each thread would copy; make it over a SharedArrayBuffer',
  );
});
