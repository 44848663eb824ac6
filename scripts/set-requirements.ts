/**
 * Changes rows of README.md's table of requirements, from lines on stdin:
 *
 *     R1 R4-R9 N2 | works | test/e2e/start.test.ts › a batch of three ends completed
 *     R5          | not yet
 *
 * Numbers and ranges; the state; tests, parted by ` ; `. A leading `+` before the tests adds them to those there
 * are. Run it with `node --import tsx scripts/set-requirements.ts < lines`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from './layers/load.ts';
import { readRequirements, replaceRequirements } from './requirements/table.ts';
import type { NamedTest, Requirement } from './requirements/table.ts';

const numbersOf = (text: string): readonly string[] =>
  text
    .trim()
    .split(/[\s,]+/)
    .flatMap((part) => {
      const [, letter = '', from, to] = /^([RN])(\d+)(?:-[RN]?(\d+))?$/.exec(part) ?? [];
      if (from === undefined) throw new Error(`not a requirement: ${part}`);
      const length = Number(to ?? from) - Number(from) + 1;
      return Array.from({ length }, (_, index) => `${letter}${Number(from) + index}`);
    });

const testsOf = (text: string): readonly NamedTest[] =>
  text.split(' ; ').map((entry) => {
    const [file = '', ...title] = entry.replaceAll('`', '').trim().split(' › ');
    return { file, title: title.join(' › ') };
  });

const changed = (row: Requirement, state: string, last: string): Requirement => {
  if (last === '') return { ...row, state, tests: state === 'not yet' ? [] : row.tests };
  const tests = testsOf(last.replace(/^\+/, ''));
  return { ...row, state, tests: last.startsWith('+') ? [...row.tests, ...tests] : tests };
};

const file = join(projectFolder(), 'README.md');
let text = readFileSync(file, 'utf8');
for (const line of readFileSync(0, 'utf8')
  .split('\n')
  .filter((each) => each.trim() !== '')) {
  const [numbers = '', state = '', last = ''] = line.split('|').map((cell) => cell.trim());
  const wanted = new Set(numbersOf(numbers));
  const rows = readRequirements(text).filter(({ number }) => wanted.has(number));
  if (rows.length !== wanted.size) throw new Error(`not all of these are in the table: ${numbers}`);
  text = replaceRequirements(
    text,
    rows.map((row) => changed(row, state, last)),
  );
}
writeFileSync(file, text);
