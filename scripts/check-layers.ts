/** Exits 1 with a line each if the sources break the rule of arrows. */
import { checkLayers } from './layers/check.ts';
import { loadSources, projectFolder } from './layers/load.ts';

const sources = loadSources(projectFolder());
const violations = checkLayers(sources);
for (const { file, line, rule, message } of violations) console.log(`src/${file}:${line}: ${rule}: ${message}`);
console.log(`${sources.texts.size} files, ${violations.length} violations of the rule of arrows`);
process.exitCode = violations.length > 0 ? 1 : 0;
