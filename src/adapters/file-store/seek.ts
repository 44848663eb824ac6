/** Finding an event near the end of a journal by counting lines backwards, without reading what is before it. */
import { readAt } from './tail.ts';
import type { Position } from './tail.ts';

const newline = 0x0a;
const space = 0x20;
const stepBytes = 64 * 1024;

/** Where a transaction begins, and the number of its first event. */
export interface Start {
  readonly seq: number;
  readonly offset: number;
}

/**
 * The start of the transaction that holds event `seq`, in a journal that is whole up to `end`: each line is one event
 * there. Null if the file ends too early, or does not end a line where `end` says so.
 */
export const findBack = (fd: number, end: Position, seq: number): Start | null => {
  // A line's start is the byte behind a newline. That of the last line is behind the newline before the last one.
  let found = end.seq + 1;
  for (let to = end.offset; to > 0;) {
    const from = Math.max(0, to - stepBytes);
    // One byte more in front: whether a newline ends a transaction is said by the byte before it.
    const front = from === 0 ? 0 : 1;
    const bytes = readAt(fd, from - front, to - from + front);
    if (bytes.length < to - from + front || (to === end.offset && bytes.at(-1) !== newline)) return null;
    for (let at = bytes.lastIndexOf(newline); at >= front; at = at === 0 ? -1 : bytes.lastIndexOf(newline, at - 1)) {
      // At this newline ends the event before `found`.
      if (found <= seq && bytes[at - 1] !== space) return { seq: found, offset: from - front + at + 1 };
      found -= 1;
    }
    to = from;
  }
  return { seq: 1, offset: 0 };
};
