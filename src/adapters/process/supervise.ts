/** Runs a program and starts it again when it crashes: at most 5 times in 10 minutes, with back-off. */
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../ports/clock.ts';
import { faultPoint } from '../../ports/fault-point.ts';
import type { Log } from '../../ports/log.ts';

export interface SuperviseOptions {
  /** Called before every start: arguments may hold a file that is read once. */
  makeArgv(): readonly [string, ...string[]];
  readonly cwd: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Before the first new start; each further one waits four times as long. 100 by default. */
  readonly firstPauseMs?: number;
  /** Ends the program and does not start it again. */
  readonly signal: AbortSignal;
}

const restarts = 5;
const windowMs = 10 * 60_000;

/** The exit code of the last run; 0 as soon as a run ends well. */
export const supervise = async ({
  makeArgv,
  cwd,
  clock,
  log,
  signal,
  firstPauseMs = 100,
}: SuperviseOptions): Promise<number> => {
  const crashes: number[] = [];
  for (;;) {
    const ended = await attempt(makeArgv, cwd, signal);
    if (ended.code === 0 || signal.aborted) return 0;
    const now = clock.now();
    crashes.push(now);
    const recent = crashes.filter((at) => at > now - windowMs).length;
    if (recent > restarts) {
      log.error(
        `the scheduler crashed ${recent} times in 10 minutes and is not started again; go on with: wf0-batch resume`,
      );
      return ended.code;
    }
    const pauseMs = firstPauseMs * 4 ** (recent - 1);
    log.warn(`the scheduler ended by ${ended.how}; it starts again in ${pauseMs} ms (${recent} of ${restarts})`);
    faultPoint('before-restart');
    await sleep(pauseMs);
  }
};

/** A full disk keeps the file of the arguments from being written: that is a crash like any other, with a later try. */
const attempt = async (
  makeArgv: SuperviseOptions['makeArgv'],
  cwd: string,
  signal: AbortSignal,
): Promise<{ code: number; how: string }> => {
  try {
    return await runOnce(makeArgv(), cwd, signal);
  } catch (error) {
    return { code: 1, how: error instanceof Error ? error.message : String(error) };
  }
};

const runOnce = (
  [command, ...args]: readonly [string, ...string[]],
  cwd: string,
  signal: AbortSignal,
): Promise<{ code: number; how: string }> =>
  new Promise((resolve) => {
    const child = spawn(command, args, { cwd, stdio: 'inherit', signal, killSignal: 'SIGTERM' });
    child.once('error', (error) => resolve({ code: 127, how: error.message }));
    child.once('exit', (code, by) => resolve({ code: code ?? 1, how: by ?? `exit ${code ?? 1}` }));
  });
