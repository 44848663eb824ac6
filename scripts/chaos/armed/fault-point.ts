/**
 * Takes the place of `src/ports/fault-point.ts` in a copy of the program. What is to go wrong stands in
 * `$HOME/.chaos`, written by the run; what has gone wrong is written there before it does.
 *
 *     points.json    [{id, point, hit, action, ms}]   at the n-th time that any process comes by a point
 *     fired/<id>     who was hit, by then
 *     trouble        the code that file operations below the home answer with; none while it is not there
 *     clock          milliseconds by which every clock is wrong
 *     boot           the id of the boot that everyone sees
 *     synced         `<file> <inode> <bytes>`: a journal is durable up to there
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

/** What happens at a point. */
export interface ArmedPoint {
  readonly id: string;
  readonly point: string;
  readonly hit: number;
  readonly action: 'kill' | 'freeze' | 'sleep' | 'ENOSPC' | 'EACCES' | 'EMFILE';
  /** How long a `sleep` takes. */
  readonly ms: number;
}

const home = process.env['HOME'] ?? '/nowhere';
const folder = join(home, '.chaos');
const real = { ...fs };

const readText = (name: string): string | null => {
  try {
    return real.readFileSync(join(folder, name), 'utf8');
  } catch {
    return null;
  }
};

const armed = new Map<string, ArmedPoint[]>();
for (const each of JSON.parse(readText('points.json') ?? '[]') as ArmedPoint[])
  armed.set(each.point, [...(armed.get(each.point) ?? []), each]);

/** Counts over all processes: each takes the next free number. */
const nextHit = (point: string): number => {
  for (let hit = 1; ; hit++) if (claim(join(folder, 'hits', `${point}-${hit}`), '')) return hit;
};

const claim = (file: string, text: string): boolean => {
  try {
    real.writeFileSync(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
};

export const faultPoint = (point: string): void => {
  const wanted = armed.get(point);
  if (wanted === undefined) return;
  const hit = nextHit(point);
  const due = wanted.find((each) => each.hit === hit);
  if (due !== undefined && claim(join(folder, 'fired', due.id), `${process.pid}`)) act(due);
};

const act = ({ action, ms, point }: ArmedPoint): void => {
  if (action === 'kill') process.kill(process.pid, 'SIGKILL');
  else if (action === 'freeze') process.kill(process.pid, 'SIGSTOP');
  else if (action === 'sleep') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  else throw systemError(action, point);
};

const systemError = (code: string, what: string): Error =>
  Object.assign(new Error(`${code}: planted, ${what}`), { code, syscall: 'write', errno: -1 });

/** Asked so often that the answer is kept for a few milliseconds. */
const makeReading = <T>(name: string, parse: (text: string | null) => T): (() => T) => {
  let [kept, readAt] = [parse(null), Number.NEGATIVE_INFINITY];
  return () => {
    const now = performance.now();
    if (now - readAt > 5) [kept, readAt] = [parse(readText(name)), now];
    return kept;
  };
};

const trouble = makeReading('trouble', (text) => text?.trim() ?? '');
const clockOffsetMs = makeReading('clock', (text) => Number(text ?? 0));

const isOurs = (path: unknown): boolean => typeof path === 'string' && path.startsWith(home);

/** A wrapper that fails while there is trouble, if the first argument is a path of ours or an open file. */
const failing = <A extends readonly unknown[], R>(name: string, call: (...args: A) => R): ((...args: A) => R) => {
  return (...args) => {
    const code = trouble();
    if (code !== '' && (isOurs(args[0]) || (code === 'ENOSPC' && typeof args[0] === 'number')))
      throw systemError(code, name);
    return call(...args);
  };
};

const opensToWrite = (flags: unknown): boolean =>
  typeof flags === 'number'
    ? (flags & (fs.constants.O_WRONLY | fs.constants.O_RDWR)) !== 0
    : /[wa+]/.test(String(flags ?? 'r'));

const plant = (): void => {
  const sync = fs as unknown as Record<string, (...args: readonly unknown[]) => unknown>;
  const later = fs.promises as unknown as typeof sync;
  const refuse = (owner: typeof sync, names: readonly string[]): void => {
    for (const name of names) owner[name] = failing(name, owner[name] as (typeof sync)[string]);
  };
  refuse(sync, ['mkdirSync', 'renameSync', 'writeFileSync', 'writeSync']);
  const open = fs.openSync;
  const refused = failing('openSync', open);
  fs.openSync = (path, flags, mode) =>
    trouble() === 'EMFILE' || opensToWrite(flags) ? refused(path, flags, mode) : open(path, flags, mode);
  for (const name of ['mkdir', 'rename', 'writeFile', 'link']) {
    const call = failing(name, later[name] as (typeof sync)[string]);
    later[name] = async (...args) => call(...args);
  }
};

/** Notes how much of a journal is on the disk, before whoever waits for it is answered. */
const watchSyncs = (): void => {
  const note = (fd: number, size: number): void => {
    const path = real.readlinkSync(`/proc/self/fd/${fd}`);
    if (!/journal\.jsonl(\.tmp)?$/.test(path)) return;
    real.appendFileSync(join(folder, 'synced'), `${path} ${real.fstatSync(fd).ino} ${size}\n`);
  };
  const { fdatasync, fsyncSync } = real;
  const noting = (fd: number, done: fs.NoParamCallback): void => {
    const { size } = real.fstatSync(fd);
    fdatasync(fd, (error) => {
      if (error === null) note(fd, size);
      done(error);
    });
  };
  fs.fdatasync = Object.assign(noting, { __promisify__: fdatasync.__promisify__ });
  fs.fsyncSync = (fd) => {
    const { size } = real.fstatSync(fd);
    fsyncSync(fd);
    note(fd, size);
  };
};

const fakeClockAndBoot = (): void => {
  const now = Date.now.bind(Date);
  Date.now = () => now() + clockOffsetMs();
  const boot = readText('boot');
  const read = fs.readFileSync as (...args: readonly unknown[]) => unknown;
  const lying = (...args: readonly unknown[]): unknown =>
    args[0] === '/proc/sys/kernel/random/boot_id' && boot !== null ? boot : read(...args);
  fs.readFileSync = lying as typeof fs.readFileSync;
};

if (fs.existsSync(folder)) {
  plant();
  watchSyncs();
  fakeClockAndBoot();
  syncBuiltinESMExports();
}
