/** What tests left behind: processes that carry the run's mark, and files in its temporary folder. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Surroundings } from './surroundings.ts';

export interface LeakedProcess {
  readonly pid: number;
  readonly command: string;
}

export interface Leaks {
  readonly processes: readonly LeakedProcess[];
  /** Names in the temporary folder. */
  readonly files: readonly string[];
}

/** How long a process that is on its way out may take, in all. */
const defaultSettleMs = 2_000;
const pollMs = 50;

/** Caches of tools that live as long as the folder. */
const caches = /^(tsx-|node-compile-cache|node-jiti)/;

/** Looks until nothing is left, or the time to settle is over. */
export const findLeaks = async ({ runId, temporary }: Surroundings, settleMs = defaultSettleMs): Promise<Leaks> => {
  const until = Date.now() + settleMs;
  let processes = marked(runId);
  while (processes.length > 0 && Date.now() < until) {
    await delay(pollMs);
    processes = marked(runId);
  }
  return { processes, files: readdirSync(temporary).filter((name) => !caches.test(name)) };
};

/** Ends leaked processes, one by one, by their pid. */
export const endLeaked = ({ processes }: Leaks): void => {
  for (const { pid } of processes)
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
};

/** Live processes with `WF_TEST_RUN=<runId>` in their environment; a tmux server is one of them. */
const marked = (runId: string): readonly LeakedProcess[] => {
  const mark = `WF_TEST_RUN=${runId}`;
  return existsSync('/proc/self/environ') ? fromProc(mark) : fromPs(mark);
};

const fromProc = (mark: string): readonly LeakedProcess[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => readOr(`/proc/${pid}/environ`).split('\0').includes(mark))
    .map((pid) => ({ pid: Number(pid), command: readOr(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim() }));

/** A process may end between being listed and being read; a zombie's environment is empty. */
const readOr = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

/** Where there is no /proc: `ps` shows the environment after the command. */
const fromPs = (mark: string): readonly LeakedProcess[] =>
  execFileSync('ps', ['eww', '-A', '-o', 'pid=,command='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.split(' ').includes(mark))
    .map((line) => ({ pid: Number.parseInt(line, 10), command: line.trim().slice(0, 120) }));
