/**
 * Mending a journal with lines that are no events, or with gaps. Called under the lock only.
 *
 * The damaged file is first copied whole to `journal.corrupt-<time>`; then a new journal of the good lines, numbered
 * anew and closed by `journal_repaired`, takes its place by one rename. A crash before the rename leaves the damaged
 * journal, which the next one repairs (with a second copy); after it, nothing is left to do. Readers notice the other
 * inode and read it all again. Numbers begin at 1 and have no gaps in the new file, so no reader needs to know that
 * there was a repair. Rejected: leaving gaps in place, because then the next gap could not be told from an old one.
 */
import fs from 'node:fs';
import path from 'node:path';
import type { Event } from '../../core/event.ts';
import { replaceFile } from './files.ts';
import { encodeTransaction, scanLines } from './lines.ts';
import type { ParseEvent } from './lines.ts';

export interface RepairOptions {
  /** The journal. */
  readonly file: string;
  readonly parseEvent: ParseEvent;
  /** ISO 8601. */
  readonly at: string;
}

export interface Repair {
  readonly droppedLines: number;
  readonly tornBytes: number;
  /** Absolute path of the copy. */
  readonly setAside: string;
}

/** Repairs a journal; null if it turns out to be whole. */
export const repairJournal = ({ file, parseEvent, at }: RepairOptions): Repair | null => {
  const bytes = fs.readFileSync(file);
  const scan = scanLines(bytes, { file, seq: 0, parseEvent });
  if (scan.lost === 0) return null;
  const setAside = freeName(path.join(path.dirname(file), `journal.corrupt-${at.replaceAll(/[:.]/g, '-')}`));
  replaceFile(setAside, bytes, `${file}.tmp`);
  const events = scan.events.map((event, place): Placed => [event, scan.starts[place] ?? 0]);
  const droppedLines = scan.lost;
  replaceFile(file, encode(events, { droppedLines, setAside, at }), `${file}.tmp`);
  return { droppedLines, tornBytes: bytes.length - scan.consumed, setAside };
};

/** Each event with where its transaction began. */
type Placed = readonly [event: Event, start: number];

const encode = (events: readonly Placed[], repair: Omit<Repair, 'tornBytes'> & { readonly at: string }): string => {
  const last: Event = {
    seq: 0,
    at: repair.at,
    actor: 'recovery',
    type: 'journal_repaired',
    dropped_lines: repair.droppedLines,
    set_aside: path.basename(repair.setAside),
  };
  const all: readonly Placed[] = [...events, [last, -1]];
  const texts = all.map(([event], place) => JSON.stringify({ ...event, seq: place + 1 }));
  const parts: string[] = [];
  for (let from = 0; from < all.length;) {
    let to = from + 1;
    while (to < all.length && all[to]?.[1] === all[from]?.[1]) to += 1;
    parts.push(encodeTransaction(texts.slice(from, to)));
    from = to;
  }
  return parts.join('');
};

const freeName = (wanted: string): string => {
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? wanted : `${wanted}-${count}`;
    if (!fs.existsSync(name)) return name;
  }
};
