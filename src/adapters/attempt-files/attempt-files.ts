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
  readFileSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, sep } from 'node:path';
import type { PlannedWork } from '../../core/plan.ts';
import type { Pulse } from '../../core/pulse.ts';
import type { AttemptFiles, StageFiles } from '../../ports/attempt-files.ts';
import { parseStageResult, resultLimitBytes } from '../../protocol/stage-result.ts';

/** `directory`: the batch's folder, which exists. */
export const makeAttemptFiles = (directory: string): AttemptFiles => {
  const written = new Set<string>();
  return {
    writeWork: (work) => {
      const file = join(workFolder(directory, work.id), 'work.json');
      if (!written.has(work.id)) writeFileSync(file, workText(work), { mode: 0o600 });
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

const openStage = (directory: string, { id, name }: { readonly id: string; readonly name: string }): StageFiles => {
  const logs = makeFolder(join(directory, 'logs', id));
  const work = workFolder(directory, id);
  const result = join(work, `${name}-result.json`);
  rmSync(result, { force: true, recursive: true });
  return { log: join(logs, `${name}.log`), result, prompt: join(work, `${name}-prompt.md`) };
};

const made = new Set<string>();

const makeFolder = (path: string): string => {
  if (!made.has(path)) mkdirSync(path, { recursive: true, mode: 0o700 });
  made.add(path);
  return path;
};

/** One a work: an agent may be given its own, and need not see those of others. */
const workFolder = (directory: string, id: string): string => makeFolder(join(directory, 'works', id));
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

/** A link, a device or a FIFO in the result's place must neither be followed nor make the worker wait. */
const readResult = (file: string): ReturnType<typeof parseStageResult> => {
  let handle: number;
  try {
    handle = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? { kind: 'none' } : { kind: 'bad', message: `it cannot be read (${code ?? 'unknown'})` };
  }
  try {
    if (!fstatSync(handle).isFile()) return { kind: 'bad', message: 'it is no regular file' };
    const buffer = Buffer.alloc(resultLimitBytes + 1);
    const length = readSync(handle, buffer, 0, buffer.length, 0);
    return parseStageResult(buffer.toString('utf8', 0, length));
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
  try {
    return { beatenAt: statSync(file).mtimeMs, pulse: JSON.parse(readFileSync(file, 'utf8')) as Pulse };
  } catch {
    return null;
  }
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
