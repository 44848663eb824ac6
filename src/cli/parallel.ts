/** `--parallel N`, with its other spellings. */
import { InvalidArgumentError, Option, type Command } from 'commander';

/** Adds the four spellings; the wish is under `parallel` whichever was used. */
export const addParallel = (command: Command): Command => {
  for (const flags of ['-p, --parallel <n>', '--max-parallel <n>', '--workers <n>'])
    command.addOption(
      new Option(flags, 'how many works run at once: a number, or auto for the number of cores')
        .argParser(parseParallel)
        .hideHelp(!flags.startsWith('-p')),
    );
  return command;
};

/** The wish in a command's options; null if none was given. */
export const readParallel = (options: {
  readonly parallel?: number | 'auto';
  readonly maxParallel?: number | 'auto';
  readonly workers?: number | 'auto';
}): number | 'auto' | null => options.parallel ?? options.maxParallel ?? options.workers ?? null;

/** `[1-9][0-9]*` or `auto`. */
export const parseParallel = (text: string): number | 'auto' => {
  if (text === 'auto') return text;
  if (!/^[1-9][0-9]{0,8}$/.test(text))
    throw new InvalidArgumentError('It must be a whole number of at least 1, or auto.');
  return Number(text);
};
