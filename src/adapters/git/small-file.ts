/** Reading git's own small files: a pointer, a ref, a HEAD. */
import { readFileSync } from 'node:fs';

/** The file's text; '' if it cannot be read. Synchronous: these are a line each, and the way through the thread pool costs ten times the read. */
export const readSmall = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};
