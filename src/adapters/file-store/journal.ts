/**
 * One batch's journal: `journal.jsonl`, its lock, its snapshot, and those who wait for it.
 *
 * Reading takes no lock. Bytes behind the last whole transaction are left alone: they are being written, or torn.
 * A writer, under the lock, knows that they are torn, and cuts them off before it appends. Cutting was chosen over
 * ending them with a newline, because that would leave a line in the middle which every reader would have to know as
 * harmless for ever; nothing acknowledged is lost, since an acknowledged transaction is whole. No reader has read
 * behind the cut, so offsets stay right.
 *
 * Whoever finds damage takes the lock, looks again (an unlocked read can meet a cut and an append halfway) and
 * repairs. If that cannot be done (no permission, disk full), the good lines are read, `damage` says so, and nothing
 * is changed.
 *
 * Readers may see a transaction before its fsync has returned. If the fsync fails it is cut off again, and they
 * notice that the file became shorter.
 */
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Event } from '../../core/event.ts';
import type { Plan } from '../../core/plan.ts';
import type { Clock } from '../../ports/clock.ts';
import { Problem } from '../../ports/problem.ts';
import type { Damage, Journal, StateModel } from '../../ports/store.ts';
import { makeCommitter } from './commit.ts';
import type { ParseEvent } from './lines.ts';
import { withLock } from './lock.ts';
import type { Lock } from './lock.ts';
import { guarded } from './problems.ts';
import { eventsOf, makeReader } from './reader.ts';
import type { Look } from './reader.ts';
import { repairJournal } from './repair.ts';
import { readSnapshot, writeSnapshot } from './snapshot.ts';
import { makeWaker } from './watch.ts';

export interface JournalOptions<S> {
  /** The batch's folder, with the journal in it. */
  readonly directory: string;
  readonly plan: Plan;
  readonly lock: Lock;
  readonly clock: Pick<Clock, 'now'>;
  readonly parseEvent: ParseEvent;
  readonly model: StateModel<S>;
}

export const journalName = 'journal.jsonl';

const leastSnapshotStep = 4096;

/** Opens a journal and reads it. Rejects with a `Problem` if it cannot be read or is of a newer version. */
export const openJournal = async <S>(options: JournalOptions<S>): Promise<Journal<S>> => {
  const { directory, plan, lock, clock, parseEvent, model } = options;
  const file = path.join(directory, journalName);
  const snapshot = { file: path.join(directory, 'snapshot.json'), plan, model };
  const reader = makeReader({ file, plan, model, parseEvent, loadSnapshot: (fd) => readSnapshot(snapshot, fd) });
  const waker = makeWaker({ folder: directory, name: journalName, hasChanged: reader.hasChanged });
  let damage: Damage | null = null;
  let isClosed = false;

  /** Under the lock: the newest state, of a journal that is whole up to `restBytes` of torn tail. */
  const refreshLocked = (): Look => {
    const look = reader.look(false);
    if (look.lost === 0) return look;
    const repair = guarded('repair the journal', file, () => repairJournal({ file, parseEvent, at: now() }));
    if (repair !== null) damage = addDamage(damage, repair);
    reader.restart();
    return reader.look(true);
  };
  const refresh = async (): Promise<void> => {
    const before = reader.position().seq;
    const look = reader.look(false);
    // What one caller reads, others may be waiting for.
    if (reader.position().seq !== before) waker.wake();
    if (look.restBytes > 0 && isTorn(look)) damage = { ...addDamage(damage, {}), tornBytes: look.restBytes };
    if (look.lost === 0) return;
    try {
      await withLock(lock, refreshLocked);
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'environment') throw error;
      damage = { tornBytes: 0, setAside: null, droppedLines: reader.look(true).lost };
    }
  };
  /** Without the lock: rest bytes that nobody can be writing, because nobody holds the lock and they stay as they are. */
  const isTorn = (look: Look): boolean => !lock.isTaken() && !reader.hasChanged() && look.restBytes > 0;
  const now = (): string => new Date(clock.now()).toISOString();
  const noteTorn = (tornBytes: number): void => {
    damage = addDamage(damage, { tornBytes: damage?.tornBytes === tornBytes ? 0 : tornBytes });
  };
  const committer = makeCommitter({
    file,
    lock,
    reader,
    model,
    parseEvent,
    now,
    refreshLocked,
    noteTorn,
    onCommit: waker.wake,
  });
  const saveSnapshot = (): void => {
    try {
      if (reader.position().seq > 0) writeSnapshot(snapshot, reader.known());
    } catch {
      // It is a cache: the next one may succeed, and without it only opening takes longer.
    }
  };
  const events = async function* (fromSeq: number): AsyncIterable<Event> {
    assertOpen();
    await refresh();
    const toSeq = reader.position().seq;
    yield* eventsOf(reader.portions(fromSeq), fromSeq, toSeq);
  };
  const assertOpen = (): void => {
    if (isClosed) throw new Error(`the journal of ${plan.batch_run_id} is closed`);
  };

  try {
    await refresh();
  } catch (error) {
    reader.close();
    throw error;
  }
  return {
    batchRunId: plan.batch_run_id,
    directory,
    plan,
    read: async () => {
      assertOpen();
      await refresh();
      return reader.known().state;
    },
    transact: async (actor, body) => {
      assertOpen();
      const outcome = await committer.transact(actor, body);
      if (outcome.ok && isSnapshotDue(plan, outcome.committed.events)) saveSnapshot();
      return outcome;
    },
    changed: async (limits) => {
      assertOpen();
      if (limits.since === undefined || reader.position().seq === limits.since) await waker.wait(limits);
      if (limits.settleMs !== undefined) await sleep(limits.settleMs, limits.signal);
    },
    events,
    saveSnapshot: async () => saveSnapshot(),
    get damage() {
      return damage;
    },
    close: async () => {
      isClosed = true;
      waker.close();
      await committer.idle();
      reader.close();
    },
  };
};

/** Ends early when `signal` aborts. */
const sleep = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  setTimeout(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);

/**
 * Whether a transaction brought the journal past a multiple of so many events that a snapshot is worth its writing.
 * Of all processes only one writes that transaction, so that they need not agree on who saves.
 */
const isSnapshotDue = ({ works }: Plan, events: readonly Event[]): boolean => {
  const step = Math.max(leastSnapshotStep, works.length);
  const [first, last] = [events[0]?.seq ?? 1, events.at(-1)?.seq ?? 0];
  return Math.floor(last / step) > Math.floor((first - 1) / step);
};

const addDamage = (old: Damage | null, found: Partial<Damage>): Damage => ({
  tornBytes: (old?.tornBytes ?? 0) + (found.tornBytes ?? 0),
  droppedLines: (old?.droppedLines ?? 0) + (found.droppedLines ?? 0),
  setAside: found.setAside ?? old?.setAside ?? null,
});
