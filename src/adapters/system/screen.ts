import { fstatSync } from 'node:fs';
import type { Screen } from '../../ports/screen.ts';

/** A file in place of the terminal, as a plain process has it, takes this much: what stages print has a log of its own. */
const fileLimitBytes = 64 * 1024 * 1024;

/** The process's own terminal: keys reach the listener raw, so that Ctrl+C is typed into the stage and ends nothing here. */
export const makeScreen = ({ stdin, stdout } = process, limitBytes = fileLimitBytes): Screen => ({
  write: stdout.isTTY ? (chunk) => void stdout.write(chunk) : writeUpTo(stdout, limitBytes),
  size: () => ({ columns: stdout.columns || 200, rows: stdout.rows || 50 }),
  onInput: (listener) => {
    if (!stdin.isTTY) return () => undefined;
    stdin.setRawMode(true);
    stdin.on('data', listener);
    stdin.resume();
    return () => {
      stdin.off('data', listener);
      stdin.pause();
    };
  },
  onResize: (listener) => {
    stdout.on('resize', listener);
    return () => stdout.off('resize', listener);
  },
});

/** Past the limit one line says so, and the rest is dropped. What an earlier process wrote into the file counts. */
const writeUpTo = (stdout: typeof process.stdout, limitBytes: number): Screen['write'] => {
  let room = limitBytes - sizeOf(stdout.fd);
  let isFull = false;
  return (chunk) => {
    if (isFull) return;
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    if (room > 0) stdout.write(bytes.subarray(0, room));
    room -= bytes.length;
    if (room >= 0) return;
    isFull = true;
    stdout.write(`\n[the limit of ${limitBytes} bytes is reached; the logs of the works have the rest]\n`);
  };
};

const sizeOf = (file: number): number => {
  try {
    return fstatSync(file).size;
  } catch {
    return 0;
  }
};
