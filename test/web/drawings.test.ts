/** Drawings of the pages: where things lie. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { barAt, layTimeline } from '../../src/web/monitor/timeline-layout.ts';
import { mostNodes, placeLayers } from '../../src/web/preview/layers.ts';
import { addressOf, parseRoute } from '../../src/web/app/address.ts';

const run = (id: string, worker: string, from: number, to: number | null) => ({
  ...{ id, worker, attempt: 1, stage: 'make', note: null },
  started_at: new Date(from * 1000).toISOString(),
  ended_at: to === null ? null : new Date(to * 1000).toISOString(),
  outcome: to === null ? ('running' as const) : ('passed' as const),
});

describe('the schedule over time', () => {
  const input = {
    runs: [run('a', '1', 0, 10), run('b', '10', 5, 20), run('c', '2', 10, null)],
    critical_path: ['a', 'c'],
  };

  it('gives each worker a lane, and each stage the time that it took', () => {
    const timeline = layTimeline(input, { width: 400, now: 40_000, lastMs: null });
    assert.deepEqual(timeline.lanes, ['1', '2', '10']);
    assert.deepEqual(
      timeline.bars.map(({ lane, x, width, isCritical }) => [lane, x, width, isCritical]),
      [
        [0, 0, 100, true],
        [2, 50, 150, false],
        [1, 100, 300, true],
      ],
    );
    assert.equal(barAt(timeline, 1, 250)?.run.id, 'c');
    assert.equal(barAt(timeline, 1, 50), null);
  });

  it('shows the last minutes alone when asked', () => {
    const timeline = layTimeline(input, { width: 400, now: 40_000, lastMs: 25_000 });
    assert.deepEqual(
      timeline.bars.map(({ run: { id }, x }) => [id, x]),
      [
        ['b', 0],
        ['c', 0],
      ],
    );
  });
});

describe('the drawing of dependencies', () => {
  const item = (id: string, order: number, level: number, dependencies: string[]) => ({
    ...{ id, order, level, dependencies, why: '', estimate_seconds: 1 },
  });

  it('has a column for each level and an edge for each dependency; works that stand alone are left out', () => {
    const items = [
      item('a', 0, 0, []),
      item('b', 1, 1, ['a']),
      item('c', 2, 1, ['a', 'elsewhere']),
      item('d', 3, 0, []),
    ];
    const layers = placeLayers({ items, critical_path: ['a', 'c'] });
    assert.deepEqual(
      layers.nodes.map(({ item: { id }, column, row }) => [id, column, row]),
      [
        ['a', 0, 0],
        ['b', 1, 0],
        ['c', 1, 1],
      ],
    );
    assert.deepEqual(
      layers.edges.map(({ from, to, isCritical }) => [from.item.id, to.item.id, isCritical]),
      [
        ['a', 'b', false],
        ['a', 'c', true],
      ],
    );
    assert.equal(layers.connected, 3);
  });

  it('draws no more works than can be followed, the longest chain first', () => {
    const items = Array.from({ length: 1000 }, (_, i) => item(`w${i}`, i, i % 50, i % 50 === 0 ? [] : [`w${i - 1}`]));
    const layers = placeLayers({ items, critical_path: items.slice(950).map(({ id }) => id) });
    assert.equal(layers.nodes.length, mostNodes);
    assert.equal(layers.connected, 1000);
    assert.equal(layers.nodes.filter(({ isCritical }) => isCritical).length, 50);
  });
});

describe('an address', () => {
  it('leads back to where it was made', () => {
    for (const path of [
      '/',
      '/builder',
      '/builder?pane=preview',
      '/monitor',
      '/monitor/b-1',
      '/monitor?work=a%2Fb&tab=about',
    ]) {
      const [place = '', query = ''] = path.split('?');
      assert.equal(addressOf(parseRoute(place, query)), path);
    }
    assert.equal(parseRoute('/elsewhere', '').page, 'nowhere');
  });
});
