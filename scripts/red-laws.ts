/**
 * Breaks each law on purpose and exits 1 unless the simulator's checker turns red for it within a bounded number
 * of schedules. A checker that has never been red is an assumption.
 */
import { sabotaged, sabotages } from '../test/sim/saboteurs.ts';
import { simulate } from '../test/sim/simulate.ts';

const maxRuns = 400;
const isQuiet = process.argv.includes('--quiet');

let green = 0;
for (const sabotage of sabotages) {
  const parts = sabotaged(sabotage);
  let seed = 0;
  let seen: unknown = null;
  while (seed < maxRuns && !sabotage.laws.some((law) => law === seen))
    seen = simulate(++seed, parts).broken?.law ?? null;
  const isRed = sabotage.laws.some((law) => law === seen);
  if (!isRed) green++;
  if (isQuiet && isRed) continue;
  console.log(
    `${isRed ? 'red  ' : 'GREEN'} law ${String(isRed ? seen : sabotage.laws.join('/')).padEnd(9)} after ${String(seed).padStart(3)} runs  ${sabotage.title}`,
  );
}
console.log(`${sabotages.length} breakages, ${green} not seen`);
process.exitCode = green > 0 ? 1 : 0;
