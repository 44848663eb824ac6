/**
 * Real batches in which things go wrong: `chaos [--seed S] [--runs N] [--minutes M] [--lanes L] [--faults K]
 * [--sabotage NAME] [--keep] [--verbose]`, L runs at a time. Prints what happened, how long recovery took and the seeds that broke a promise, which are
 * kept in test/fixtures/chaos-seeds.json; exits 1 if one did.
 */
import { parseArgs } from 'node:util';
import { describeRuns } from './chaos/figures.ts';
import { keepSeed } from './chaos/kept-seeds.ts';
import { copyProgram } from './chaos/program.ts';
import { runScenario } from './chaos/run.ts';
import type { RunResult } from './chaos/run.ts';
import { sabotages } from './chaos/sabotages.ts';
import { makeScenario } from './chaos/scenario.ts';
import type { ScenarioOptions } from './chaos/scenario.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '10' },
    minutes: { type: 'string', default: '60' },
    faults: { type: 'string' },
    sabotage: { type: 'string' },
    lanes: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});

const describe = ({ scenario, violations, tookMs, happened, recoveries }: RunResult): string => {
  const worst = Math.max(0, ...recoveries.map(({ ms }) => ms));
  const verdict = violations.length === 0 ? 'ok ' : 'RED';
  return `${verdict} seed ${scenario.seed}: ${scenario.works.length} works, ${scenario.engine}, ${happened.length} of ${scenario.faults.length} faults, ${Math.round(tookMs)} ms, worst recovery ${Math.round(worst)} ms`;
};

const promisesOf = ({ violations }: RunResult): readonly string[] => [
  ...new Set(violations.map(({ promise }) => promise)),
];

const sabotage = sabotages.find(({ name }) => name === values.sabotage);
if (values.sabotage !== undefined && sabotage === undefined)
  throw new Error(`known sabotages: ${sabotages.map(({ name }) => name).join(', ')}`);
const options: ScenarioOptions = values.faults === undefined ? {} : { faults: Number(values.faults) };

const program = copyProgram(sabotage?.patches);
const results: RunResult[] = [];
const until = performance.now() + Number(values.minutes) * 60_000;
let begun = 0;

/** One run after the other, until there are enough. */
const runLane = async (): Promise<void> => {
  while (begun < Number(values.runs) && performance.now() < until) {
    const seed = Number(values.seed) + begun++;
    tell(await runScenario(program, sabotage?.scenario ?? makeScenario(seed, options), values));
  }
};

const tell = (result: RunResult): void => {
  results.push(result);
  const { scenario, violations, said, folder } = result;
  const isBroken = violations.length > 0;
  if (isBroken && sabotage === undefined)
    keepSeed({ seed: scenario.seed, faults: options.faults ?? null, promises: promisesOf(result) });
  if (values.verbose || isBroken) console.log(describe(result));
  if (isBroken) console.log(said);
  for (const { promise, text } of violations) console.log(`    ${promise}: ${text}`);
  if (values.keep) console.log(`    kept in ${folder}`);
};

try {
  await Promise.all(Array.from({ length: Number(values.lanes) }, runLane));
} finally {
  if (!values.keep) program.remove();
}
for (const line of describeRuns(results)) console.log(line);
process.exitCode = results.some(({ violations }) => violations.length > 0) ? 1 : 0;
