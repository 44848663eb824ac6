import { spawnSync } from 'node:child_process';
import type { ProcessEntry, ProcessTable } from './process-table.ts';

/**
 * The process table where there is no `/proc`, from `ps`: some ten milliseconds an answer, and start times of
 * whole seconds, so that a pid that is given out again within its second is taken for the old process.
 */
export const makePsTable = (): ProcessTable => ({
  boot: bootTime(),
  read: (pid) => parse(run('ps', ['-o', columns, '-p', String(pid)]))[0] ?? null,
  list: () => parse(run('ps', ['-axo', columns])),
  carriers: (variable, onFound) => {
    const lines = run('ps', [...(process.platform === 'linux' ? ['axeww'] : ['-axEww']), '-o', 'pid=,command=']);
    const found = lines.filter((line) => `${line} `.includes(` ${variable} `)).map((line) => Number.parseInt(line, 10));
    for (const pid of found) onFound?.(pid);
    return found;
  },
  pids: () => parse(run('ps', ['-axo', columns])).map(({ pid }) => pid),
});

const columns = 'pid=,ppid=,pgid=,sess=,stat=,time=,lstart=';

const parse = (lines: readonly string[]): readonly ProcessEntry[] =>
  lines.flatMap((line) => {
    const [pid, parent, group, session, state, time, ...started] = line.trim().split(/\s+/);
    if (state === undefined || time === undefined || started.length === 0) return [];
    return {
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      // BSD prints an address or 0 here: no number that a pid could be compared with.
      session: process.platform === 'linux' ? Number(session) : 0,
      state: state.slice(0, 1),
      started: started.join(' '),
      processorMs: readTime(time),
    };
  });

/** `[[days-]hours:]minutes:seconds[.hundredths]`. */
const readTime = (time: string): number => {
  const [days, clock] = time.includes('-') ? time.split('-') : ['0', time];
  const seconds = (clock ?? '').split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return Math.round((Number(days) * 86_400 + seconds) * 1000);
};

const bootTime = (): string => {
  const seconds = /sec = (\d+)/.exec(run('sysctl', ['-n', 'kern.boottime']).join(' '))?.[1];
  return seconds === undefined ? 'unknown' : `boot-${seconds}`;
};

/** Lines of its output; none if it failed. UTC and C, because its words become an identity. */
const run = (command: string, args: readonly string[]): readonly string[] => {
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  const { stdout } = spawnSync(command, args, { env, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return (stdout ?? '').split('\n').filter((line) => line.trim() !== '');
};
