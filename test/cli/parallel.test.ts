/** How many works run at once: flag over config over the default, never above the maximum, never below one. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { makeCommandLine, type CommandLine, type Screen } from '../support/command-line.ts';

describe('--parallel', () => {
  let line: CommandLine;
  before(async () => {
    line = await makeCommandLine();
    await line.schedule(['create', 'local=a,b,c']);
  });
  after(() => line.remove());

  const dryRun = (...args: readonly string[]): Promise<Screen> => line.batch(['start', '--dry-run', '--json', ...args]);
  const parallelOf = ({ out }: Screen): number => (JSON.parse(out) as { parallel: number }).parallel;

  test('without a flag batch.default_parallel counts, and without a config it is 2', async () => {
    assert.equal(parallelOf(await dryRun()), 2);
    await line.config({ batch: { default_parallel: 4 } });
    assert.equal(parallelOf(await dryRun()), 4);
  });

  test('all four spellings and the variable mean the same, auto the number of cores', async () => {
    for (const flag of ['--parallel', '--max-parallel', '--workers', '-p'])
      assert.equal(parallelOf(await dryRun(flag, '3')), 3);
    assert.equal(
      parallelOf(await line.batch(['start', '--dry-run', '--json'], { env: { WF_BATCH_PARALLEL: '3' } })),
      3,
    );
    assert.ok(parallelOf(await dryRun('--parallel', 'auto')) >= 1);
  });

  test('above batch.max_parallel it is clamped, with a warning', async () => {
    const screen = await dryRun('--parallel', '9');
    assert.equal(parallelOf(screen), 5);
    assert.match(screen.err, /^warning: 9 workers are more than batch\.max_parallel \(5\); 5 are started$/m);
    await line.config({ batch: { max_parallel: 7 } });
    assert.equal(parallelOf(await dryRun('--parallel', '9')), 7);
  });
});
