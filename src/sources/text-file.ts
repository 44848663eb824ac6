/**
 * One file from the disk: bounded, and only if it is text. Its size is looked at before a byte is read,
 * so that a file of 1 GiB costs nothing; pipes and devices are never opened. Reading does not go by the thread pool:
 * for 2,000 small files the way there and back would cost more than the reading.
 */
import { isUtf8 } from 'node:buffer';
import { closeSync, constants, lstatSync, openSync, readSync, statSync } from 'node:fs';

/** Task files are at most this long. */
export const taskFileLimitBytes = 1024 * 1024;

/** `inode`: equal for two paths of one file; hard links to it have it, too. */
export type TextFile =
  | { readonly kind: 'text'; readonly text: string; readonly inode: string; readonly warnings: readonly string[] }
  /** What is wrong with it, as the end of a sentence that begins with its name. */
  | { readonly kind: 'bad'; readonly why: string }
  | { readonly kind: 'missing' };

/** Reads a file of at most `limitBytes`. Never throws for what a file can be. A byte order mark is taken off; line ends stay. */
export const readTextFile = (path: string, limitBytes: number = taskFileLimitBytes): TextFile => {
  try {
    const found = statSync(path);
    if (!found.isFile()) throw new NotAFile();
    const { size } = found;
    if (size > limitBytes)
      return { kind: 'bad', why: `is ${formatMiB(size)} long, and ${limitBytes / 1024 / 1024} MiB is the limit` };
    const bytes = readBytes(path, size);
    if (bytes.length > size) return { kind: 'bad', why: 'grew while it was read' };
    return decode(bytes, `${found.dev}:${found.ino}`);
  } catch (error) {
    const what = classify(error);
    return what.kind === 'missing' && isLink(path) ? { kind: 'bad', why: 'is a link that leads nowhere' } : what;
  }
};

const isLink = (path: string): boolean => {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
};

class NotAFile extends Error {}

const classify = (error: unknown): TextFile => {
  if (error instanceof NotAFile) return { kind: 'bad', why: 'is no regular file' };
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'missing' };
  if (code === 'EACCES' || code === 'EPERM') return { kind: 'bad', why: 'cannot be read: no permission' };
  if (code === 'ELOOP') return { kind: 'bad', why: 'is a link that leads to itself' };
  if (code === 'ENAMETOOLONG') return { kind: 'bad', why: 'has a name that is too long' };
  return { kind: 'bad', why: `cannot be read: ${code ?? String(error)}` };
};

/** At most one byte more than the file had. A pipe that came in its place meanwhile is not waited for. */
const readBytes = (path: string, size: number): Buffer => {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const buffer = Buffer.allocUnsafe(size + 1);
    let length = 0;
    for (;;) {
      const bytesRead = readSync(file, buffer, length, buffer.length - length, null);
      length += bytesRead;
      // One byte more was asked for: a file that gives none has ended.
      if (bytesRead === 0 || length >= size) return buffer.subarray(0, length);
    }
  } finally {
    closeSync(file);
  }
};

const decode = (bytes: Buffer, inode: string): TextFile => {
  const utf16 =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null;
  if (utf16 !== null) return { kind: 'text', text: new TextDecoder(utf16).decode(bytes), inode, warnings: [] };
  if (bytes.includes(0)) return { kind: 'bad', why: 'is binary: it holds NUL bytes' };
  const text = utf8.decode(bytes);
  if (isUtf8(bytes)) return { kind: 'text', text, inode, warnings: [] };
  const line = text.slice(0, Math.max(0, text.indexOf('\uFFFD'))).split('\n').length;
  return {
    kind: 'text',
    text,
    inode,
    warnings: [`is not UTF-8 at line ${line}; what cannot be read there became \uFFFD`],
  };
};

const utf8 = new TextDecoder('utf-8');

const formatMiB = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
