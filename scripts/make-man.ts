/** Writes `man/wf0-batch.1` and `man/wf0-schedule.1`: what the build ships beside the program. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { programs } from '../src/cli/programs.ts';
import { projectFolder } from './layers/load.ts';
import { manPage } from './man/page.ts';

const root = projectFolder();
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string };
// The date of the version: two builds of one source are the same to the byte.
const date = new RegExp(`^## ${version.replaceAll('.', '\\.')}.*?(\\d{4}-\\d\\d-\\d\\d)`, 'm').exec(
  readFileSync(join(root, 'CHANGELOG.md'), 'utf8'),
)?.[1];
const names = Object.keys(programs) as (keyof typeof programs)[];
mkdirSync(join(root, 'man'), { recursive: true });
for (const name of names) {
  const other = names.find((each) => each !== name) ?? name;
  writeFileSync(
    join(root, 'man', `${name}.1`),
    await manPage({ name, version, date: date ?? '', other, ...programs[name] }),
  );
}
