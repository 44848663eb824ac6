import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync } from 'node:fs';

/**
 * Whether one of these processes waits to read from the terminal `pty` now: blocked in a read of it, or in an epoll
 * (programs on Node), a poll or a select (screen programs) that watches it for input. Null where the system does not
 * say: not Linux, or `/proc/<pid>/syscall` is closed to us for all of them.
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
      const [first = 0, second = 0] = call.given;
      if (calls.read.has(call.number) && isTerminal(pid, first, pty)) return true;
      if (calls.epoll.has(call.number) && watches(pid, first, pty)) return true;
      if (calls.poll.has(call.number) && polls(pid, { at: first, count: second }, pty)) return true;
      if (calls.select.has(call.number) && selects(pid, { at: second, count: first }, pty)) return true;
    }
  }
  return isTold || pids.length === 0 ? false : null;
};

interface CallNumbers {
  readonly read: Set<number>;
  readonly epoll: Set<number>;
  readonly poll: Set<number>;
  readonly select: Set<number>;
}

/** read, readv; epoll_wait, epoll_pwait, epoll_pwait2; poll, ppoll; select, pselect6. From asm/unistd.h. */
const callNumbers: Readonly<Record<string, CallNumbers>> = {
  x64: {
    read: new Set([0, 19]),
    epoll: new Set([232, 281, 441]),
    poll: new Set([7, 271]),
    select: new Set([23, 270]),
  },
  arm64: { read: new Set([63, 65]), epoll: new Set([22, 441]), poll: new Set([73]), select: new Set([72]) },
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
const readCall = (path: string): { readonly number: number; readonly given: readonly number[] } | null => {
  try {
    const [number, ...given] = readFileSync(path, 'latin1').trim().split(' ');
    const parsed = Number(number);
    return Number.isNaN(parsed) ? { number: -1, given: [] } : { number: parsed, given: given.map(Number) };
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

interface Watched {
  /** Where the list lies in the process. */
  readonly at: number;
  readonly count: number;
}

const watchedLimit = 1024;

/** `man 2 poll`: eight bytes each, the descriptor, what is asked for (1 is POLLIN), what was found. */
const polls = (pid: number, { at, count }: Watched, pty: string): boolean => {
  const list = readMemory(pid, at, 8 * Math.min(count, watchedLimit));
  for (let i = 0; i + 8 <= list.length; i += 8)
    if ((list.readInt16LE(i + 4) & 1) === 1 && isTerminal(pid, list.readInt32LE(i), pty)) return true;
  return false;
};

/** `man 2 select`: a bit for each descriptor that is watched for input. */
const selects = (pid: number, { at, count }: Watched, pty: string): boolean => {
  const bits = readMemory(pid, at, Math.ceil(Math.min(count, watchedLimit) / 8));
  for (let descriptor = 0; descriptor < bits.length * 8; descriptor++)
    if (((bits[descriptor >> 3] ?? 0) & (1 << (descriptor & 7))) !== 0 && isTerminal(pid, descriptor, pty)) return true;
  return false;
};

/** Bytes of another process, which whoever may see its system calls may see as well; none if it is gone. */
const readMemory = (pid: number, at: number, length: number): Buffer => {
  if (at === 0 || length <= 0) return Buffer.alloc(0);
  try {
    const memory = openSync(`/proc/${pid}/mem`, 'r');
    try {
      const bytes = Buffer.alloc(length);
      return bytes.subarray(0, readSync(memory, bytes, 0, length, at));
    } finally {
      closeSync(memory);
    }
  } catch {
    return Buffer.alloc(0);
  }
};
