/** `wf0-batch completion bash|zsh|fish`: a script for the shell, for both programs; ids are asked for when they are wanted. */
import { Command, type Command as CommandType } from 'commander';
import { Problem } from '../../ports/problem.ts';
import { clip } from '../../view/clean.ts';
import type { Cli, Verbs } from '../cli.ts';
import { bashScript, fishScript, zshScript, type Words } from './completion-scripts.ts';

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript };

export const configure = (command: CommandType, cli: Cli): void => {
  command.argument('<shell>', 'bash, zsh or fish').action(async (shell: string) => {
    if (shell === 'ids') return printIds(cli);
    if (!Object.hasOwn(scripts, shell)) throw unknownShell(shell);
    const programs = Object.entries(await cli.programs());
    const words = await Promise.all(programs.map(async ([name, verbs]) => [name, await collect(verbs, cli)] as const));
    cli.out(scripts[shell as keyof typeof scripts](Object.fromEntries(words)));
  });
};

export const examples = `
Examples:
  bash:  source <(wf0-batch completion bash)          in ~/.bashrc
  zsh:   source <(wf0-batch completion zsh)           in ~/.zshrc, after compinit
  fish:  wf0-batch completion fish > ~/.config/fish/completions/wf0-batch.fish`;

/** What `--help` names of each verb. */
const collect = async (verbs: Verbs, cli: Cli): Promise<readonly Words[]> =>
  Promise.all(
    Object.entries(verbs).map(async ([verb, { summary, load }]) => {
      const command = new Command(verb);
      (await load()).configure(command, cli);
      return {
        verb,
        summary,
        flags: flagsOf(command),
        subcommands: command.commands.map((each) => ({ name: each.name(), flags: flagsOf(each) })),
        takesIds: takesIds.has(verb),
      };
    }),
  );

const flagsOf = ({ options }: CommandType): readonly string[] => [
  ...options.filter(({ hidden }) => !hidden).flatMap(({ long }) => long ?? []),
  '--help',
];

const takesIds = new Set(['stop', 'retry', 'skip', 'add', 'remove', 'why', 'attach', 'logs', 'edit']);

/** Of the schedule and of the newest batch; never an error: a shell is waiting. */
const printIds = async (cli: Cli): Promise<void> => {
  try {
    const { store } = await cli.client();
    const schedule = await store.readSchedule();
    const journal = await store.openBatch();
    const planned = journal?.plan.works ?? [];
    await journal?.close();
    const ids = [...new Set([...(schedule?.works ?? []), ...planned].map(({ id }) => id))];
    if (ids.length > 0) cli.out(ids.join('\n'));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  }
};

const unknownShell = (shell: string): Problem =>
  new Problem({
    what: `there is no completion for ${JSON.stringify(clip(shell, 80))}`,
    where: 'wf0-batch completion',
    hint: 'one of: bash, zsh, fish',
    code: 'usage',
  });
