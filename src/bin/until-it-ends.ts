/** What a program's own file does: runs it, and says so if nothing is left to wait for before it is done. */

/** The exit code of a program that waits for something that never comes; Node's own for a module that does. */
const neverDone = 13;

/** Runs `main`; what it throws ends the process as any uncaught error does. */
export const untilItEnds = (main: () => Promise<void>): void => {
  process.exitCode = neverDone;
  process.once('exit', (code) => {
    if (code === neverDone) process.stderr.write('error: the program ended before it was done\n');
  });
  void main().then(() => {
    if (process.exitCode === neverDone) process.exitCode = 0;
  });
};
