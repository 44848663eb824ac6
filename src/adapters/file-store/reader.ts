/** What one process knows of a journal: the state by all whole transactions, kept up by reading only what is new. */
import fs from 'node:fs';
import type { Event } from '../../core/event.ts';
import type { Plan } from '../../core/plan.ts';
import { Problem } from '../../ports/problem.ts';
import type { StateModel } from '../../ports/store.ts';
import type { ParseEvent } from './lines.ts';
import { guarded } from './problems.ts';
import { findBack } from './seek.ts';
import type { Start } from './seek.ts';
import { beginning, openJournalFile, readTail, standsIn } from './tail.ts';
import type { Known, Portion, Position } from './tail.ts';

export interface ReaderOptions<S> {
  readonly file: string;
  readonly plan: Plan;
  readonly model: StateModel<S>;
  readonly parseEvent: ParseEvent;
  /** Gives a usable snapshot for the journal behind `fd`, or null. */
  readonly loadSnapshot: (fd: number) => Known<S> | null;
}

/** What a look at the file found. `lost` counts what was adopted earlier, too; 0: not damaged. */
export interface Look {
  readonly lost: number;
  /** Bytes behind the last whole transaction: torn, or being written. */
  readonly restBytes: number;
}

export interface Reader<S> {
  known(): Known<S>;
  /** As `known`, and makes no state. */
  position(): Position;
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
type Index = Start[];
const indexStep = 256;

/** A reader of one journal. It opens the file at the first look. */
export const makeReader = <S>(options: ReaderOptions<S>): Reader<S> => {
  const { file, plan, model, parseEvent } = options;
  const index: Index = [];
  let fd: number | null = null;
  let identity: string | null = null;
  let seenSize = -1;
  let adoptedLost = 0;
  /** Null: nothing was read. The first state costs by the size of the plan, and with a snapshot nobody needs it. */
  let known: Known<S> | null = null;

  const knownNow = (): Known<S> => (known ??= { state: model.start(plan), position: beginning });
  const place = (): Position => known?.position ?? beginning;
  const close = (): void => {
    if (fd !== null) fs.closeSync(fd);
    fd = null;
    identity = null;
  };
  const startOver = (): void => {
    index.length = 0;
    adoptedLost = 0;
    known = null;
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
    if (isFirst) known = options.loadSnapshot(opened);
    return { fd: opened, size: stats.size };
  };
  const look = (adoptDamaged: boolean): Look => {
    const { fd: from, size } = open();
    seenSize = size;
    const { offset } = place();
    if (size === offset) return { lost: adoptedLost, restBytes: 0 };
    const tail = size < offset ? null : takeTail(from, adoptDamaged);
    if (tail === null) {
      startOver();
      return look(adoptDamaged);
    }
    seenSize = Math.max(size, tail.end);
    return { lost: tail.lost, restBytes: Math.max(0, size - tail.end) };
  };
  /** Folds what is new as it is read. Null: the file is another than the one that was read before. */
  const takeTail = (from: number, adoptDamaged: boolean): { readonly lost: number; readonly end: number } | null => {
    const before = known;
    let lost = 0;
    let end = place();
    for (const portion of readTail({ file, fd: from, from: end, parseEvent })) {
      if (portion === null) return null;
      lost += portion.lost;
      end = portion.position;
      if (lost === 0 || adoptDamaged) take(portion);
    }
    const found = { lost: adoptedLost + lost, end: end.offset };
    if (adoptDamaged) adoptedLost = found.lost;
    else if (lost > 0) forgetBehind(before);
    return found;
  };
  const take = (portion: Portion): void => {
    const first = portion.position.seq - portion.events.length + 1;
    noteOffsets(index, first, portion.offsets);
    const { state } = knownNow();
    known = {
      state: portion.events.length === 0 ? state : model.evolve(state, portion.events),
      position: portion.position,
    };
  };
  const forgetBehind = (to: Known<S> | null): void => {
    known = to;
    while ((index.at(-1)?.offset ?? -1) >= place().offset) index.pop();
  };
  const revert = (to: Known<S>): void => {
    forgetBehind(to);
    seenSize = to.position.offset;
  };

  return {
    known: knownNow,
    position: place,
    look: (adoptDamaged) => guarded('read the journal', file, () => look(adoptDamaged)),
    restart: startOver,
    hasChanged: () => isChanged(file, identity, seenSize),
    adopt: (next) => {
      const { seq, offset } = place();
      if (next.position.seq > seq) noteOffsets(index, seq + 1, [offset]);
      known = next;
      seenSize = next.position.offset;
    },
    revert,
    portions: (fromSeq) =>
      fd === null ? [] : readPortions({ file, index, known: place(), isWhole: adoptedLost === 0, fromSeq, parseEvent }),
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
  /** Whether each line is an event, so that events can be counted by their newlines. */
  readonly isWhole: boolean;
  readonly fromSeq: number;
  readonly parseEvent: ParseEvent;
}

/** Reads with an own file descriptor, so that a journal replaced meanwhile is read to its old end. */
const readPortions = function* (options: PortionsOptions): Iterable<Portion> {
  const { file, known, fromSeq, parseEvent } = options;
  if (fromSeq > known.seq) return;
  const fd = openJournalFile(file);
  if (fd === null) return;
  try {
    const { seq, offset } = findStart(fd, options);
    const from: Position = { offset, seq: seq - 1, lastLine: Buffer.alloc(0) };
    for (const portion of readTail({ file, fd, from, parseEvent })) if (portion !== null) yield portion;
  } finally {
    fs.closeSync(fd);
  }
};

/** A transaction's start at or before `fromSeq`: the nearest one noted, or found from the end if that is nearer. */
const findStart = (fd: number, { index, known, isWhole, fromSeq }: PortionsOptions): Start => {
  // Of a journal that was replaced since, no place is known.
  if (!standsIn(fd, known)) return { seq: 1, offset: 0 };
  const noted = index.findLast(({ seq }) => seq <= fromSeq) ?? { seq: 1, offset: 0 };
  const isNear = fromSeq - noted.seq <= known.seq - fromSeq;
  return isNear || !isWhole ? noted : (findBack(fd, known, fromSeq) ?? noted);
};

/** Events of some portions from `fromSeq` to `toSeq`. */
export const eventsOf = function* (portions: Iterable<Portion>, fromSeq: number, toSeq: number): Iterable<Event> {
  for (const { events, position } of portions) {
    for (const event of events) if (event.seq >= fromSeq && event.seq <= toSeq) yield event;
    if (position.seq >= toSeq) return;
  }
};

const missing = (file: string): Problem =>
  new Problem({
    what: 'The journal of this batch is gone.',
    where: file,
    hint: 'Restore the file, or start a new batch.',
    code: 'environment',
  });
