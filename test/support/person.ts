/** A person at a terminal: a shell in a tmux of their own, keys typed into it, its screen read. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { programFile, type CommandLine } from './command-line.ts';
import { eventually } from './eventually.ts';

export interface Person {
  /** Keys by tmux's names; a text of several letters is typed letter by letter. */
  press(...keys: readonly string[]): Promise<void>;
  /** Types a command line of `wf0-batch` with what stands before it, and Enter. */
  run(args: string, before?: string): Promise<void>;
  /** Types a line for the shell. */
  type(text: string): Promise<void>;
  /** The lines of the window as they are. */
  screen(options?: { readonly withColours?: boolean }): Promise<string>;
  /** Waits until the screen matches and gives it; fails with the screen. */
  sees(what: RegExp): Promise<string>;
  resize(columns: number, rows: number): Promise<void>;
  /** A format of tmux about this terminal, such as `#{cursor_flag}`. */
  ask(format: string): Promise<string>;
  /** From now on all bytes that the terminal gets go into a file too; gives what came so far. */
  record(): Promise<() => string>;
  leave(): Promise<void>;
}

/** `wf0-batch` by the Node that runs the tests, as a person would have to type it. */
export const ourProgram = `'${process.execPath}' '${programFile('wf0-batch')}'`;

export const sitDown = async (
  line: CommandLine,
  name: string,
  [columns, rows]: readonly [number, number],
): Promise<Person> => {
  const tmux = async (...args: readonly string[]): Promise<string> => {
    const { code, out, err } = await line.tmux('-L', name, '-f', '/dev/null', ...args);
    assert.equal(code, 0, err);
    return out;
  };
  const target = ['-t', '=person:'];
  await tmux(
    'new-session',
    '-d',
    '-s',
    'person',
    '-x',
    String(columns),
    '-y',
    String(rows),
    '-c',
    line.project,
    'PS1="ready> " sh',
  );
  const type = async (text: string): Promise<void> => {
    await tmux('send-keys', ...target, '-l', text);
    await tmux('send-keys', ...target, 'Enter');
  };
  const screen: Person['screen'] = ({ withColours = false } = {}) =>
    tmux('capture-pane', '-p', ...(withColours ? ['-e'] : []), ...target);
  return {
    type,
    screen,
    press: async (...keys) => {
      await tmux('send-keys', ...target, ...keys);
    },
    run: (args, before = '') => type(`${before} ${ourProgram} ${args}; echo "ended with $?"`),
    sees: async (what) => {
      let seen = '';
      try {
        return await eventually(String(what), async () => (what.test((seen = await screen())) ? seen : null), 60_000);
      } catch (error) {
        throw new Error(`the screen does not show ${what}:\n${seen}`, { cause: error });
      }
    },
    resize: async (width, height) => {
      await tmux('resize-window', ...target, '-x', String(width), '-y', String(height));
    },
    ask: async (format) => (await tmux('display-message', '-p', ...target, format)).trim(),
    record: async () => {
      const file = join(line.folder, `${name}.bytes`);
      await tmux('pipe-pane', ...target, `cat > '${file}'`);
      return () => (existsSync(file) ? readFileSync(file, 'utf8') : '');
    },
    leave: async () => {
      await line.tmux('-L', name, 'kill-server');
    },
  };
};
