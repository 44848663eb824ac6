/** What the chaos runs are made of. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { points } from '../../scripts/chaos/random-faults.ts';
import { makeScenario } from '../../scripts/chaos/scenario.ts';
import { projectFolder } from '../../scripts/layers/load.ts';

const scenarios = Array.from({ length: 500 }, (_, seed) => makeScenario(seed));

describe('a chaos scenario', () => {
  it('is the same for the same seed', () => {
    for (const scenario of scenarios.slice(0, 50)) assert.deepEqual(makeScenario(scenario.seed), scenario);
  });

  it('has 5 to 60 works, each after its dependencies, and at least 4 faults', () => {
    for (const { seed, works, faults } of scenarios) {
      assert.ok(works.length >= 5 && works.length <= 60 && faults.length >= 4, `seed ${seed}`);
      const before = new Set<string>();
      for (const { id, dependencies } of works) {
        assert.ok(
          dependencies.every((each) => before.has(each)),
          `seed ${seed}: ${id}`,
        );
        before.add(id);
      }
    }
    assert.ok(scenarios.some(({ works }) => works.length > 30));
  });

  it('runs with tmux in about a third', () => {
    const share = scenarios.filter(({ engine }) => engine === 'tmux').length / scenarios.length;
    assert.ok(share > 0.25 && share < 0.42, String(share));
  });
});

describe('fault points', () => {
  const source = join(projectFolder(), 'src');
  const texts = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readFileSync(join(source, path), 'utf8'));
  const passed = texts.flatMap((text) => [...text.matchAll(/faultPoint\('([a-z-]+)'\)/g)].map(([, name]) => name));

  it('each has its place in the sources, and may be hit', () => {
    assert.deepEqual([...new Set(passed)].sort(), points.map(([point]) => point).sort());
  });

  it('the program that is shipped does nothing at them', () => {
    const shipped = readFileSync(join(projectFolder(), 'dist/src/ports/fault-point.js'), 'utf8');
    assert.match(shipped, /export const faultPoint = \(_point\) => undefined;\n$/);
  });
});
