import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/**
 * Whether one of these processes waits to read from the terminal `pty` now: blocked in a read of it, or in an
 * epoll that watches it for input (programs on Node). `select` and `poll` are not looked into. Null where the
 * system does not say: not Linux, or `/proc/<pid>/syscall` is closed to us for all of them.
 */
export const isAnyReading = (pids: readonly number[], pty: string): boolean | null => {
  const calls = callNumbers[process.arch];
  if (process.platform !== 'linux' || calls === undefined) return null;
  let isTold = false;
  for (const pid of pids) {
    for (const thread of threadsOf(pid)) {
      const call = readCall(`/proc/${pid}/task/${thread}/syscall`);
      if (call === null) continue;
      isTold = true;
      if (calls.read.has(call.number) && isTerminal(pid, call.descriptor, pty)) return true;
      if (calls.epoll.has(call.number) && watches(pid, call.descriptor, pty)) return true;
    }
  }
  return isTold || pids.length === 0 ? false : null;
};

/** read, readv; epoll_wait, epoll_pwait, epoll_pwait2. From asm/unistd.h. */
const callNumbers: Readonly<Record<string, { readonly read: Set<number>; readonly epoll: Set<number> }>> = {
  x64: { read: new Set([0, 19]), epoll: new Set([232, 281, 441]) },
  arm64: { read: new Set([63, 65]), epoll: new Set([22, 441]) },
};

const threadLimit = 64;

const threadsOf = (pid: number): readonly string[] => {
  try {
    return readdirSync(`/proc/${pid}/task`).slice(0, threadLimit);
  } catch {
    return [];
  }
};

/** The system call in which a thread sleeps; number -1 if it runs. Null if that is not told. */
const readCall = (path: string): { readonly number: number; readonly descriptor: number } | null => {
  try {
    const [number, argument] = readFileSync(path, 'latin1').split(' ');
    const parsed = Number(number);
    return Number.isNaN(parsed) ? { number: -1, descriptor: -1 } : { number: parsed, descriptor: Number(argument) };
  } catch {
    return null;
  }
};

const isTerminal = (pid: number, descriptor: number, pty: string): boolean => {
  try {
    const target = readlinkSync(`/proc/${pid}/fd/${descriptor}`);
    return target === pty || target === '/dev/tty';
  } catch {
    return false;
  }
};

/** `man 5 proc`, fdinfo of an epoll: lines `tfd: <descriptor> events: <mask in hex>`; 1 is EPOLLIN. */
const watches = (pid: number, epoll: number, pty: string): boolean => {
  try {
    const lines = readFileSync(`/proc/${pid}/fdinfo/${epoll}`, 'latin1').matchAll(
      /^tfd:\s*(\d+)\s+events:\s*([\da-f]+)/gm,
    );
    return [...lines].some(([, descriptor, events]) => {
      return (Number.parseInt(events ?? '0', 16) & 1) === 1 && isTerminal(pid, Number(descriptor), pty);
    });
  } catch {
    return false;
  }
};
