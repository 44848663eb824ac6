/** The files of attempts in a batch's folder, in real files. */
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, sep } from 'node:path';
import type { PlannedWork } from '../../core/plan.ts';
import type { Pulse } from '../../core/pulse.ts';
import type { AttemptFiles, StageFiles } from '../../ports/attempt-files.ts';
import { parsePulse, pulseLimitBytes } from '../../protocol/pulse.ts';
import { parseStageResult, resultLimitBytes } from '../../protocol/stage-result.ts';

/** `directory`: the batch's folder, which exists. */
export const makeAttemptFiles = (directory: string): AttemptFiles => {
  const written = new Set<string>();
  return {
    writeWork: (work) => {
      const file = join(workFolder(directory, work.id), 'work.json');
      if (!written.has(work.id)) writeAnew(file, workText(work));
      written.add(work.id);
      return file;
    },
    openStage: ({ id, attempt, count, stage }) =>
      openStage(directory, { id, name: `${attempt}.${String(count).padStart(2, '0')}-${fileName(stage)}` }),
    writePrompt: (file, text) => {
      // A link in its place must not be written through.
      rmSync(file, { force: true, recursive: true });
      writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
    },
    readResult,
    beat: (worker, pulse) => beat(join(pulseFolder(directory), `${worker}.json`), pulse),
    readPulse: (worker) => readPulse(join(pulseFolder(directory), `${worker}.json`)),
    exists: isInside,
  };
};

/** A link that a stage put in the file's place is not written through. */
const writeAnew = (file: string, text: string): void => {
  rmSync(file, { force: true, recursive: true });
  writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
};

const openStage = (directory: string, { id, name }: { readonly id: string; readonly name: string }): StageFiles => {
  const logs = makeFolder(join(makeFolder(join(directory, 'logs')), id));
  const work = workFolder(directory, id);
  const result = join(work, `${name}-result.json`);
  rmSync(result, { force: true, recursive: true });
  return { log: join(logs, `${name}.log`), result, prompt: join(work, `${name}-prompt.md`) };
};

/** Throws if a link stands in the folder's place: what is written there would go anywhere. */
const makeFolder = (path: string): string => {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isSymbolicLink() === true) throw new Error(`${path} is a symbolic link; it must be a folder of its own`);
  if (found?.isDirectory() !== true) mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
};

/** One a work: an agent may be given its own, and need not see those of others. */
const workFolder = (directory: string, id: string): string =>
  makeFolder(join(makeFolder(join(directory, 'works')), id));
const pulseFolder = (directory: string): string => makeFolder(join(directory, 'pulse'));

/** Stage names come from a config; in a file name only plain characters of them stay. */
const fileName = (stage: string): string => stage.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 80);

/** What a stage may know of its work: the work itself, without what the scheduler made of it. */
const workText = (work: PlannedWork): string => {
  const {
    order: _order,
    level: _level,
    why: _why,
    previous: _previous,
    expected_seconds: _seconds,
    content_hash: _hash,
    ...plain
  } = work;
  return `${JSON.stringify(plain, null, 2)}\n`;
};

const readResult = (file: string): ReturnType<typeof parseStageResult> => {
  const read = readBounded(file, resultLimitBytes + 1);
  if (read.kind === 'text') return parseStageResult(read.text);
  return read.kind === 'none' ? { kind: 'none' } : { kind: 'bad', message: read.why };
};

type Bounded =
  | { readonly kind: 'text'; readonly text: string; readonly changedAt: number }
  | { readonly kind: 'none' }
  | { readonly kind: 'bad'; readonly why: string };

/** The first bytes of a file. A link, a device or a FIFO in its place is neither followed nor waited for. */
const readBounded = (file: string, limitBytes: number): Bounded => {
  let handle: number;
  try {
    handle = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? { kind: 'none' } : { kind: 'bad', why: `it cannot be read (${code ?? 'unknown'})` };
  }
  try {
    const found = fstatSync(handle);
    if (!found.isFile()) return { kind: 'bad', why: 'it is no regular file' };
    const buffer = Buffer.alloc(Math.min(limitBytes, found.size + 1));
    const length = readSync(handle, buffer, 0, buffer.length, 0);
    return { kind: 'text', text: buffer.toString('utf8', 0, length), changedAt: found.mtimeMs };
  } finally {
    closeSync(handle);
  }
};

/** Replaced whole, so that a reader never sees half of it. A pulse that cannot be written is only a missed beat. */
const beat = (file: string, pulse: Pulse): void => {
  const draft = `${file}.${randomUUID().slice(0, 8)}`;
  try {
    writeFileSync(draft, JSON.stringify(pulse), { mode: 0o600 });
    renameSync(draft, file);
  } catch {
    rmSync(draft, { force: true });
  }
};

const readPulse = (file: string): ReturnType<AttemptFiles['readPulse']> => {
  const read = readBounded(file, pulseLimitBytes);
  const pulse = read.kind === 'text' ? parsePulse(read.text) : null;
  return read.kind === 'text' && pulse !== null ? { beatenAt: read.changedAt, pulse } : null;
};

const isInside = (folder: string, path: string): boolean => {
  const full = join(folder, path);
  if (!existsSync(full) && !isLink(full)) return false;
  try {
    return `${realpathSync(full)}${sep}`.startsWith(`${realpathSync(folder)}${sep}`);
  } catch {
    return false;
  }
};

const isLink = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
