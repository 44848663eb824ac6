/** `wf0-schedule edit ID key=value…` */
import type { Command } from 'commander';
import { editKeys, editWork, type Assignment } from '../../client/edit-schedule.ts';
import type { Work } from '../../core/work.ts';
import { Problem } from '../../ports/problem.ts';
import { nearest } from '../../protocol/nearest.ts';
import { clip } from '../../view/clean.ts';
import type { Cli } from '../cli.ts';

export const configure = (command: Command, cli: Cli): void => {
  command
    .usage('[options] ID key=value…')
    .argument('<id>', 'the work')
    .argument('[changes...]', `${editKeys.map((key) => `${key}=`).join(' ')}`)
    .option('--json', 'print the work as it is then')
    .addHelpText('after', examples)
    .action(async (id: string, words: readonly string[], { json }: { readonly json?: boolean }) => {
      const assignments = words.map(readAssignment);
      if (assignments.length === 0)
        throw usage(
          'nothing to change is given',
          `wf0-schedule edit ${clip(id, 80)}`,
          `give at least one of: ${editKeys.join('=, ')}=`,
        );
      const { before, after } = await editWork(await cli.client(), id, assignments);
      if (json === true) return cli.out(JSON.stringify(after, null, 2));
      const lines = describeChanges(before, after);
      if (lines.length === 0) return cli.err(`note: ${after.id} is as wished already`);
      for (const line of lines) cli.out(`${after.id}: ${line}`);
    });
};

const examples = `
Examples:
  wf0-schedule edit 02-api priority=1 group=backend
  wf0-schedule edit 02-api dependencies=01-schema,01-auth
  wf0-schedule edit 02-api remove-dep=01-auth
  wf0-schedule edit 02-api group=            (takes the group away)`;

const readAssignment = (word: string): Assignment => {
  const cut = word.indexOf('=');
  if (cut < 1)
    throw usage(
      `${JSON.stringify(clip(word, 80))} is no change`,
      'wf0-schedule edit',
      `write key=value, with one of: ${editKeys.join(', ')}`,
    );
  const written = word.slice(0, cut).toLowerCase().replaceAll('_', '-');
  const key = aliases[written] ?? written;
  if ((editKeys as readonly string[]).includes(key)) return { key, value: word.slice(cut + 1) };
  const near = editKeys.find((each) => each.startsWith(key)) ?? nearest(key, editKeys);
  throw usage(
    `there is no key ${JSON.stringify(clip(word.slice(0, cut), 80))}`,
    'wf0-schedule edit',
    `${near === null ? '' : `did you mean ${near}? `}The keys are: ${editKeys.join(', ')}`,
  );
};

const aliases: Readonly<Record<string, string>> = {
  'depends-on': 'dependencies',
  deps: 'dependencies',
  'remove-dependency': 'remove-dep',
  'add-dependency': 'add-dep',
};

const fields = ['title', 'group', 'priority', 'workflow', 'dependencies', 'conflicts'] as const;

const describeChanges = (before: Work, after: Work): readonly string[] =>
  fields.flatMap((field) => {
    const [old, now] = [before[field], after[field]].map(describe);
    return old === now ? [] : [`${field} ${old ?? ''} -> ${now ?? ''}`];
  });

const describe = (value: Work[(typeof fields)[number]] | undefined): string => {
  if (value === null || value === undefined) return 'none';
  return typeof value === 'object' ? value.join(', ') || 'none' : clip(String(value), 200);
};

const usage = (what: string, where: string, hint: string): Problem => new Problem({ what, where, hint, code: 'usage' });
