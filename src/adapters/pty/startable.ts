import { accessSync, closeSync, constants, openSync, readSync, statSync, type Stats } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { TerminalRun } from '../../ports/terminal.ts';

/**
 * Null, or why this command cannot be started, in one sentence. Looked at before the fork, because after it the
 * only news would be exit code 1. The search is that of execvp: `PATH` of the run's environment, or, with a slash
 * in the name, the run's folder.
 */
export const whyNotStartable = ({ argv, cwd, env }: Pick<TerminalRun, 'argv' | 'cwd' | 'env'>): string | null => {
  const name = argv[0];
  if (name === '') return 'The command is empty.';
  if ([...argv, ...Object.entries(env).flat()].some((text) => text.includes('\0'))) {
    return `${name} cannot be started: an argument or a variable holds a NUL byte.`;
  }
  if (look(cwd)?.isDirectory() !== true) return `${name} cannot be started: its folder ${cwd} does not exist.`;
  if (name.includes('/')) return whyNotExecutable(isAbsolute(name) ? name : join(cwd, name));
  const path = env['PATH'] ?? defaultPath;
  const files = path.split(':').map((folder) => join(isAbsolute(folder) ? folder : join(cwd, folder), name));
  if (files.some((file) => whyNotExecutable(file) === null)) return null;
  const present = files.find((file) => look(file)?.isFile());
  return present === undefined ? `${name}: command not found in PATH (${path}).` : whyNotExecutable(present);
};

/** What execvp of glibc searches without a PATH. */
const defaultPath = '/bin:/usr/bin';

const whyNotExecutable = (file: string): string | null => {
  const found = look(file);
  if (found?.isDirectory() === true) return `${file} is a folder, not a command.`;
  if (found?.isFile() !== true) return `${file}: no such command.`;
  try {
    accessSync(file, constants.X_OK);
  } catch {
    return `${file} is not executable; try chmod +x.`;
  }
  const interpreter = readInterpreter(file);
  if (interpreter === null || look(interpreter)?.isFile() === true) return null;
  return `${file}: its first line names ${interpreter}, which does not exist.`;
};

/** The absolute path after `#!`; null for everything else. */
const readInterpreter = (file: string): string | null => {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const head = Buffer.alloc(256);
      const text = head.toString('utf8', 0, readSync(descriptor, head, 0, head.length, 0));
      return /^#![ \t]*(\/[^ \t\n]+)[^\n]*\n/.exec(text)?.[1] ?? null;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // A command may be executable and not readable.
    return null;
  }
};

/** Null for what is not there or may not be seen. */
const look = (path: string): Stats | null => {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
};
