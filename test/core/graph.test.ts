import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { findCycle, levels, topologicalOrder } from '../../src/core/graph.ts';
import { graphCases, readGraph } from './graph-cases.ts';

type Graph = Readonly<Record<string, readonly string[]>>;
const of =
  (graph: Graph) =>
  (id: string): readonly string[] =>
    graph[id] ?? [];

const assertTrueCycle = (path: readonly string[] | null, dependenciesOf: (id: string) => readonly string[]): void => {
  assert.ok(path !== null && path.length >= 2);
  assert.equal(path[0], path.at(-1));
  assert.equal(new Set(path).size, path.length - 1);
  for (let i = 0; i + 1 < path.length; i++)
    assert.ok(dependenciesOf(path[i] as string).includes(path[i + 1] as string));
};

describe('the dependency graph', () => {
  test('puts dependencies before dependents, whatever the graph', () => {
    const graphs = fc.array(fc.array(fc.nat(60), { maxLength: 4 }), { maxLength: 60 });
    fc.assert(
      fc.property(graphs, (lists) => {
        const graph: Graph = Object.fromEntries(
          lists.map((list, i) => [`n${i}`, list.filter((d) => d < i).map((d) => `n${d}`)]),
        );
        const order = topologicalOrder(Object.keys(graph).reverse(), of(graph));
        assert.ok(order !== null);
        assert.equal(new Set(order).size, lists.length);
        const place = new Map(order.map((id, i) => [id, i]));
        for (const [id, list] of Object.entries(graph))
          for (const d of list) assert.ok((place.get(d) as number) < (place.get(id) as number));
        assert.equal(findCycle(Object.keys(graph), of(graph)), null);
      }),
    );
  });

  test('keeps the given order among works that do not depend on each other', () => {
    const nodes = ['d', 'b', 'a', 'c'];
    assert.deepEqual(
      topologicalOrder(nodes, () => []),
      nodes,
    );
  });

  test('sorts a chain of 10,000 that is listed in the worst order', () => {
    const nodes = Array.from({ length: 10_000 }, (_, i) => `n${i}`);
    const dependenciesOf = (id: string): readonly string[] => (id === 'n9999' ? [] : [`n${Number(id.slice(1)) + 1}`]);
    assert.deepEqual(topologicalOrder(nodes, dependenciesOf), [...nodes].reverse());
    assert.equal(levels(nodes, dependenciesOf).get('n0'), 9_999);
  });

  test('names a cycle as a path that starts at its smallest id and comes back to it', () => {
    const graph: Graph = { z: ['c'], c: ['b'], b: ['a', 'x'], a: ['c'], x: [] };
    assert.deepEqual(findCycle(Object.keys(graph), of(graph)), ['a', 'c', 'b', 'a']);
    assert.equal(topologicalOrder(Object.keys(graph), of(graph)), null);
  });

  test('names a work that depends on itself', () => {
    assert.deepEqual(
      findCycle(['a'], () => ['a']),
      ['a', 'a'],
    );
  });

  test('every cycle that it names is one', () => {
    const graphs = fc.array(fc.array(fc.nat(11), { maxLength: 3 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(graphs, (lists) => {
        const graph: Graph = Object.fromEntries(lists.map((list, i) => [`n${i}`, list.map((d) => `n${d}`)]));
        const path = findCycle(Object.keys(graph), of(graph));
        if (path !== null) assertTrueCycle(path, of(graph));
        assert.equal(path === null, topologicalOrder(Object.keys(graph), of(graph)) !== null);
      }),
    );
  });

  test('does not look at dependencies that are no nodes', () => {
    assert.deepEqual(
      topologicalOrder(['a'], () => ['elsewhere']),
      ['a'],
    );
    assert.equal(levels(['a'], () => ['elsewhere']).get('a'), 0);
  });
});

describe('real graphs', { skip: graphCases.length === 0 ? 'WF_CASES is not set' : false }, () => {
  test('a graph is refused with a true cycle exactly if it has one', () => {
    for (const { name, file, isCyclic } of graphCases) {
      const graph: Graph = Object.fromEntries(readGraph(file).map(({ id, deps }) => [id, deps]));
      const path = findCycle(Object.keys(graph), of(graph));
      assert.equal(path !== null, isCyclic, name);
      if (path !== null) assertTrueCycle(path, of(graph));
    }
  });
});
