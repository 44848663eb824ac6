/** `--parallel N`, with its other spellings. */
import { InvalidArgumentError, Option, type Command } from 'commander';

/** Adds the four spellings; the wish is under `parallel` whichever was used. */
export const addParallel = (command: Command): Command => {
  for (const flags of ['-p, --parallel <n>', '--max-parallel <n>', '--workers <n>'])
    command.addOption(
      new ParallelOption(flags, 'how many works run at once: a number, or auto for the number of cores')
        .argParser(parseParallel)
        .hideHelp(!flags.startsWith('-p')),
    );
  return command;
};

/** All spellings are one setting: the last one counts, and any of them beats the variable. */
class ParallelOption extends Option {
  override attributeName(): string {
    return 'parallel';
  }
}

/** `[1-9][0-9]*` or `auto`. */
export const parseParallel = (text: string): number | 'auto' => {
  if (text === 'auto') return text;
  if (!/^[1-9][0-9]{0,8}$/.test(text))
    throw new InvalidArgumentError('It must be a whole number of at least 1, or auto.');
  return Number(text);
};
