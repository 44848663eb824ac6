/** The shared state: plans, journals and the files around them, under `.wf`. */
import type { Actor, Event, EventBody } from '../core/event.ts';
import type { Plan } from '../core/plan.ts';
import type { Accepted, Refusal } from '../core/refusal.ts';
import type { Schedule } from '../core/work.ts';

/** How a state comes from a plan and events, and how it is cached. Given by the core; the store knows no more of it. */
export interface StateModel<S> {
  /** The state before the first event. */
  start(plan: Plan): S;
  /** Copies once a call, not once an event. */
  evolve(state: S, events: readonly Event[]): S;
  /** What the lines of these events say beside them, for people; one each, null: nothing. */
  annotate?(state: S, events: readonly EventBody[]): readonly (object | null)[];
  /** JSON, without the plan. */
  toSnapshot(state: S): unknown;
  /** Null if the snapshot is not usable: it is a cache. */
  fromSnapshot(plan: Plan, snapshot: unknown): S | null;
}

/** What reading a damaged journal came to. */
export interface Damage {
  /** Bytes of a line that was being written when its writer died. */
  readonly tornBytes: number;
  /** Lines that are no events; they were set aside. */
  readonly droppedLines: number;
  /** The file that holds what was set aside. */
  readonly setAside: string | null;
}

export interface Committed<S> {
  readonly state: S;
  readonly events: readonly Event[];
}

/** One batch's journal. Every writer works behind the same lock; nothing slow happens while it is held. */
export interface Journal<S> {
  readonly batchRunId: string;
  /** `.wf/batches/<batch_run_id>`. */
  readonly directory: string;
  readonly plan: Plan;
  /** The state by all whole lines there are. Cheap when nothing changed. */
  read(): Promise<S>;
  /**
   * Under the lock: reads what is new, asks `body` for events, appends them as whole lines, fsyncs. `body` is
   * called once, must not wait for anything, and sees the newest state. An empty list writes nothing.
   */
  transact(
    actor: Actor,
    body: (state: S) => Accepted<EventBody>,
  ): Promise<
    | { readonly ok: true; readonly committed: Committed<S> }
    | { readonly ok: false; readonly refusal: Refusal; readonly state: S }
  >;
  /**
   * Resolves when the journal has grown past what `read` or `transact` last returned, after `timeoutMs`, or when
   * `signal` aborts. A wait under way is also ended by this journal's own `transact` and by a `read` that found
   * something new. Several may wait: give `since`, the `seq` of the state that you know, and what somebody else in
   * the process has read meanwhile is not missed. `settleMs`: it lasts so much longer, so that what comes close
   * together is read together.
   */
  changed(options: {
    readonly timeoutMs: number;
    readonly signal?: AbortSignal;
    readonly since?: number;
    readonly settleMs?: number;
  }): Promise<void>;
  /** All events from a sequence number on, for feeds and logs. */
  events(fromSeq: number): AsyncIterable<Event>;
  /** Writes `snapshot.json`, atomically. Failure is not an error: it is a cache. */
  saveSnapshot(): Promise<void>;
  /** Null while nothing was found damaged. */
  readonly damage: Damage | null;
  close(): Promise<void>;
}

/** Everything under one `.wf`. */
export interface Store<S> {
  /** The folder that holds `.wf`. */
  readonly root: string;
  /** Absolute path of `.wf`. */
  readonly directory: string;
  readSchedule(): Promise<Schedule | null>;
  /** Under the lock, atomically: either the old or the new one. Null removes it; the old one, given back, writes nothing. */
  changeSchedule(body: (old: Schedule | null) => Schedule | null): Promise<Schedule | null>;
  readPlan(name: string): Promise<Plan | null>;
  savePlan(name: string, plan: Plan): Promise<void>;
  listPlans(): Promise<readonly string[]>;
  /** Nothing happens if there is none of this name. */
  removePlan(name: string): Promise<void>;
  /** Makes the batch's folder, freezes its plan, writes `batch_created`, points `latest` at it. Refused (null) if `mayReplace` says no to the newest batch, looked at under the same lock. */
  createBatch(plan: Plan, mayReplace: (newest: S | null) => boolean): Promise<Journal<S> | null>;
  /** The newest batch, also by the name `latest`, or the one named. Null if there is none. */
  openBatch(batchRunId?: string): Promise<Journal<S> | null>;
  /** The id of the newest batch; null if there is none. Opens nothing. */
  newestBatch(): Promise<string | null>;
  /** Oldest first. */
  listBatches(): Promise<readonly string[]>;
  /** Appends to `history.jsonl`, behind the lock. */
  appendHistory(lines: readonly unknown[]): Promise<void>;
  /** Parsed lines of `history.jsonl`; broken ones are left out. */
  readHistory(): Promise<readonly unknown[]>;
}
