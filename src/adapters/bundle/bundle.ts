/**
 * A batch's folder as a compressed tar. Masked copies are put into a folder that only this person can read, and `tar`
 * packs that: a tar tells the size of a file before its bytes, and masking changes sizes.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { lstat, mkdir, mkdtemp, open, readdir, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { BundleContent, Bundler } from '../../ports/bundle.ts';
import { Problem } from '../../ports/problem.ts';
import { maskLines } from './mask-lines.ts';

/** What of a batch's folder goes into a bundle: no pulses, no environment that was not taken, no caches. */
const wanted = [
  /^plan\.json$/,
  /^journal\.jsonl$/,
  /^journal\.corrupt-/,
  /^report\.(md|json)$/,
  /^logs\/.+\.log(\.\d+)?$/,
];

/** `directory`: the batch's folder. */
export const makeBundler = (directory: string): Bundler => ({
  write: async (file, content) => {
    const archive = await create(file);
    if (archive === null) return null;
    try {
      await fill(archive, directory, content);
      return (await archive.stat()).size;
    } catch (cause) {
      await rm(file, { force: true });
      if (cause instanceof Problem) throw cause;
      throw problemOf(file, cause);
    } finally {
      await archive.close();
    }
  },
});

const create = async (file: string): Promise<FileHandle | null> => {
  try {
    return await open(file, 'wx', 0o600);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return null;
    throw problemOf(file, cause);
  }
};

const fill = async (archive: FileHandle, directory: string, { texts, mask }: BundleContent): Promise<void> => {
  const staging = await mkdtemp(join(tmpdir(), 'wf0-bundle-'));
  const name = basename(directory);
  try {
    for (const path of await filesOf(directory))
      await copyMasked(join(directory, path), await placeIn(staging, `${name}/${path}`), mask);
    for (const [path, text] of texts) {
      const lines = Buffer.from(text, 'utf8').toString('latin1').split('\n').map(mask).join('\n');
      await writeFile(await placeIn(staging, `${name}/${path}`), lines, { encoding: 'latin1', mode: 0o600 });
    }
    await pack(staging, name, archive);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
};

/** Paths of the wanted files in order; a stage can put a link anywhere, and what it leads to is not the batch's. */
const filesOf = async (directory: string): Promise<readonly string[]> => {
  const found: string[] = [];
  for (const folders = ['']; folders.length > 0;) {
    const at = folders.pop() as string;
    for (const entry of await readdir(join(directory, at), { withFileTypes: true }).catch(() => [])) {
      const path = at === '' ? entry.name : `${at}/${entry.name}`;
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile() && wanted.some((each) => each.test(path))) found.push(path);
    }
  }
  return found.sort();
};

const placeIn = async (staging: string, path: string): Promise<string> => {
  const place = join(staging, path);
  await mkdir(dirname(place), { recursive: true, mode: 0o700 });
  return place;
};

/** A file that is gone by now is left out. */
const copyMasked = async (from: string, to: string, mask: (line: string) => string): Promise<void> => {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const source = await open(from, flags).catch(async (cause: unknown) => {
    if ((await lstat(from).catch(() => null)) === null) return null;
    throw cause;
  });
  if (source === null) return;
  try {
    const bytes = source.createReadStream({ autoClose: false, encoding: 'latin1' }) as AsyncIterable<string>;
    await writeFile(to, maskLines(bytes, mask), { encoding: 'latin1', mode: 0o600 });
  } finally {
    await source.close();
  }
};

const pack = async (staging: string, name: string, archive: FileHandle): Promise<void> => {
  const child = spawn('tar', ['-czf', '-', '-C', staging, name], { stdio: ['ignore', archive.fd, 'pipe'] });
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-300)));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`tar ended with ${code ?? 'a signal'}: ${complaint.trim()}`);
};

const problemOf = (file: string, cause: unknown): Problem =>
  new Problem(
    {
      what: `the bundle cannot be written: ${(cause as Error).message}`,
      where: file,
      hint: 'it needs tar, and room there and in the temporary folder',
      code: 'environment',
    },
    { cause },
  );
