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
}

/** From now on: at the n-th call (from 1), SIGKILL before it; with `half`, a write has put down half of its bytes. */
export const killAt = (n: number, half: boolean): Changes => {
  const real = { ...fs };
  const table = fs as unknown as Record<string, (...args: unknown[]) => unknown>;
  const changes: Changes = { count: 0, writes: [] };
  for (const name of changing) {
    const call = table[name] as (...args: unknown[]) => unknown;
    table[name] = (...args) => {
      changes.count += 1;
      if (name === 'writeSync') changes.writes.push(changes.count);
      if (changes.count === n) {
        if (half && name === 'writeSync') {
          const [fd, bytes, offset, length] = args as [number, Buffer, number, number];
          real.writeSync(fd, bytes, offset, Math.ceil(length / 2));
        }
        process.kill(process.pid, 'SIGKILL');
        for (;;);
      }
      return call.apply(fs, args);
    };
  }
  return changes;
};
