/** `wf0-schedule edit ID… key=value…` */
import type { Command } from 'commander';
import { editKeys, isParamKey, type Assignment } from '../../client/assign.ts';
import { editWorks, type Edited } from '../../client/edit-schedule.ts';
import { Problem } from '../../ports/problem.ts';
import { nearest } from '../../protocol/nearest.ts';
import { clip } from '../../view/clean.ts';
import { describeValue } from '../../view/work-fields.ts';
import type { Cli } from '../cli.ts';
import { sayFrozen } from './say-frozen.ts';

export const configure = (command: Command, cli: Cli): void => {
  command
    .usage('[options] ID… key=value…')
    .argument('<id>', 'the work, or several')
    .argument('[changes...]', `${editKeys.map((key) => `${key}=`).join(' ')} params.NAME=`)
    .option('--json', 'print the work as it is then; of several, a list')
    .action(async (id: string, words: readonly string[], options: { readonly json?: boolean }) =>
      edit(cli, [id, ...words], options.json === true),
    );
};

export const examples = `
Examples:
  wf0-schedule edit 02-api priority=1 group=backend
  wf0-schedule edit 02-api 03-page uses=anthropic max_run_seconds=2h
  wf0-schedule edit 02-api dependencies=01-schema,01-auth
  wf0-schedule edit 02-api remove-dep=01-auth
  wf0-schedule edit 02-api params.module=api params.old=   (an empty value takes one away)`;

const edit = async (cli: Cli, words: readonly string[], isJson: boolean): Promise<void> => {
  const ids = words.filter((word) => !word.includes('='));
  for (const word of ids.slice(1)) if (isKey(word)) throw noValue(word);
  const assignments = words.filter((word) => word.includes('=')).map(readAssignment);
  if (ids.length === 0)
    throw usage('no work is named', 'wf0-schedule edit', 'name it first: wf0-schedule edit 02-api priority=1');
  if (assignments.length === 0)
    throw usage(
      'nothing to change is given',
      `wf0-schedule edit ${clip(ids.join(' '), 80)}`,
      `give at least one of: ${editKeys.join('=, ')}=, params.NAME=`,
    );
  const client = await cli.client();
  const edited = await editWorks(client, ids, assignments);
  if (isJson) {
    const works = edited.map(({ after }) => after);
    cli.out(JSON.stringify(works.length === 1 ? works[0] : works, null, 2));
  } else for (const each of edited) describe(cli, each);
  if (edited.some(({ fields }) => fields.length > 0)) await sayFrozen(cli, client);
};

const describe = (cli: Cli, { before, after, fields }: Edited): void => {
  if (fields.length === 0) return cli.err(`note: ${after.id} is as wished already`);
  for (const field of fields)
    cli.out(`${after.id}: ${field} ${describeValue(before[field])} -> ${describeValue(after[field])}`);
};

const isKey = (word: string): boolean => editKeys.includes(keyOf(word)) || isParamKey(word);

const noValue = (word: string): Problem =>
  usage(
    `${JSON.stringify(clip(word, 80))} is no change`,
    'wf0-schedule edit',
    `write key=value, with one of: ${editKeys.join(', ')}, params.NAME`,
  );

/** `depends_on`, `Priority`, `max-run-seconds`: as people write them. */
const keyOf = (written: string): string => {
  const plain = written.toLowerCase().replaceAll('_', '-');
  const key = aliases[plain] ?? plain;
  return editKeys.find((each) => each.replaceAll('_', '-') === key) ?? key;
};

const readAssignment = (word: string): Assignment => {
  const cut = word.indexOf('=');
  const written = word.slice(0, cut);
  const key = isParamKey(written) ? written : keyOf(written);
  if (isParamKey(key) || editKeys.includes(key)) return { key, value: word.slice(cut + 1) };
  const near = key === '' ? null : (editKeys.find((each) => each.startsWith(key)) ?? nearest(key, editKeys));
  throw usage(
    `there is no key ${JSON.stringify(clip(written, 80))}`,
    'wf0-schedule edit',
    `${near === null ? '' : `did you mean ${near}? `}The keys are: ${editKeys.join(', ')}, params.NAME`,
  );
};

const aliases: Readonly<Record<string, string>> = {
  'depends-on': 'dependencies',
  deps: 'dependencies',
  'conflicts-with': 'conflicts',
  'remove-dependency': 'remove-dep',
  'add-dependency': 'add-dep',
  estimate: 'estimate-seconds',
  'max-run': 'max-run-seconds',
};

const usage = (what: string, where: string, hint: string): Problem => new Problem({ what, where, hint, code: 'usage' });
