/** Kills this process at its n-th change to the file system, so that a test can try every moment of a crash. */
import fs from 'node:fs';

/** The calls that change something or make it durable. */
const changing = [
  'mkdirSync',
  'openSync',
  'writeSync',
  'writeFileSync',
  'renameSync',
  'unlinkSync',
  'rmdirSync',
  'rmSync',
  'chmodSync',
  'ftruncateSync',
  'fsyncSync',
  'fdatasync',
] as const;

/** The changes so far, and which of them were writes. */
export interface Changes {
  count: number;
  readonly writes: number[];
  /** Of each change: the call, its file with numbers and tokens left out, and the phase; all locks are one. */
  readonly kinds: string[];
  /** What the process is at; it says so itself. */
  phase: string;
}

/** From now on: at the n-th call (from 1), SIGKILL before it; with `half`, a write has put down half of its bytes. */
export const killAt = (n: number, half: boolean): Changes => {
  const real = { ...fs };
  const table = fs as unknown as Record<string, (...args: unknown[]) => unknown>;
  const changes: Changes = { count: 0, writes: [], kinds: [], phase: '' };
  const fileOf = new Map<unknown, string>();
  for (const name of changing) {
    const call = table[name] as (...args: unknown[]) => unknown;
    table[name] = (...args) => {
      if (name === 'openSync' && isForReading(args[1])) {
        const fd = call.apply(fs, args);
        fileOf.set(fd, String(args[0]));
        return fd;
      }
      changes.count += 1;
      changes.kinds.push(kindOf(name, fileOf.get(args[0]) ?? String(args[0]), changes.phase));
      if (name === 'writeSync') changes.writes.push(changes.count);
      if (changes.count === n) {
        if (half && name === 'writeSync') {
          const [fd, bytes, offset, length] = args as [number, Buffer, number, number];
          real.writeSync(fd, bytes, offset, Math.ceil(length / 2));
        }
        process.kill(process.pid, 'SIGKILL');
        for (;;);
      }
      const result = call.apply(fs, args);
      if (name === 'openSync') fileOf.set(result, String(args[0]));
      return result;
    };
  }
  return changes;
};

/** Opening a file to read it, or a folder to fsync it, changes nothing. */
const isForReading = (flags: unknown): boolean =>
  flags === 'r' || (typeof flags === 'number' && (flags & (fs.constants.O_RDWR | fs.constants.O_WRONLY)) === 0);

/** What makes one change like another: killing at one of them tells what killing at the others would. */
const kindOf = (call: string, file: string, phase: string): string => {
  const parts = file.split('/');
  const known = parts.slice(parts.indexOf('.wf')).join('/');
  const name = known.replaceAll(/[0-9a-f]{8}[0-9a-f-]*/g, 'TOKEN').replaceAll(/\d+/g, 'N');
  const ofLock = /\/locks\/[^/.]+(.*)$/.exec(name);
  return ofLock === null ? `${call} ${name} after ${phase}` : `${call} LOCK${ofLock[1] ?? ''}`;
};
