/** Runs a small program to its end, in a group of its own, for a bounded time; nothing of it is left. */
import { spawn } from 'node:child_process';

export interface ProgramRun {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
}

/** Characters of what it complains that are kept. */
const complaintLimit = 300;

/** Rejects with an Error that says why if it cannot be started, ends with another code than 0, or takes too long. */
export const runProgram = ({ argv, cwd, env, timeoutMs }: ProgramRun): Promise<void> =>
  new Promise((resolve, reject) => {
    const [command = '', ...args] = argv;
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
    let complaint = '';
    let isLate = false;
    const endAll = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // All of it has ended by itself.
      }
    };
    const timer = setTimeout(() => {
      isLate = true;
      endAll();
    }, timeoutMs);
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint = `${complaint}${text}`.slice(-complaintLimit);
    });
    child.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(new Error(`${command} cannot be started (${error.code ?? error.message})`));
    });
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      endAll();
      if (code === 0) return resolve();
      const how = isLate ? `took longer than ${timeoutMs / 1000} s` : `ended with ${code ?? signal ?? 'nothing'}`;
      const last = complaint.trim().split('\n').at(-1) ?? '';
      reject(new Error(`${command} ${how}${last === '' ? '' : `: ${last}`}`));
    });
  });
