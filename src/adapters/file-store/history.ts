/** `history.jsonl`: one JSON value a line, appended behind a lock; what durations are learnt from. */
import fs from 'node:fs';
import { appendDurably, appendFlags, readText } from './files.ts';
import { guarded } from './problems.ts';

/** Appends lines durably. A torn last line, left by a writer that died, is cut off first. Call it under the lock. */
export const appendLines = async (file: string, lines: readonly unknown[]): Promise<void> => {
  if (lines.length === 0) return;
  const fd = guarded('open this file', file, () => fs.openSync(file, appendFlags | fs.constants.O_CREAT, 0o600));
  try {
    const length = wholeLength(fd);
    fs.ftruncateSync(fd, length);
    await appendDurably(fd, length, Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join('')));
  } finally {
    fs.closeSync(fd);
  }
};

/** Parsed lines; broken ones are left out. */
export const readLines = (file: string): readonly unknown[] =>
  (readText(file) ?? '').split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line) as unknown];
    } catch {
      return [];
    }
  });

/** Bytes up to the last newline. */
const wholeLength = (fd: number): number => {
  const { size } = fs.fstatSync(fd);
  const step = 64 * 1024;
  for (let end = size; end > 0; end -= step) {
    const start = Math.max(0, end - step);
    const bytes = Buffer.alloc(end - start);
    fs.readSync(fd, bytes, 0, bytes.length, start);
    const newline = bytes.lastIndexOf(0x0a);
    if (newline >= 0) return start + newline + 1;
  }
  return 0;
};
