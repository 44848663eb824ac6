/** Prints the sums of the last run of tests: `summary whole|partial`. */
import { projectFolder } from './layers/load.ts';
import { partialResultsFile, readResults, resultsFile, summary, totalsOf } from './tests/results.ts';

const file = process.argv[2] === 'partial' ? partialResultsFile : resultsFile;
console.log(summary(totalsOf(readResults(projectFolder(), file) ?? [])));
