/** `wf0-schedule create SOURCE…` */
import { relative, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Client } from '../../client/client.ts';
import { createSchedule, type Created } from '../../client/create-schedule.ts';
import { Problem } from '../../ports/problem.ts';
import type { SourceRequest } from '../../ports/sources.ts';
import { writeSchedule } from '../../protocol/schedule.ts';
import { changesText } from '../../view/changes-text.ts';
import { clip } from '../../view/clean.ts';
import { count } from '../../view/count.ts';
import type { Cli } from '../cli.ts';
import { paintErrors } from '../paint.ts';
import { readSourceWords } from './source-words.ts';

interface CreateOptions {
  readonly append?: boolean;
  readonly prune?: boolean;
  readonly exclude?: readonly string[];
  readonly all?: boolean;
  readonly json?: boolean;
}

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

export const configure = (command: Command, cli: Cli): void => {
  command
    .usage('[options] SOURCE…')
    .argument(
      '[source...]',
      'md=PATH… (folders of task files, or files), github=QUERY, jira=JQL, manifest=FILE, catalog=PATH, speckit=PATH, taskmaster=FILE, beads=FILE, ccpm=DIR, backlog=DIR, local=ID,ID',
    )
    .option('--append', 'keep the schedule that is there, with what was edited by hand; its works are read anew')
    .option('--prune', 'with --append: take out works that these sources have no more')
    .option('--exclude <glob>', 'leave out task files of this name; may be given several times', collect)
    .option('--all', 'the sources of batch.sources in .wf/config.json')
    .option('--json', 'print the schedule')
    .action(async (words: readonly string[], options: CreateOptions) => create(cli, words, options));
};

export const examples = `
Examples:
  wf0-schedule create md=tasks/                 every .md file of a folder
  wf0-schedule create md=a.md b.md local=FEAT-7
  wf0-schedule create manifest=tasks.yaml       every entry of a manifest
  wf0-schedule create speckit=specs/            open tasks of spec-kit's tasks.md files
  wf0-schedule create github="label:ready,milestone:v2"
  wf0-schedule create jira="project = WEB AND statusCategory != Done"
  wf0-schedule create --append md=more/ --exclude '*draft*'
  wf0-schedule create --append --prune md=tasks/   as the folder is now; edits by hand stay`;

const create = async (cli: Cli, words: readonly string[], options: CreateOptions): Promise<void> => {
  const given = readSourceWords(words);
  if (given.length === 0 && options.all !== true) throw noSource();
  if (options.prune === true && options.append !== true) throw pruneAlone();
  const client = await cli.client();
  const sources = [...(options.all === true ? await configured(client) : []), ...given];
  const created = await createSchedule(client, {
    sources,
    exclude: options.exclude ?? [],
    append: options.append === true,
    prune: options.prune === true,
  });
  for (const notice of created.notices) cli.err(`note: ${notice}`);
  warn(cli, created.warnings);
  const lines = created.changes === null ? [] : changesText(created.changes);
  if (lines.length > 0) cli.err(paintErrors(cli, lines));
  cli.out(options.json === true ? writeSchedule(created.schedule).trimEnd() : describe(created));
  if (created.schedule.works.length === 0) cli.err('note: nothing open was found: the schedule is empty');
  else if (options.json !== true) cli.err('next: wf0-batch start --dry-run shows the plan, wf0-batch start runs it');
};

/** Warnings that are printed; `validate` has those of the schedule. */
const shownWarnings = 100;

const warn = (cli: Cli, warnings: readonly string[]): void => {
  for (const warning of warnings.slice(0, shownWarnings)) cli.err(`warning: ${clip(warning, 500)}`);
  const more = warnings.length - shownWarnings;
  if (more > 0) cli.err(`warning: and ${more.toLocaleString('en')} more; see: wf0-schedule validate`);
};

/** `3 works in 2 groups scheduled: 1 added, 1 changed` */
const describe = ({ schedule: { works }, changes, vanished }: Created): string => {
  const groups = new Set(works.flatMap(({ group }) => group ?? [])).size;
  const scheduled = `${count(works.length, 'work')}${groups === 0 ? '' : ` in ${count(groups, 'group')}`} scheduled`;
  if (changes === null) return scheduled;
  const parts = (['added', 'changed', 'removed'] as const)
    .filter((kind) => changes[kind].length > 0)
    .map((kind) => `${changes[kind].length} ${kind}`);
  if (vanished.length > 0) parts.push(`${vanished.length} gone from the source but kept`);
  return `${scheduled}: ${parts.join(', ') || 'nothing changed'}`;
};

const configured = async (client: Client): Promise<readonly SourceRequest[]> => {
  const { batch } = await client.readConfig();
  // The config's paths start at the folder of `.wf`, wherever the command is given.
  const fromHere = (path: string): string => relative(client.cwd, resolve(client.root, path)) || '.';
  if (batch.sources.length > 0)
    return readSourceWords(
      batch.sources.flatMap(({ type, query }) =>
        type === 'markdown' ? ['md=', ...query.split(' ').map(fromHere)] : [`${type}=${query}`],
      ),
    );
  throw new Problem({
    what: 'the config names no sources',
    where: `${client.root}/.wf/config.json`,
    hint: 'name them under batch.sources: ["md=tasks/"], or on the command line',
    code: 'refused',
  });
};

const pruneAlone = (): Problem =>
  new Problem({
    what: '--prune goes with --append: without it the schedule is replaced as a whole',
    where: 'wf0-schedule create --prune',
    hint: 'wf0-schedule create --append --prune md=tasks/',
    code: 'usage',
  });

const noSource = (): Problem =>
  new Problem({
    what: 'no source is given',
    where: 'wf0-schedule create',
    hint: 'for a folder of task files: wf0-schedule create md=tasks/',
    code: 'usage',
  });
