import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import type { ProcessEntry, ProcessTable } from './process-table.ts';

/**
 * The process table of Linux, read from `/proc`. Reading one process is one small file (10 µs); everything is
 * synchronous, because an answer about processes is old as soon as somebody has waited for it.
 */
export const makeProcTable = (): ProcessTable => {
  const read = (pid: number): ProcessEntry | null => parseStat(readInto(stat, `/proc/${pid}/stat`));
  return {
    boot: readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim(),
    read,
    list: () => pids().flatMap((pid) => read(pid) ?? []),
    carriers: (variable, onFound, known) => findCarriers(Buffer.from(`${variable}\0`), onFound, known),
    pids,
  };
};

const pids = (): readonly number[] => readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? Number(name) : []));

const stat = Buffer.alloc(4096);
const environment = Buffer.alloc(256 * 1024);

/** `man 5 proc`, `/proc/pid/stat`: the name in parentheses may hold anything, so fields are counted from its end. */
const parseStat = (text: Buffer | null): ProcessEntry | null => {
  if (text === null) return null;
  const line = text.toString('latin1');
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const number = (field: number): number => Number(fields[field - 3]);
  const started = fields[22 - 3];
  if (started === undefined) return null;
  return {
    pid: Number.parseInt(line, 10),
    parent: number(4),
    group: number(5),
    session: number(6),
    state: fields[0] ?? '?',
    started,
    processorMs: (number(14) + number(15) + number(16) + number(17)) * tickMs,
  };
};

/** USER_HZ, which Linux has fixed at 100 on every architecture that Node runs on. */
const tickMs = 10;

/**
 * Lists again until no pid is new: a process that forks and ends while we read is gone before its turn, and its
 * child was not in the list. In a second pass who had no environment is read again: it may have been in an exec.
 */
const findCarriers = (
  wanted: Buffer,
  onFound: ((pid: number) => void) | undefined,
  known: ReadonlySet<number> = new Set(),
): readonly number[] => {
  const answers = new Map<number, Answer>();
  for (let pass = 0; pass < passLimit; pass++) {
    const left = pids().filter(
      (pid) => !known.has(pid) && (!answers.has(pid) || (pass === 1 && answers.get(pid) === 'empty')),
    );
    if (left.length === 0) break;
    for (const pid of left) {
      const answer = searchEnvironment(pid, wanted);
      answers.set(pid, answer);
      if (answer === 'carries') onFound?.(pid);
    }
  }
  return [...answers].flatMap(([pid, answer]) => (answer === 'carries' ? pid : []));
};

/** A machine that starts processes faster than they can be looked at must not keep us here. */
const passLimit = 20;

type Answer = 'carries' | 'does not' | 'empty';

/** `carries` only for the whole entry: `…TOKEN=a` is not found in `…TOKEN=ab`, nor `TOKEN=a` in `MY_TOKEN=a`. */
const searchEnvironment = (pid: number, wanted: Buffer): Answer => {
  const text = readInto(environment, `/proc/${pid}/environ`);
  if (text === null) return 'does not';
  if (text.length === 0) return 'empty';
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    if (at === 0 || text[at - 1] === 0) return 'carries';
  }
  return 'does not';
};

/** The file's bytes, in `buffer` or a longer one; null if it is gone or not ours to read. */
const readInto = (buffer: Buffer, path: string): Buffer | null => {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return null;
  }
  try {
    return readWhole(file, buffer);
  } catch {
    return null;
  } finally {
    closeSync(file);
  }
};

const readWhole = (file: number, buffer: Buffer): Buffer => {
  let length = 0;
  for (;;) {
    if (length === buffer.length) buffer = Buffer.concat([buffer, Buffer.alloc(buffer.length)]);
    const count = readSync(file, buffer, length, buffer.length - length, null);
    if (count === 0) return buffer.subarray(0, length);
    length += count;
  }
};
