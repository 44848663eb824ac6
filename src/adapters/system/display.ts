import { writeSync } from 'node:fs';
import type { Display } from '../../ports/display.ts';

/** The process's own terminal. */
export const makeDisplay = ({ stdin, stdout } = process): Display => ({
  write: (text) => {
    stdout.write(text);
  },
  size: () => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 }),
  onInput: (listener) => {
    stdin.setRawMode(true);
    stdin.on('data', listener);
    stdin.resume();
    return () => {
      stdin.off('data', listener);
      stdin.setRawMode(false);
      stdin.pause();
    };
  },
  onResize: (listener) => {
    stdout.on('resize', listener);
    return () => stdout.off('resize', listener);
  },
  atExit: (restore) => {
    const write = (): void => {
      if (stdin.isTTY) stdin.setRawMode(false);
      writeToTheEnd(stdout.fd, restore);
    };
    process.on('exit', write);
    // Their default ends the process without a word to anybody.
    const endings = (['SIGHUP', 'SIGQUIT'] as const).map((signal) => [signal, () => process.exit(129)] as const);
    for (const [signal, end] of endings) process.on(signal, end);
    return () => {
      process.off('exit', write);
      for (const [signal, end] of endings) process.off(signal, end);
    };
  },
  suspend: () =>
    new Promise((resolve) => {
      process.once('SIGCONT', resolve);
      // The whole group, as the terminal does it: a shell waits for all of a job.
      process.kill(0, 'SIGTSTP');
    }),
});

/** A terminal that is gone needs no restoring. */
const writeToTheEnd = (fd: number, text: string): void => {
  try {
    writeSync(fd, text);
  } catch {
    // Nobody is there to see it.
  }
};
