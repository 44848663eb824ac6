/** A program's man page from what its `--help` is made of. */
import { Command } from 'commander';
import type { Cli } from '../../src/cli/cli.ts';
import type { ProgramWords } from '../../src/cli/programs.ts';
import { escape, indented, literal, macro } from './roff.ts';

export interface ManPage extends ProgramWords {
  readonly name: string;
  readonly version: string;
  /** `2026-01-31`. */
  readonly date: string;
  /** The name of the other program. */
  readonly other: string;
}

export const manPage = async ({ name, version, date, description, verbs, other }: ManPage): Promise<string> => {
  const commands = await Promise.all(
    Object.entries(verbs).map(async ([verb, { summary, load }]) => {
      const { configure, examples } = await load();
      const command = new Command(`${name} ${verb}`).description(summary);
      // Configuring wires actions and runs none of them.
      configure(command, {} as Cli);
      return commandSection(command, examples);
    }),
  );
  return [
    macro('TH', name.toUpperCase(), '1', date, `wf0-batch ${version}`, 'User Commands'),
    macro('SH', 'NAME'),
    `${escape(name)} \\- ${escape(description.replace(/\.$/, ''))}`,
    macro('SH', 'SYNOPSIS'),
    `.B ${escape(name)}`,
    '.I command',
    '[\\fIoption\\fR|\\fIargument\\fR]...',
    macro('SH', 'DESCRIPTION'),
    escape(description),
    ...commonLines(name),
    macro('SH', 'COMMANDS'),
    ...commands.flat(),
    ...endings,
    macro('SH', 'SEE ALSO'),
    `.BR ${escape(other)} (1),`,
    '.BR git\\-worktree (1),',
    '.BR tmux (1)',
    '',
  ].join('\n');
};

const commonLines = (name: string): readonly string[] => [
  '.PP',
  `${escape(name)} \\fIcommand\\fR \\fB\\-\\-help\\fR shows what stands here of one command. Every option that can destroy`,
  'nothing is also taken from the environment, \\fBWF_BATCH_\\fR and its name in capitals:',
  '\\fBWF_BATCH_PARALLEL=3\\fR is \\fB\\-\\-parallel 3\\fR.',
];

const commandSection = (command: Command, examples: string): readonly string[] => [
  macro('SS', `${command.name()} ${command.usage()}`),
  escape(sentence(command.description())),
  ...command.registeredArguments.flatMap((argument) => entry(argument.name(), argument.description)),
  ...optionEntries(command),
  ...command.commands.flatMap((each) => [
    ...entry(`${each.name()} ${each.usage()}`, each.description()),
    ...indented(optionEntries(each as Command)),
  ]),
  ...literal(examples),
];

const optionEntries = ({ options }: Command): readonly string[] =>
  options
    .filter(({ hidden }) => !hidden)
    .flatMap((option) => {
      const { defaultValue, argChoices, flags, description } = option as typeof option & {
        readonly defaultValue: unknown;
      };
      const extra = [
        ...(argChoices === undefined ? [] : [`choices: ${argChoices.join(', ')}`]),
        ...(typeof defaultValue === 'string' ? [`default: ${defaultValue}`] : []),
      ];
      return entry(flags, `${description}${extra.length === 0 ? '' : ` (${extra.join('; ')})`}`);
    });

const entry = (term: string, text: string): readonly string[] =>
  term === '' ? [] : ['.TP', `\\fB${escape(term)}\\fR`, text === '' ? '\\&' : escape(text)];

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const exitCodes: readonly (readonly [string, string])[] = [
  ['0', 'done; also a dry run, a stop without a batch, nothing pending'],
  ['1', 'refused'],
  ['2', 'wrong usage'],
  ['3', 'the batch ended with failed or skipped works'],
  ['4', 'it ended stopped, or drained into a pause'],
  ['5', 'the environment lacks something'],
  ['70', 'a bug in this program'],
  ['130', 'interrupted'],
];

const files: readonly (readonly [string, string])[] = [
  ['.wf/config.json', 'settings of the repository'],
  ['.wf/schedule.json', 'the works that could run'],
  ['.wf/batches/', 'for each run its plan, journal, logs and report'],
  ['.wf/history.jsonl', 'what estimates are learnt from'],
  ['.worktrees/', 'a worktree for each work'],
];

const endings: readonly string[] = [
  macro('SH', 'EXIT STATUS'),
  ...exitCodes.flatMap(([code, text]) => entry(code, text)),
  macro('SH', 'FILES'),
  ...files.flatMap(([file, text]) => entry(file, text)),
];
