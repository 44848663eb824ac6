/** Small questions to the machine. */
import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, link, lstat, mkdir, readdir, readFile, realpath, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { availableParallelism, freemem, loadavg, release } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Problem } from '../../ports/problem.ts';
import type { FolderLook, Machine } from '../../ports/machine.ts';

export const makeMachine = (): Machine => ({
  runHere,
  look,
  uid: () => process.getuid?.() ?? -1,
  freeBytes,
  pressure: () => ({ loadPerCore: (loadavg()[0] ?? 0) / availableParallelism(), freeMemoryBytes: freemem() }),
  sizeOf,
  realPath: (path) => realpath(path).catch(() => path),
  readText,
  findProgram,
  writeNew,
  setAside,
  nodeVersion: process.versions.node,
  system: `${process.platform} ${release()} ${process.arch}`,
});

/** Ctrl+C in the terminal is the program's: it is in the foreground. */
const runHere = ([command = '', ...args]: readonly string[]): Promise<number> =>
  new Promise((resolve) => {
    const ignore = (): void => undefined;
    process.on('SIGINT', ignore);
    const finish = (code: number): void => {
      process.off('SIGINT', ignore);
      resolve(code);
    };
    const child = spawn(command, args, { stdio: 'inherit' });
    child.once('error', () => finish(127));
    child.once('exit', (code) => finish(code ?? 1));
  });

const look = async (path: string): Promise<FolderLook> => {
  const found = await lstat(path).catch(() => null);
  if (found === null) return { kind: 'nothing', mode: 0, uid: -1, isWritable: false };
  const isWritable = await access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
  const kind = found.isDirectory() ? 'folder' : found.isSymbolicLink() ? 'link' : 'other';
  return { kind, mode: found.mode & 0o777, uid: found.uid, isWritable };
};

const freeBytes = async (path: string): Promise<number> => {
  for (let at = path; ; at = dirname(at)) {
    const found = await statfs(at).catch(() => null);
    if (found !== null) return found.bavail * found.bsize;
    if (dirname(at) === at) return 0;
  }
};

const sizeOf = async (folder: string): Promise<number> => {
  let bytes = 0;
  for (const folders = [folder]; folders.length > 0;) {
    const at = folders.pop() as string;
    for (const entry of await readdir(at, { withFileTypes: true }).catch(() => [])) {
      const path = join(at, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else bytes += (await lstat(path).catch(() => null))?.blocks ?? 0;
    }
  }
  return bytes * 512;
};

const readText = async (file: string): Promise<string | null> => {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw problemOf(file, { what: 'this file cannot be read', hint: 'check its owner and mode', cause });
  }
};

const findProgram = async (name: string, path: string): Promise<string | null> => {
  const files = name.includes('/') ? [resolve(name)] : path.split(':').map((folder) => resolve(folder, name));
  for (const file of files) {
    const isThere = await access(file, constants.X_OK).then(
      async () => (await stat(file)).isFile(),
      () => false,
    );
    if (isThere) return file;
  }
  return null;
};

const writeNew = async (file: string, text: string): Promise<boolean> => {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o755 });
    await writeFile(file, text, { flag: 'wx', mode: 0o644 });
    return true;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    throw problemOf(file, {
      what: 'this file cannot be written',
      hint: 'check the owner and the mode of its folder',
      cause,
    });
  }
};

/** A hard link is made only under a free name, which a rename is not. */
const setAside = async (file: string, word = 'broken'): Promise<string> => {
  const stamp = new Date().toISOString().replace(/[-:]/g, '').slice(0, 15);
  for (let count = 1; ; count++) {
    const aside = `${file}.${word}-${stamp}${count === 1 ? '' : `-${count}`}`;
    try {
      await link(file, aside);
      await rm(file);
      return aside;
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code === 'EEXIST' && count < 100) continue;
      throw problemOf(file, {
        what: 'this file cannot be set aside',
        hint: 'check the owner and the mode of its folder',
        cause,
      });
    }
  }
};

const problemOf = (
  file: string,
  { what, hint, cause }: { readonly what: string; readonly hint: string; readonly cause: unknown },
): Problem =>
  new Problem({ what: `${what}: ${(cause as Error).message}`, where: file, hint, code: 'environment' }, { cause });
