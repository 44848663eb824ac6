/** One program, started so that it outlives us, our process group and our terminal. */
import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { SessionRequest } from '../../ports/engine.ts';

/**
 * The variables that the program is given; the rest comes from the environment file that its arguments name.
 * What is here stays readable in `/proc` for as long as it runs, so no keys and no tokens.
 */
const PASSED = new Set('PATH HOME USER LOGNAME SHELL TERM LANG LANGUAGE TZ TMPDIR'.split(' '));

/** A link in the log's place is not written through. */
const appendToPlain = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;

/**
 * Starts the program in a session of its own, with /dev/null to read from and its output appended to the log
 * (0600, made with its folder). Gives the pid; rejects if it cannot be executed.
 */
export const launch = async (request: SessionRequest, env: NodeJS.ProcessEnv): Promise<number> => {
  await mkdir(dirname(request.logFile), { recursive: true, mode: 0o700 });
  const log = await open(request.logFile, appendToPlain, 0o600);
  try {
    await log.chmod(0o600);
    return await spawnDetached(request, log.fd, env);
  } finally {
    await log.close();
  }
};

const spawnDetached = (request: SessionRequest, output: number, env: NodeJS.ProcessEnv): Promise<number> =>
  new Promise((resolve, reject) => {
    const [program, ...args] = request.argv;
    const child = spawn(program, args, {
      cwd: request.cwd,
      detached: true,
      stdio: ['ignore', output, output],
      env: Object.fromEntries(Object.entries(env).filter(([name]) => PASSED.has(name) || name.startsWith('LC_'))),
    });
    child.once('error', (cause) => reject(new Error(`cannot start ${program} in ${request.cwd}`, { cause })));
    child.once('spawn', () => {
      child.unref();
      if (child.pid !== undefined) resolve(child.pid);
    });
  });
