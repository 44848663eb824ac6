/** Real batches in which things go wrong, with seeds that are always the same. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { describeRuns } from '../../scripts/chaos/figures.ts';
import { readKeptSeeds } from '../../scripts/chaos/kept-seeds.ts';
import { copyProgram } from '../../scripts/chaos/program.ts';
import { runScenario, type RunResult } from '../../scripts/chaos/run.ts';
import { faultTooLate, nobodyAnswers } from '../../scripts/chaos/scripted.ts';
import { sabotages } from '../../scripts/chaos/sabotages.ts';
import { makeScenario, type Scenario } from '../../scripts/chaos/scenario.ts';

const isLong = process.env['WF_LONG'] === '1';
const skip = process.platform !== 'linux' && 'looks at /proc';

const words = ({ violations, said }: RunResult): string =>
  [...violations.map(({ promise, text }) => `${promise}: ${text}`), said].join('\n');

describe('whatever dies, and whenever', { skip, concurrency: 2 }, () => {
  const program = copyProgram();
  const results: RunResult[] = [];
  after(() => {
    program.remove();
    for (const line of describeRuns(results)) console.log(line);
  });
  const goodRun = async (scenario: Scenario): Promise<RunResult> => {
    const result = await runScenario(program, scenario);
    results.push(result);
    assert.deepEqual(result.violations, [], words(result));
    return result;
  };
  const keepsAll = async (scenario: Scenario): Promise<void> => void (await goodRun(scenario));
  it('without a fault each branch has the tree that the checker expects', () =>
    keepsAll({ ...makeScenario(1), faults: [] }));
  it('a fault that meets nobody before the batch has ended does not hit the tidying up', () => keepsAll(faultTooLate));
  it('a command does not wait for a scheduler that has ended', async () => {
    const { said } = await goodRun(nobodyAnswers);
    assert.match(said, /error: the scheduler ended before it had answered\n/);
  });
  const { slice, failed } = readKeptSeeds();
  for (const { seed, faults } of failed)
    it(`every promise is kept with seed ${seed}, which once broke one`, () =>
      keepsAll(makeScenario(seed, faults === null ? {} : { faults })));
  const seeds = isLong ? Array.from({ length: 200 }, (_, i) => 100_000 + i) : slice;
  for (const seed of seeds) it(`every promise is kept with seed ${seed}`, () => keepsAll(makeScenario(seed)));
  for (const { name, scenario } of isLong ? sabotages : [])
    it(`every promise is kept in the batch of ${name} while that bug is not planted`, () =>
      // Its own limit is for a batch that the bug keeps from ever ending.
      keepsAll({ ...scenario, limitMs: 150_000 }));
});
