/**
 * Transactions of one process on one journal. Those that wait while another one is written share the next lock and
 * the next fsync; each body still sees the state after the earlier ones, and each promise waits for its fsync.
 */
import fs from 'node:fs';
import type { Actor, Event, EventBody } from '../../core/event.ts';
import { faultPoint } from '../../ports/fault-point.ts';
import { Problem } from '../../ports/problem.ts';
import type { Journal, StateModel } from '../../ports/store.ts';
import { appendDurably, appendFlags } from './files.ts';
import { encodeTransaction } from './lines.ts';
import type { ParseEvent } from './lines.ts';
import { withLock } from './lock.ts';
import type { HeldLock, Lock } from './lock.ts';
import { asProblem } from './problems.ts';
import type { Look, Reader } from './reader.ts';
import type { Known } from './tail.ts';

type Transact<S> = Journal<S>['transact'];
type Body<S> = Parameters<Transact<S>>[1];
type Outcome<S> = Awaited<ReturnType<Transact<S>>>;

export interface CommitterOptions<S> {
  readonly file: string;
  readonly lock: Lock;
  readonly reader: Reader<S>;
  readonly model: StateModel<S>;
  readonly parseEvent: ParseEvent;
  /** ISO 8601. */
  readonly now: () => string;
  /** Reads what is new, repairs what is damaged. Called under the lock. */
  readonly refreshLocked: () => Look;
  readonly noteTorn: (bytes: number) => void;
  readonly onCommit: () => void;
}

export interface Committer<S> {
  readonly transact: Transact<S>;
  /** Resolves when nothing is being written. */
  idle(): Promise<void>;
}

interface Waiting<S> {
  readonly actor: Actor;
  readonly body: Body<S>;
  resolve(outcome: Outcome<S>): void;
  reject(error: unknown): void;
}

/** What the bodies of one group came to. */
interface Group<S> {
  readonly known: Known<S>;
  readonly text: string;
  readonly settle: readonly (() => void)[];
}

/** Writes transactions in the order in which they were asked for. */
export const makeCommitter = <S>(options: CommitterOptions<S>): Committer<S> => {
  let queue: Waiting<S>[] = [];
  let running: Promise<void> | null = null;

  const run = async (): Promise<void> => {
    while (queue.length > 0) {
      let group: readonly Waiting<S>[] = [];
      try {
        const settle = await withLock(options.lock, async (held) => {
          faultPoint('lock-held');
          const look = options.refreshLocked();
          [group, queue] = [queue, []];
          return commitGroup(options, group, { held, look });
        });
        for (const each of settle) each();
      } catch (error) {
        const failed = group.length > 0 ? group : queue.splice(0);
        for (const { reject } of failed) reject(asProblem(error, 'write the journal', options.file));
      }
    }
    running = null;
  };
  return {
    transact: (actor, body) =>
      new Promise((resolve, reject) => {
        queue.push({ actor, body, resolve, reject });
        running ??= run();
      }),
    idle: async () => {
      await running;
    },
  };
};

interface Moment {
  readonly held: HeldLock;
  readonly look: Look;
}

const commitGroup = async <S>(
  options: CommitterOptions<S>,
  waiting: readonly Waiting<S>[],
  { held, look }: Moment,
): Promise<Group<S>['settle']> => {
  const { reader } = options;
  const before = reader.known();
  const { known, text, settle } = runBodies(options, waiting);
  if (text === '') return settle;
  if (!held.isHeld()) throw lockRemoved(options.file);
  const fd = fs.openSync(options.file, appendFlags);
  try {
    if (look.restBytes > 0) {
      fs.ftruncateSync(fd, before.position.offset);
      options.noteTorn(look.restBytes);
    }
    faultPoint('before-append');
    await appendDurably(fd, before.position.offset, Buffer.from(text));
    faultPoint('after-sync');
  } catch (error) {
    reader.revert(before);
    throw error;
  } finally {
    fs.closeSync(fd);
  }
  reader.adopt(known);
  options.onCommit();
  return settle;
};

const runBodies = <S>(options: CommitterOptions<S>, waiting: readonly Waiting<S>[]): Group<S> => {
  let known = options.reader.known();
  const texts: string[] = [];
  const settle: (() => void)[] = [];
  for (const { actor, body, resolve, reject } of waiting) {
    try {
      const accepted = body(known.state);
      if (!accepted.ok) {
        const { state } = known;
        settle.push(() => resolve({ ok: false, refusal: accepted.refusal, state }));
        continue;
      }
      const notes = options.model.annotate?.(known.state, accepted.events) ?? [];
      const stamped = stamp(options, accepted.events, { actor, seq: known.position.seq, notes });
      if (stamped.events.length > 0) {
        known = step(options.model, known, stamped);
        texts.push(stamped.text);
      }
      const committed = { state: known.state, events: stamped.events };
      settle.push(() => resolve({ ok: true, committed }));
    } catch (error) {
      settle.push(() => reject(error));
    }
  }
  return { known, text: texts.join(''), settle };
};

interface Stamped {
  readonly events: readonly Event[];
  readonly text: string;
}

/** Gives events their envelope. They come back as a reader will see them, so that all fold the same. */
const stamp = <S>(
  { parseEvent, now }: CommitterOptions<S>,
  bodies: readonly EventBody[],
  { actor, seq, notes }: { readonly actor: Actor; readonly seq: number; readonly notes: readonly (object | null)[] },
): Stamped => {
  const at = now();
  const texts = bodies.map((body, place) =>
    JSON.stringify({ seq: seq + place + 1, at, actor, ...body, ...notes[place] }),
  );
  const events = texts.map((text) => {
    const event = parseEvent(JSON.parse(text));
    if (event === null) throw new Error(`this is no event, so no reader would take it: ${text.slice(0, 500)}`);
    return event;
  });
  return { events, text: encodeTransaction(texts) };
};

const step = <S>(model: StateModel<S>, { state, position }: Known<S>, { events, text }: Stamped): Known<S> => {
  const bytes = Buffer.from(text);
  const lineStart = bytes.lastIndexOf(0x0a, bytes.length - 2) + 1;
  return {
    state: model.evolve(state, events),
    position: {
      offset: position.offset + bytes.length,
      seq: position.seq + events.length,
      lastLine: Buffer.from(bytes.subarray(lineStart)),
    },
  };
};

const lockRemoved = (file: string): Problem =>
  new Problem({
    what: 'The lock was removed while it was held; nothing was written.',
    where: file,
    hint: 'Leave the files in .wf/locks alone while a batch runs, then run the command again.',
    code: 'environment',
  });
