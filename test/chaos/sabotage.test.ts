/** Every planted bug must be noticed by the checker of the chaos runs: one that was never red is an assumption. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { copyProgram } from '../../scripts/chaos/program.ts';
import { runScenario } from '../../scripts/chaos/run.ts';
import { sabotages } from '../../scripts/chaos/sabotages.ts';

const skip = process.platform !== 'linux' && 'looks at /proc';

describe('the checker is red', { skip, concurrency: 3 }, () => {
  for (const { name, title, patches, scenario, breaks } of sabotages)
    it(`when ${title} (${name})`, async () => {
      const program = copyProgram(patches);
      try {
        const result = await runScenario(program, scenario);
        const broken = result.violations.map(({ promise }) => promise);
        assert.ok(
          broken.some((promise) => breaks.includes(promise)),
          `none of ${breaks.join(', ')} is broken\n${result.said}`,
        );
      } finally {
        program.remove();
      }
    });
});
