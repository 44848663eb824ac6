/** Whether a command that refused has left everything as it was. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandLine, Screen } from './command-line.ts';
import { picture } from './running-batch.ts';

/**
 * Folders of locks, the memory of the remote, git's cache of file times, and the exclude file, which gains our two
 * lines as soon as a `.wf` is used: they come and go, and nothing is lost with them.
 */
const passing = /^(\.wf\/locks|\.wf\/remote\.json|\.git\/index|\.git\/info|\.git$|\.git \d|\.wf \d)/;

/** A folder with its `.wf`, its refs and whatever else lies in it, and the tmux sockets of the sandbox. */
export const stateOf = (line: CommandLine, folder: string = line.project): readonly string[] => [
  ...picture(folder).filter((each) => !passing.test(each)),
  ...socketsOf(line),
];

const socketsOf = ({ folder }: CommandLine): readonly string[] => {
  const sockets = join(folder, 'tmux');
  return existsSync(sockets) ? readdirSync(sockets, { recursive: true, encoding: 'utf8' }) : [];
};

/** Runs a command that must leave the folder as it was. */
export const leavingAll = async (
  line: CommandLine,
  folder: string,
  command: () => Promise<Screen>,
): Promise<Screen> => {
  const before = stateOf(line, folder);
  const screen = await command();
  assert.deepEqual(stateOf(line, folder), before, `changed by a command that said:\n${screen.err}`);
  return screen;
};
