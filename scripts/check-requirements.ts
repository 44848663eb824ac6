/**
 * Exits 1 with a line each if README.md's table of requirements does not hold: a number missing or twice, a
 * state without a test, a named test that is missing, failed, was skipped or did not run. `--static`, or no
 * results of a whole run: the titles are looked for in the sources only.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from './layers/load.ts';
import { checkRequirements } from './requirements/check.ts';
import { readRequirements } from './requirements/table.ts';
import { titlesIn } from './requirements/titles.ts';
import { readResults, resultsFile } from './tests/results.ts';

const root = projectFolder();
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const results = process.argv.includes('--static') ? null : readResults(root, resultsFile);
const complaints = checkRequirements(readme, { results, titlesIn: (file) => titlesIn(root, file) });
for (const complaint of complaints) console.log(complaint);

const states = readRequirements(readme).map(({ state }) => state);
const counts = ['works', 'partly', 'not yet'].map(
  (state) => `${states.filter((each) => each === state).length} ${state}`,
);
const by = results ? 'by the last results' : 'by the sources of the tests';
console.log(`${counts.join(', ')}; checked ${by}, ${complaints.length} complaints`);
process.exitCode = complaints.length > 0 ? 1 : 0;
