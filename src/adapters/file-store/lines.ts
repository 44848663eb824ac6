/**
 * The bytes of a journal: one event a line, and the lines of one transaction as a whole or not at all.
 *
 * A line that ends in a space before its newline says "more of my transaction follows". Readers take a transaction
 * only when its last line, without the space, is there; what comes after the last whole transaction is a torn tail.
 * To any other reader of JSON lines the space is nothing.
 */
import { isUtf8 } from 'node:buffer';
import type { Event } from '../../core/event.ts';
import { refuseNewer } from '../../protocol/version.ts';

/** Checks one parsed line; null if it is no event. */
export type ParseEvent = (json: unknown) => Event | null;

/** What stands in some bytes of a journal. */
export interface Scan {
  readonly events: readonly Event[];
  /** Where each event's transaction begins, counted from the start of the bytes. */
  readonly starts: readonly number[];
  /** Bytes up to the end of the last whole transaction. */
  readonly consumed: number;
  /** The last whole transaction's last line, with its newline. Empty if there is none. */
  readonly lastLine: Buffer;
  /** Lines that are no events, and sequence numbers that are missing or out of order. 0: not damaged. */
  readonly lost: number;
}

const newline = 0x0a;
const space = 0x20;

/** One transaction's bytes. `texts` are the events' JSON. */
export const encodeTransaction = (texts: readonly string[]): string =>
  texts.length === 0 ? '' : `${texts.join(' \n')}\n`;

export interface ScanOptions {
  /** The journal's path, for errors. */
  readonly file: string;
  /** The number of the last event before the bytes. */
  readonly seq: number;
  readonly parseEvent: ParseEvent;
}

/**
 * Reads whole transactions. Events are numbered on from `seq`, whatever their lines say, so that every reader of a damaged journal gives the same numbers as its repair.
 * Lines without a `version` are of version 1; throws a `Problem` at a newer one: an old program must not take it for damage.
 */
export const scanLines = (bytes: Buffer, { file, seq, parseEvent }: ScanOptions): Scan => {
  const events: Event[] = [];
  const starts: number[] = [];
  const isText = isUtf8(bytes);
  let [lost, badHere, shift, consumed, lineStart, lastStart, wholeEvents, wholeLost] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, lineStart)) {
    const line = bytes.subarray(lineStart, end);
    const event = isText || isUtf8(line) ? parseLine(line, parseEvent, file) : null;
    const wanted = seq + events.length + 1;
    if (event === null) {
      lost += 1;
      badHere += 1;
    } else if (event.seq < wanted + shift && isRepeat(bytes, lineStart, end)) {
      lost += 1;
    } else {
      // Bad lines explain a gap of their number; what is left of it is lost, too.
      if (event.seq !== wanted + shift) {
        lost += event.seq === wanted + shift + badHere ? 0 : 1;
        shift = event.seq - wanted;
      }
      badHere = 0;
      events.push(event.seq === wanted ? event : { ...event, seq: wanted });
      starts.push(consumed);
    }
    const isLast = end === lineStart || bytes[end - 1] !== space;
    if (isLast) [consumed, lastStart, wholeEvents, wholeLost] = [end + 1, lineStart, events.length, lost];
    lineStart = end + 1;
  }
  events.length = wholeEvents;
  starts.length = wholeEvents;
  return { events, starts, consumed, lastLine: bytes.subarray(lastStart, consumed), lost: wholeLost };
};

/** Whether a line stands earlier in the same bytes: a block that was written twice. */
const isRepeat = (bytes: Buffer, start: number, end: number): boolean =>
  bytes.indexOf(bytes.subarray(start, end + 1)) < start;

/** One line's event; null if it is none. */
const parseLine = (line: Buffer, parseEvent: ParseEvent, file: string): Event | null => {
  let json: unknown;
  try {
    json = JSON.parse(line.toString('utf8'));
  } catch {
    return null;
  }
  if (typeof json === 'object' && json !== null && 'version' in json) {
    refuseNewer({ file, kind: 'journal', found: json.version });
  }
  return parseEvent(json);
};
