/** A viewer by node-pty, with the same device as stages: a viewer that ends at once loses no word either. */
import { Problem } from '../../ports/problem.ts';
import type { Viewer } from '../../ports/viewer.ts';
import { makeKeyboard } from './keyboard.ts';
import { loadPty, type LoadedPty } from './native.ts';
import { whyNotStartable } from './startable.ts';
import { openDevice } from './terminal-device.ts';

const loadForViewer = (): LoadedPty => {
  try {
    return loadPty();
  } catch (error) {
    throw noTerminal(error instanceof Error ? error.message : String(error));
  }
};

export const makeViewer = (): Viewer => ({
  open: async ({ argv, cwd, env, size, onOutput, onEnd }) => {
    const why = whyNotStartable({ argv, cwd, env });
    if (why !== null) throw noTerminal(why);
    const pty = loadForViewer();
    const device = openDevice({
      ...{ pty, argv, cwd, env, size, onOutput },
      onExit: () => {
        keyboard.close();
        onEnd();
      },
    });
    const keyboard = makeKeyboard(device.master, () => undefined);
    return {
      write: (bytes) => {
        if (device.isOpen()) keyboard.write(Buffer.from(bytes));
      },
      resize: ({ columns, rows }) => {
        if (device.isOpen()) pty.native.resize(device.master, columns, rows);
      },
      close: () => {
        keyboard.close();
        if (!device.isOpen()) return;
        // A client of tmux leaves at a hang-up; its session stays.
        process.kill(device.pid, 'SIGHUP');
      },
    };
  },
});

const noTerminal = (why: string): Problem =>
  new Problem({ what: why, where: 'the terminal', hint: 'see: wf0-batch doctor', code: 'environment' });
