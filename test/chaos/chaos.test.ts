/** Real batches in which things go wrong: seeds that are always the same, and every planted bug must be noticed. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { describeRuns } from '../../scripts/chaos/figures.ts';
import { readKeptSeeds } from '../../scripts/chaos/kept-seeds.ts';
import { copyProgram } from '../../scripts/chaos/program.ts';
import { runScenario, type RunResult } from '../../scripts/chaos/run.ts';
import { sabotages } from '../../scripts/chaos/sabotages.ts';
import { makeScenario, type Scenario } from '../../scripts/chaos/scenario.ts';

const isLong = process.env['WF_LONG'] === '1';
const skip = process.platform !== 'linux' && 'looks at /proc';

const words = ({ violations, said }: RunResult): string =>
  [...violations.map(({ promise, text }) => `${promise}: ${text}`), said].join('\n');

describe('whatever dies, and whenever', { skip }, () => {
  const program = copyProgram();
  const results: RunResult[] = [];
  after(() => {
    program.remove();
    for (const line of describeRuns(results)) console.log(line);
  });
  const keepsAll = async (scenario: Scenario): Promise<void> => {
    const result = await runScenario(program, scenario);
    results.push(result);
    assert.deepEqual(result.violations, [], words(result));
  };
  const { slice, failed } = readKeptSeeds();
  for (const { seed, faults } of failed)
    it(`every promise is kept with seed ${seed}, which once broke one`, () =>
      keepsAll(makeScenario(seed, faults === null ? {} : { faults })));
  const seeds = isLong ? Array.from({ length: 200 }, (_, i) => 100_000 + i) : slice;
  for (const seed of seeds) it(`every promise is kept with seed ${seed}`, () => keepsAll(makeScenario(seed)));
  for (const { name, scenario } of isLong ? sabotages : [])
    it(`every promise is kept in the batch of ${name} while that bug is not planted`, () => keepsAll(scenario));
});

describe('the checker is red', { skip }, () => {
  for (const { name, title, patches, scenario, breaks } of sabotages)
    it(`when ${title} (${name})`, async () => {
      const program = copyProgram(patches);
      try {
        const result = await runScenario(program, scenario);
        const broken = result.violations.map(({ promise }) => promise);
        assert.ok(
          broken.some((promise) => breaks.includes(promise)),
          `none of ${breaks.join(', ')} is broken\n${words(result)}`,
        );
      } finally {
        program.remove();
      }
    });
});
