/** The one file that a source is: a manifest, a list of tasks, a catalogue. Read whole, or refused. */
import { resolve } from 'node:path';
import { Problem } from '../ports/problem.ts';
import { showPath } from './task-files.ts';
import { readTextFile } from './text-file.ts';

/** Files that list works are at most this long. */
export const listFileLimitBytes = 32 * 1024 * 1024;

export interface ListFileRequest {
  readonly path: string;
  readonly cwd: string;
  /** `the manifest`, `the catalogue`. */
  readonly what: string;
  readonly limitBytes?: number;
}

export interface ListFile {
  readonly text: string;
  /** As messages name it. */
  readonly shown: string;
  /** Absolute. */
  readonly path: string;
}

/**
 * Reads the file. Throws a Problem (refused) if it is missing, too long, empty, or no UTF-8: a parameter with a wrong
 * letter would be a wrong command.
 */
export const readListFile = async ({
  path,
  cwd,
  what,
  limitBytes = listFileLimitBytes,
}: ListFileRequest): Promise<ListFile> => {
  const absolute = resolve(cwd, path);
  const shown = showPath(absolute, cwd);
  const file = readTextFile(absolute, limitBytes);
  if (file.kind === 'missing')
    throw refuse(`${what} does not exist`, shown, 'check the path; it starts at the current folder');
  if (file.kind === 'bad') throw refuse(`${what} ${file.why}`, shown, hintFor(file.why));
  if (file.warnings.length > 0)
    throw refuse(
      `${what} ${(file.warnings[0] ?? '').replace(/;.*/s, '')}`,
      shown,
      'save it as UTF-8: iconv -f latin1 -t utf-8',
    );
  if (file.text.trim() === '') throw refuse(`${what} is empty`, shown, 'write works into it, or name another file');
  return { text: file.text, shown, path: absolute };
};

const hintFor = (why: string): string => {
  if (why.includes('the limit')) return 'split it into several files';
  return why.includes('permission') ? 'check its permissions' : 'name a file of text';
};

const refuse = (what: string, where: string, hint: string): Problem =>
  new Problem({ what, where, hint, code: 'refused' });
