/** Ends what a git call left behind when its time was over. */
import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

/** Ends every process of ours whose environment holds this assignment: TERM, then KILL after 200 ms. */
export async function endProcessesWith(assignment: string): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL', 'SIGKILL'] as const) {
    const found = await processesWith(assignment);
    if (found.length === 0) return;
    found.forEach((pid) => end(pid, signal));
    await pause(200);
  }
}

async function processesWith(assignment: string): Promise<readonly number[]> {
  const names = await readdir('/proc').catch(() => null);
  if (names === null) return processesByList(assignment);
  const pids = names.filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const checked = await Promise.all(
    pids.map(async (pid) => {
      const variables = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
      return variables.split('\0').includes(assignment) ? Number(pid) : null;
    }),
  );
  return checked.filter((pid) => pid !== null);
}

/** Where there is no /proc, `ps -E` shows the environment of the user's own processes. */
function processesByList(assignment: string): Promise<readonly number[]> {
  return new Promise((resolve) => {
    execFile('ps', ['-A', '-E', '-ww', '-o', 'pid=,command='], { maxBuffer: 64 * 1024 * 1024 }, (_error, stdout) => {
      const lines = stdout.split('\n').filter((line) => line.includes(assignment));
      resolve(lines.map((line) => Number.parseInt(line, 10)).filter((pid) => pid > 0 && pid !== process.pid));
    });
  });
}

function end(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}
