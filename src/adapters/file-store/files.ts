/** Files that are replaced whole or appended to, so that a crash leaves the old or the new and nothing between. */
import fs from 'node:fs';
import path from 'node:path';
import { faultPoint } from '../../ports/fault-point.ts';
import { Problem } from '../../ports/problem.ts';
import { codeOf, guarded } from './problems.ts';

const noFollow = fs.constants.O_NOFOLLOW;
/** Flags to append to a file that may not be a link. Append, not a position: even a writer that lost its lock overwrites nothing. */
export const appendFlags = fs.constants.O_RDWR | fs.constants.O_APPEND | noFollow;

/** A schedule of 100,000 works is a tenth of that; what is larger is no file of ours. */
const readLimitBytes = 512 * 1024 * 1024 - 1;

/** The file's text, or null if there is none. A link is followed to a file; a pipe or a device is a `Problem`, and never waited for. */
export const readText = (file: string): string | null =>
  guarded('read this file', file, () => {
    try {
      refuseStrange(file, fs.statSync(file));
      const fd = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
      try {
        refuseStrange(file, fs.fstatSync(fd));
        return fs.readFileSync(fd, 'utf8');
      } finally {
        fs.closeSync(fd);
      }
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null;
      throw error;
    }
  });

/** A folder is let through: the system's own word for it is clear. */
const refuseStrange = (file: string, found: fs.Stats): void => {
  if (!found.isFile() && !found.isDirectory()) throw noFile(file);
  if (found.size > readLimitBytes) throw tooLarge(file);
};

const noFile = (file: string): Problem =>
  new Problem({
    what: 'this is a pipe or a device, and must be a file',
    where: file,
    hint: 'look what put it there; move it away to go on',
    code: 'refused',
  });

const tooLarge = (file: string): Problem =>
  new Problem({
    what: 'this file is larger than 512 MiB, which nothing of wf0-batch ever is',
    where: file,
    hint: 'look what wrote it; move it away to go on',
    code: 'refused',
  });

/**
 * Replaces a file atomically and durably: temporary file, fsync, rename, fsync of the folder. `temporary` must be
 * used by one writer at a time. It is made exclusively, so that a link planted under its name is not followed.
 */
export const replaceFile = (file: string, content: string | Buffer, temporary = `${file}.tmp`): void =>
  guarded('write this file', file, () => {
    try {
      fs.rmSync(temporary, { force: true });
      writeNew(temporary, content);
      faultPoint('before-replace');
      fs.renameSync(temporary, file);
    } catch (error) {
      removeQuietly(temporary);
      throw error;
    }
    syncFolder(path.dirname(file));
  });

/** Writes a file that must not exist yet, 0600, and fsyncs it. */
export const writeNew = (file: string, content: string | Buffer): void => {
  const fd = fs.openSync(file, 'wx', 0o600);
  try {
    writeAll(fd, Buffer.from(content));
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
};

/** Writes all bytes; a short write is followed by the rest, which brings the error (ENOSPC) if there is one. */
export const writeAll = (fd: number, bytes: Buffer): void => {
  for (let done = 0; done < bytes.length;) done += fs.writeSync(fd, bytes, done, bytes.length - done);
};

/** Makes names in a folder durable. */
export const syncFolder = (folder: string): void => {
  const fd = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
};

/** Makes one folder (its parent must exist), 0700 unless told; refuses a symbolic link in its place. */
export const ensureFolder = (folder: string, mode = 0o700): void =>
  guarded('make this folder', folder, () => {
    if (isRealFolder(folder)) return;
    try {
      fs.mkdirSync(folder, { mode });
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  });

/** Whether a folder is there. A symbolic link in its place is a `Problem`: what lies behind it may be anybody's. */
export const isRealFolder = (folder: string): boolean => {
  const found = guarded('look at this folder', folder, () => fs.lstatSync(folder, { throwIfNoEntry: false }));
  if (found?.isSymbolicLink() === true) {
    throw new Problem({
      what: `${path.basename(folder)} is a symbolic link; it must be a folder of its own.`,
      where: folder,
      hint: 'Remove the link, or replace it by the folder that it points to.',
      code: 'refused',
    });
  }
  return found !== undefined;
};

/** Names in a folder; none if it is not there. */
export const namesIn = (folder: string): readonly string[] =>
  guarded('list this folder', folder, () => {
    try {
      return fs.readdirSync(folder);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return [];
      throw error;
    }
  });

/** Removes a file; failing to is no error. */
export const removeQuietly = (file: string): void => {
  try {
    fs.rmSync(file, { force: true, recursive: true });
  } catch {
    // It is litter, and the error that brought us here matters more.
  }
};

/**
 * Appends bytes to a file that is `length` long, in one write, and makes them durable. If anything fails the file is
 * cut back to `length` and the error comes out: nothing half-written stays, nothing undurable counts.
 */
export const appendDurably = async (fd: number, length: number, bytes: Buffer): Promise<void> => {
  try {
    writeAll(fd, bytes);
    faultPoint('before-sync');
    await new Promise<void>((resolve, reject) => {
      fs.fdatasync(fd, (error) => (error === null || error === undefined ? resolve() : reject(error)));
    });
  } catch (error) {
    try {
      fs.ftruncateSync(fd, length);
    } catch {
      // Then a torn tail stays; the next writer cuts it off before it appends.
    }
    throw error;
  }
};
