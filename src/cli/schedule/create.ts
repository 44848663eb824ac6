/** `wf0-schedule create SOURCE…` */
import type { Command } from 'commander';
import type { Client } from '../../client/client.ts';
import { createSchedule, type Created } from '../../client/create-schedule.ts';
import { Problem } from '../../ports/problem.ts';
import type { SourceRequest } from '../../ports/sources.ts';
import { writeSchedule } from '../../protocol/schedule.ts';
import type { Cli } from '../cli.ts';
import { readSourceWords } from './source-words.ts';

interface CreateOptions {
  readonly append?: boolean;
  readonly exclude?: readonly string[];
  readonly all?: boolean;
  readonly json?: boolean;
}

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

export const configure = (command: Command, cli: Cli): void => {
  command
    .usage('[options] SOURCE…')
    .argument('[source...]', 'md=PATH… (folders of task files, or files), github=QUERY, jira=JQL, local=ID,ID')
    .option('--append', 'keep the schedule that is there; works of the same source are read anew')
    .option('--exclude <glob>', 'leave out task files of this name; may be given several times', collect)
    .option('--all', 'the sources of batch.sources in .wf/config.json')
    .option('--json', 'print the schedule')
    .addHelpText('after', examples)
    .action(async (words: readonly string[], options: CreateOptions) => create(cli, words, options));
};

const examples = `
Examples:
  wf0-schedule create md=tasks/                 every .md file of a folder
  wf0-schedule create md=a.md b.md local=FEAT-7
  wf0-schedule create github="label:ready,milestone:v2"
  wf0-schedule create jira="project = WEB AND statusCategory != Done"
  wf0-schedule create --append md=more/ --exclude '*draft*'`;

const create = async (cli: Cli, words: readonly string[], options: CreateOptions): Promise<void> => {
  const given = readSourceWords(words);
  if (given.length === 0 && options.all !== true) throw noSource();
  const client = await cli.client();
  const sources = [...(options.all === true ? await configured(client) : []), ...given];
  const created = await createSchedule(client, {
    sources,
    exclude: options.exclude ?? [],
    append: options.append === true,
  });
  for (const notice of created.notices) cli.err(`note: ${notice}`);
  for (const warning of created.warnings) cli.err(`warning: ${warning}`);
  cli.out(
    options.json === true ? writeSchedule(created.schedule).trimEnd() : describe(created, options.append === true),
  );
  if (created.schedule.works.length === 0) cli.err('note: nothing open was found: the schedule is empty');
  else if (options.json !== true) cli.err('next: wf0-batch start --dry-run shows the plan, wf0-batch start runs it');
};

const describe = ({ schedule: { works }, added, updated }: Created, isAppended: boolean): string => {
  const groups = new Set(works.flatMap(({ group }) => group ?? [])).size;
  const inGroups = groups === 0 ? '' : ` in ${count(groups, 'group')}`;
  if (!isAppended) return `${count(works.length, 'work')}${inGroups} scheduled`;
  return `${count(added, 'work')} added${updated === 0 ? '' : `, ${updated} read anew`}: ${works.length}${inGroups} scheduled`;
};

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;

const configured = async (client: Client): Promise<readonly SourceRequest[]> => {
  const { batch } = await client.readConfig();
  if (batch.sources.length > 0)
    return readSourceWords(
      batch.sources.flatMap(({ type, query }) =>
        type === 'markdown' ? ['md=', ...query.split(' ')] : [`${type}=${query}`],
      ),
    );
  throw new Problem({
    what: 'the config names no sources',
    where: `${client.root}/.wf/config.json`,
    hint: 'name them under batch.sources: ["md=tasks/"], or on the command line',
    code: 'refused',
  });
};

const noSource = (): Problem =>
  new Problem({
    what: 'no source is given',
    where: 'wf0-schedule create',
    hint: 'for a folder of task files: wf0-schedule create md=tasks/',
    code: 'usage',
  });
