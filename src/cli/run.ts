/** A command line's way through the program: find the verb, load it alone, run it, turn what it throws into words and a code. */
import { Command, CommanderError, type Option, type OutputConfiguration } from 'commander';
import { Problem } from '../ports/problem.ts';
import type { Cli, Verbs } from './cli.ts';
import { nearest } from '../protocol/nearest.ts';
import { clip } from '../view/clean.ts';

export interface Program {
  readonly name: string;
  readonly description: string;
  readonly version: string;
  readonly verbs: Verbs;
  /** Writes the report of a bug and gives its path. */
  reportBug(error: unknown): string;
}

/** SPEC 10. */
const exitOf = { refused: 1, usage: 2, environment: 5 } as const;
const exitBug = 70;

/** Runs a command line to its end; everything that goes wrong becomes an exit code. */
export const run = async (argv: readonly string[], program: Program, cli: Cli): Promise<void> => {
  try {
    const root = makeRoot(program, cli);
    const verb = argv.find((word) => !word.startsWith('-'));
    const wanted = verb === 'help' ? argv[argv.indexOf('help') + 1] : verb;
    for (const [name, { summary, load }] of Object.entries(program.verbs)) {
      const command = root.command(name).summary(summary).description(summary).exitOverride();
      command.configureOutput(outputOf(cli));
      if (name !== wanted) continue;
      const { configure, examples } = await load();
      configure(command, cli);
      command.addHelpText('after', examples);
      readVariables(command, cli);
    }
    if (wanted !== undefined && !Object.hasOwn(program.verbs, wanted) && wanted !== 'help')
      throw unknownVerb(program, wanted);
    await root.parseAsync(verb === undefined && argv.length === 0 ? ['--help'] : [...argv], { from: 'user' });
  } catch (error) {
    cli.setExitCode(explain(error, program, cli));
  }
};

const makeRoot = ({ name, description, version }: Program, cli: Cli): Command =>
  new Command(name)
    .description(description)
    .version(version)
    .exitOverride()
    .showSuggestionAfterError()
    .helpCommand('help [command]', 'show the help of a command')
    .configureOutput(outputOf(cli));

const outputOf = (cli: Cli): OutputConfiguration => ({
  writeOut: (text) => cli.out(text.trimEnd()),
  writeErr: () => undefined,
});

/** Flags that can destroy something are never taken from the environment. */
const destructive = new Set(['force', 'yes', 'rerun', 'fresh', 'all', 'saved', 'prune', 'help']);

/** Every other flag has a variable `WF_BATCH_<FLAG>`. For a switch, empty, `0` and `false` mean off. */
const readVariables = (command: Command, cli: Cli): void => {
  for (const option of [...command.options]) {
    const name = option.name();
    if (destructive.has(name) || option.negate) continue;
    const variable = `WF_BATCH_${name.toUpperCase().replaceAll('-', '_')}`;
    const value = cli.env[variable];
    if (value === undefined || value === '') continue;
    if (!option.isBoolean()) takeValue(command, option, { variable, value });
    else if (value !== '0' && value !== 'false') command.setOptionValueWithSource(option.attributeName(), true, 'env');
  }
  for (const each of command.commands) readVariables(each as Command, cli);
};

/** As the flag would; `option.env` would come too late for an option that the command has already. */
const takeValue = (
  command: Command,
  option: Option,
  { variable, value }: { readonly variable: string; readonly value: string },
): void => {
  try {
    const parse = option.parseArg as ((text: string, previous: unknown) => unknown) | undefined;
    const words = option.variadic ? value.split(/[\s,]+/).filter(Boolean) : value;
    const taken = parse === undefined ? words : parse(value, option.defaultValue);
    // A list given by the flag takes the place of a default, and joins anything else.
    if (option.variadic) option.default(taken);
    command.setOptionValueWithSource(option.attributeName(), taken, 'env');
  } catch (error) {
    command.error(`error: ${variable}=${value} is invalid. ${error instanceof Error ? error.message : String(error)}`);
  }
};

const unknownVerb = ({ name, verbs }: Program, given: string): Problem => {
  const near = nearest(given, Object.keys(verbs));
  const hint = near === null ? `see: ${name} --help` : `did you mean ${near}? See: ${name} --help`;
  return new Problem({ what: `there is no command ${given}`, where: `${name} ${given}`, hint, code: 'usage' });
};

const explain = (error: unknown, program: Program, cli: Cli): number => {
  if (error instanceof Problem) {
    cli.err(threeLines(error));
    return exitOf[error.code];
  }
  if (error instanceof CommanderError) {
    // `help start`: the library takes its code from the process's, which says that the program is not done.
    if (error.exitCode === 0 || error.code === 'commander.help') return 0;
    const what = error.message.replace(/^error: /, '');
    cli.err(
      threeLines({
        what,
        where: `${program.name} ${process.argv.slice(2).join(' ')}`.trim(),
        hint: `see: ${program.name} --help`,
      }),
    );
    return exitOf.usage;
  }
  const file = program.reportBug(error);
  const what = error instanceof Error ? error.message : String(error);
  cli.err(
    threeLines({
      what: `this is a bug in ${program.name}: ${what}`,
      where: file,
      hint: 'please report it with that file; the state is intact: wf0-batch resume goes on',
    }),
  );
  return exitBug;
};

/** What, where, what to try; what a person typed or a file said cannot steer the terminal. */
const threeLines = ({ what, where, hint }: Pick<Problem, 'what' | 'where' | 'hint'>): string =>
  [`error: ${clip(what, longest)}`, `  at: ${clip(where, longest)}`, `  try: ${clip(hint, longest)}`].join('\n');

/** Characters of one line of an error. */
const longest = 2000;
