/**
 * Breaks each rule of the layer check on purpose, in memory, and exits 1 unless the check turns red for that
 * reason every time. A gate that has never been red is an assumption.
 */
import { allowed, breakages } from './layers/breakages.ts';
import { loadSources, projectFolder } from './layers/load.ts';
import { tryBreakages } from './layers/red.ts';

const isQuiet = process.argv.includes('--quiet');
const results = tryBreakages(loadSources(projectFolder()), [...breakages, ...allowed]);
for (const { title, expected, seen, isAsExpected } of results) {
  if (isQuiet && isAsExpected) continue;
  const verdict = isAsExpected ? 'ok  ' : 'BAD ';
  console.log(`${verdict} ${expected.padEnd(10)} ${(seen.join(',') || 'nothing').padEnd(10)} ${title}`);
}
const bad = results.filter(({ isAsExpected }) => !isAsExpected).length;
console.log(`${breakages.length} breakages and ${allowed.length} allowed twins, ${bad} not as expected`);
process.exitCode = bad > 0 ? 1 : 0;
