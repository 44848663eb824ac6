/** What one process knows of a journal: the state by all whole transactions, kept up by reading only what is new. */
import fs from 'node:fs';
import type { Event } from '../../core/event.ts';
import type { Plan } from '../../core/plan.ts';
import { Problem } from '../../ports/problem.ts';
import type { StateModel } from '../../ports/store.ts';
import type { ParseEvent } from './lines.ts';
import { guarded } from './problems.ts';
import type { Snapshot } from './snapshot.ts';
import { beginning, openJournalFile, readTail } from './tail.ts';
import type { Portion, Position } from './tail.ts';

/** A state and the place in the journal that it stands for. */
export interface Known<S> {
  readonly state: S;
  readonly position: Position;
}

export interface ReaderOptions<S> {
  readonly file: string;
  readonly plan: Plan;
  readonly model: StateModel<S>;
  readonly parseEvent: ParseEvent;
  /** Gives a usable snapshot for the journal behind `fd`, or null. */
  readonly loadSnapshot: (fd: number) => Snapshot<S> | null;
}

/** What a look at the file found. `lost` counts what was adopted earlier, too; 0: not damaged. */
export interface Look {
  readonly lost: number;
  /** Bytes behind the last whole transaction: torn, or being written. */
  readonly restBytes: number;
}

export interface Reader<S> {
  known(): Known<S>;
  /** Reads what is new. What is found is adopted unless it is damaged and `adoptDamaged` is not set. */
  look(adoptDamaged: boolean): Look;
  /** Whether the file is not as it was at the last look. Never throws. */
  hasChanged(): boolean;
  /** Forgets everything; the next look reads from the start. */
  restart(): void;
  /** Takes over a state that this process itself has appended. */
  adopt(next: Known<S>): void;
  /** Forgets everything behind a place: what was read there was cut off again. */
  revert(to: Known<S>): void;
  /** Portions of the journal from a number on, as of the last look. */
  portions(fromSeq: number): Iterable<Portion>;
  close(): void;
}

/** Places in the file of every so many events, to find one without reading all. */
type Index = { readonly seq: number; readonly offset: number }[];
const indexStep = 256;

/** A reader of one journal. It opens the file at the first look. */
export const makeReader = <S>(options: ReaderOptions<S>): Reader<S> => {
  const { file, plan, model, parseEvent } = options;
  const index: Index = [];
  let fd: number | null = null;
  let identity: string | null = null;
  let seenSize = -1;
  let adoptedLost = 0;
  let known: Known<S> = { state: model.start(plan), position: beginning };

  const close = (): void => {
    if (fd !== null) fs.closeSync(fd);
    fd = null;
    identity = null;
  };
  const startOver = (): void => {
    index.length = 0;
    adoptedLost = 0;
    known = { state: model.start(plan), position: beginning };
  };
  /** Opens the file that has the name now. The old one stays open until then, so its inode cannot come again. */
  const open = (): { readonly fd: number; readonly size: number } => {
    const found = fs.statSync(file, { throwIfNoEntry: false });
    if (found === undefined) throw missing(file);
    if (fd !== null && identity === identify(found)) return { fd, size: found.size };
    const opened = openJournalFile(file);
    if (opened === null) throw missing(file);
    const isFirst = identity === null;
    close();
    const stats = fs.fstatSync(opened);
    [fd, identity] = [opened, identify(stats)];
    startOver();
    const snapshot = isFirst ? options.loadSnapshot(opened) : null;
    if (snapshot !== null) known = snapshot;
    return { fd: opened, size: stats.size };
  };
  const look = (adoptDamaged: boolean): Look => {
    const { fd: from, size } = open();
    seenSize = size;
    if (size === known.position.offset) return { lost: adoptedLost, restBytes: 0 };
    const tail = size < known.position.offset ? null : readTail({ file, fd: from, from: known.position, parseEvent });
    if (tail === null) {
      startOver();
      return look(adoptDamaged);
    }
    const lost = tail.reduce((sum, portion) => sum + portion.lost, 0);
    const end = tail.at(-1)?.position ?? known.position;
    const found: Look = { lost: adoptedLost + lost, restBytes: Math.max(0, size - end.offset) };
    seenSize = Math.max(size, end.offset);
    if (lost > 0 && !adoptDamaged) return found;
    for (const portion of tail) take(portion);
    adoptedLost += lost;
    return found;
  };
  const take = (portion: Portion): void => {
    const first = portion.position.seq - portion.events.length + 1;
    noteOffsets(index, first, portion.offsets);
    const state = portion.events.length === 0 ? known.state : model.evolve(known.state, portion.events);
    known = { state, position: portion.position };
  };
  const revert = (to: Known<S>): void => {
    while ((index.at(-1)?.offset ?? -1) >= to.position.offset) index.pop();
    known = to;
    seenSize = to.position.offset;
  };

  return {
    known: () => known,
    look: (adoptDamaged) => guarded('read the journal', file, () => look(adoptDamaged)),
    restart: startOver,
    hasChanged: () => isChanged(file, identity, seenSize),
    adopt: (next) => {
      if (next.position.seq > known.position.seq) noteOffsets(index, known.position.seq + 1, [known.position.offset]);
      known = next;
      seenSize = next.position.offset;
    },
    revert,
    portions: (fromSeq) =>
      fd === null ? [] : readPortions({ file, index, known: known.position, fromSeq, parseEvent }),
    close,
  };
};

/** Which file this is. The change of a file under the same name is a change of this. */
export const identify = (stats: fs.Stats): string => `${stats.dev}:${stats.ino}`;

const isChanged = (file: string, identity: string | null, size: number): boolean => {
  try {
    const found = fs.statSync(file, { throwIfNoEntry: false });
    return found === undefined || found.size !== size || identify(found) !== identity;
  } catch {
    return true;
  }
};

const noteOffsets = (index: Index, first: number, offsets: readonly number[]): void => {
  let next = (index.at(-1)?.seq ?? -indexStep) + indexStep;
  offsets.forEach((offset, place) => {
    const isStart = place === 0 || offsets[place - 1] !== offset;
    if (!isStart || first + place < next) return;
    index.push({ seq: first + place, offset });
    next = first + place + indexStep;
  });
};

interface PortionsOptions {
  readonly file: string;
  readonly index: Index;
  readonly known: Position;
  readonly fromSeq: number;
  readonly parseEvent: ParseEvent;
}

/** Reads with an own file descriptor, so that a journal replaced meanwhile is read to its old end. */
const readPortions = function* ({ file, index, known, fromSeq, parseEvent }: PortionsOptions): Iterable<Portion> {
  if (fromSeq > known.seq) return;
  const entry = index.findLast(({ seq }) => seq <= fromSeq) ?? { seq: 1, offset: 0 };
  const fd = openJournalFile(file);
  if (fd === null) return;
  try {
    const from: Position = { offset: entry.offset, seq: entry.seq - 1, lastLine: Buffer.alloc(0) };
    yield* readTail({ file, fd, from, parseEvent }) ?? [];
  } finally {
    fs.closeSync(fd);
  }
};

/** Events of some portions from `fromSeq` to `toSeq`. */
export const eventsOf = function* (portions: Iterable<Portion>, fromSeq: number, toSeq: number): Iterable<Event> {
  for (const { events } of portions)
    for (const event of events) if (event.seq >= fromSeq && event.seq <= toSeq) yield event;
};

const missing = (file: string): Problem =>
  new Problem({
    what: 'The journal of this batch is gone.',
    where: file,
    hint: 'Restore the file, or start a new batch.',
    code: 'environment',
  });
