/**
 * Random schedules with faults, every law asked after every event: `simulate [--runs N] [--seed S]`. Prints what
 * happened in them and the first seeds that broke a law; exits 1 if one did.
 */
import { parseArgs } from 'node:util';
import { describeTotals, seedsFrom, simulateAll } from '../test/sim/table.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '5000' }, seed: { type: 'string', default: '1' } },
});
const totals = simulateAll(seedsFrom(Number(values.seed), Number(values.runs)));
for (const line of describeTotals(totals)) console.log(line);
for (const { seed, broken } of totals.broken.slice(0, 10)) console.log(`seed ${seed}: ${broken?.message}`);
process.exitCode = totals.broken.length > 0 ? 1 : 0;
