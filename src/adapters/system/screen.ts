import type { Screen } from '../../ports/screen.ts';

/** The process's own terminal: keys reach the listener raw, so that Ctrl+C is typed into the stage and ends nothing here. */
export const makeScreen = ({ stdin, stdout } = process): Screen => ({
  write: (chunk) => {
    stdout.write(chunk);
  },
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
