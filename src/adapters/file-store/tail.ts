/** Reading a journal on from where it was last read, and noticing that it was cut or replaced since. */
import fs from 'node:fs';
import type { Event } from '../../core/event.ts';
import { codeOf } from './problems.ts';
import { scanLines } from './lines.ts';
import type { ParseEvent } from './lines.ts';

/** How far a journal was read. */
export interface Position {
  /** Bytes, up to the end of a whole transaction. */
  readonly offset: number;
  /** Number of the last event before `offset`; 0 at the start. */
  readonly seq: number;
  /** The bytes of the line before `offset`; they must still stand there, else the file is another. */
  readonly lastLine: Buffer;
}

/** A state and the place in the journal that it stands for. */
export interface Known<S> {
  readonly state: S;
  readonly position: Position;
}

/** One portion of new events. */
export interface Portion {
  readonly events: readonly Event[];
  /** Where each event's transaction begins in the file. */
  readonly offsets: readonly number[];
  readonly lost: number;
  readonly position: Position;
}

export interface TailOptions {
  /** The journal's path, for errors. */
  readonly file: string;
  readonly fd: number;
  readonly from: Position;
  readonly parseEvent: ParseEvent;
}

/** The start of a journal. */
export const beginning: Position = { offset: 0, seq: 0, lastLine: Buffer.alloc(0) };

const portionBytes = 1024 * 1024;

/**
 * New events, a megabyte at a time, up to the end of the last whole transaction: a long journal is never in memory
 * whole. The last portion is null if the bytes before the one that would come next are others than were read.
 */
export const readTail = function* ({ file, fd, from, parseEvent }: TailOptions): Generator<Portion | null, void> {
  let position = from;
  let wantedBytes = portionBytes;
  for (;;) {
    const known = position.lastLine.length;
    const bytes = readAt(fd, position.offset - known, known + wantedBytes);
    if (!bytes.subarray(0, known).equals(position.lastLine)) {
      yield null;
      return;
    }
    const fresh = bytes.subarray(known);
    const isEnd = fresh.length < wantedBytes;
    const scan = scanLines(fresh, { file, seq: position.seq, parseEvent });
    if (scan.consumed > 0) {
      const { offset, seq } = position;
      const offsets = scan.starts.map((start) => offset + start);
      position = {
        offset: offset + scan.consumed,
        seq: seq + scan.events.length,
        lastLine: Buffer.from(scan.lastLine),
      };
      yield { events: scan.events, offsets, lost: scan.lost, position };
    }
    if (isEnd) return;
    // A transaction longer than a portion: look at twice as much.
    wantedBytes = scan.consumed === 0 ? wantedBytes * 2 : portionBytes;
  }
};

/** Whether a file is still as it was read up to a place. */
export const standsIn = (fd: number, { offset, lastLine }: Position): boolean =>
  readAt(fd, offset - lastLine.length, lastLine.length).equals(lastLine);

/** Up to `length` bytes from `start`; fewer at the end of the file. */
export const readAt = (fd: number, start: number, length: number): Buffer => {
  const left = Math.max(0, fs.fstatSync(fd).size - start);
  const bytes = Buffer.allocUnsafe(Math.min(length, left));
  let done = 0;
  while (done < bytes.length) {
    const count = fs.readSync(fd, bytes, done, bytes.length - done, start + done);
    if (count === 0) break;
    done += count;
  }
  return bytes.subarray(0, done);
};

/** Opens a journal for reading; null if there is none. No link is followed. */
export const openJournalFile = (file: string): number | null => {
  try {
    return fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
};
