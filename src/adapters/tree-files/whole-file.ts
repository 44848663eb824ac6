/** A file that is there whole or not at all: written beside its place in pieces, then put there. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Problem } from '../../ports/problem.ts';

/** Characters that are gathered before they are written. */
const blockLength = 256 * 1024;

/** What stands at `file` is replaced when `produce` has returned; if it throws, nothing has changed. */
export const writeWhole = (file: string, produce: (write: (text: string) => void) => void): void => {
  // The same name each time: what a killed run left behind is used again.
  const temporary = join(dirname(file), `.${basename(file)}.part`);
  try {
    rmSync(temporary, { force: true });
    const descriptor = openSync(temporary, 'wx');
    try {
      produceTo(descriptor, produce);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw asProblem(error, file);
  }
};

const produceTo = (descriptor: number, produce: (write: (text: string) => void) => void): void => {
  let block: string[] = [];
  let length = 0;
  const flush = (): void => {
    const bytes = Buffer.from(block.join(''));
    for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done);
    block = [];
    length = 0;
  };
  produce((text) => {
    block.push(text);
    length += text.length;
    if (length >= blockLength) flush();
  });
  flush();
};

const asProblem = (error: unknown, file: string): unknown => {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' && code.startsWith('E') && !code.startsWith('ERR_')
    ? new Problem({
        what: `the output cannot be written: ${code}`,
        where: file,
        hint: code === 'ENOSPC' ? 'make room on the disk' : 'look at the permissions of its folder',
        code: 'environment',
      })
    : error;
};
