/** Events: every fact of a batch, in the past tense, as one line of `journal.jsonl` each. */
import type { Failure, StageResult } from './failure.ts';
import type { PlannedWork } from './plan.ts';
import type { WorkId } from './work.ts';

/** A process, told apart from a later one with the same pid. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the words of the system (Linux: clock ticks since boot). */
  readonly started: string;
  /** The id of the machine's boot. */
  readonly boot: string;
}

/** Where a work's attempt does its work. */
export interface Place {
  /** Absolute path. */
  readonly worktree: string;
  readonly branch: string;
  readonly base_commit: string;
}

/** A slot's name: `worker-1`, `worker-2`, … */
export type WorkerId = string;

/** Why a work went back to the queue. */
export type RequeueReason =
  /** A stage failed and will be tried again. */
  | { readonly kind: 'retry'; readonly failure: Failure }
  /** A quota was hit; no attempt is spent. */
  | { readonly kind: 'throttled'; readonly resource: string | null; readonly message: string }
  /** The worker died or fell silent. */
  | { readonly kind: 'lost'; readonly failure: Failure }
  /** The next stage uses something that is not to be had yet. */
  | { readonly kind: 'waiting'; readonly resource: string };

/** What a stop does to works that run. */
export type StopMode = 'graceful' | 'force' | 'drain';

/** Who or what stopped a work. */
export type StopCause =
  /** A person's stop. */
  | { readonly kind: 'operator' }
  /** `--until` named the stage that it has finished. */
  | { readonly kind: 'until'; readonly stage: string }
  /** Its stage asked something that only a person can answer. */
  | { readonly kind: 'blocked'; readonly question: string }
  /** The batch's `on_failure` is `stop-all` and another work failed. */
  | { readonly kind: 'failure'; readonly id: WorkId };

/** What happened, without its envelope. */
export type EventBody =
  /** The batch exists; its plan is frozen. */
  | { readonly type: 'batch_created'; readonly plan_hash: string; readonly parallel: number; readonly works: number }
  /** A scheduler took the batch; an older generation's decisions are refused from here on. */
  | {
      readonly type: 'scheduler_started';
      readonly generation: number;
      readonly process: ProcessIdentity;
      readonly session: string | null;
    }
  /** The scheduler left, or was seen dead. */
  | { readonly type: 'scheduler_ended'; readonly generation: number; readonly reason: string }
  /** A worker is wanted in a slot; it has until `deadline` to answer. */
  | {
      readonly type: 'worker_summoned';
      readonly worker: WorkerId;
      readonly incarnation: string;
      readonly deadline: string;
    }
  /** The worker of a slot answers. */
  | {
      readonly type: 'worker_started';
      readonly worker: WorkerId;
      readonly incarnation: string;
      readonly process: ProcessIdentity;
      readonly session: string | null;
    }
  /** The worker of a slot left, or was seen dead with all that it started. */
  | { readonly type: 'worker_ended'; readonly worker: WorkerId; readonly incarnation: string; readonly reason: string }
  /** A ready work was given to an idle worker. */
  | {
      readonly type: 'work_assigned';
      readonly id: WorkId;
      readonly attempt: number;
      readonly token: string;
      readonly worker: WorkerId;
    }
  /** The worktree stands (null: none wanted), its base is a commit. */
  | {
      readonly type: 'work_prepared';
      readonly id: WorkId;
      readonly token: string;
      readonly place: Place | null;
      readonly notes: readonly string[];
    }
  /** A stage begins. */
  | {
      readonly type: 'stage_started';
      readonly id: WorkId;
      readonly token: string;
      readonly stage: string;
      readonly stage_index: number;
      readonly visit: number;
    }
  /** A stage ended well; `next_index` is the durable boundary, `commit` the head of the branch there. */
  | {
      readonly type: 'stage_passed';
      readonly id: WorkId;
      readonly token: string;
      readonly stage: string;
      readonly stage_index: number;
      readonly next_index: number;
      readonly duration_ms: number;
      readonly commit: string | null;
      readonly result: StageResult | null;
    }
  /** A stage, its preparation or its publication failed. */
  | {
      readonly type: 'stage_failed';
      readonly id: WorkId;
      readonly token: string;
      readonly failure: Failure;
      readonly duration_ms: number;
    }
  /** A stage said what it has used up. */
  | {
      readonly type: 'stage_spent';
      readonly id: WorkId;
      readonly token: string;
      readonly stage: string;
      readonly cost_usd: number | null;
      readonly tokens: number | null;
    }
  /** The work is back in the queue, at its last boundary, not before a time. */
  | {
      readonly type: 'work_requeued';
      readonly id: WorkId;
      readonly token: string;
      readonly reason: RequeueReason;
      readonly not_before: string | null;
    }
  /** A resource gives nothing out until a time. */
  | { readonly type: 'resource_cooled'; readonly resource: string; readonly until: string; readonly message: string }
  /** All stages are done; `commit` is what will be pushed. Recorded before the push, so that a push cut short is known as ours. */
  | { readonly type: 'work_publishing'; readonly id: WorkId; readonly token: string; readonly commit: string }
  /** The remote holds this commit on the work's branch. */
  | { readonly type: 'work_pushed'; readonly id: WorkId; readonly token: string; readonly commit: string }
  /** The work is delivered. `commit` is null without a worktree. */
  | {
      readonly type: 'work_completed';
      readonly id: WorkId;
      readonly token: string;
      readonly commit: string | null;
      readonly pushed: boolean;
      readonly notes: readonly string[];
    }
  /** The work failed for good, until someone retries it. */
  | { readonly type: 'work_failed'; readonly id: WorkId; readonly failure: Failure }
  /** The work was stopped at its last boundary. */
  | { readonly type: 'work_stopped'; readonly id: WorkId; readonly cause: StopCause }
  /** A person took the work out of the run. */
  | { readonly type: 'work_skipped'; readonly id: WorkId; readonly satisfied: boolean }
  /** A person gave the work back to the queue. */
  | {
      readonly type: 'work_retried';
      readonly id: WorkId;
      /** Null: at its last boundary. */
      readonly from_index: number | null;
      readonly rerun: boolean;
      readonly answer: string | null;
    }
  /** A worktree was removed after its work was delivered. */
  | { readonly type: 'worktree_removed'; readonly id: WorkId }
  /** Something that a person should know. */
  | { readonly type: 'noted'; readonly id: WorkId | null; readonly text: string }
  /** A running stage waits for a person, or no longer does (null). */
  | {
      readonly type: 'attention_changed';
      readonly id: WorkId;
      readonly token: string;
      readonly question: string | null;
    }
  /** A person typed into the terminal of a running work through a page: how much, never what. */
  | { readonly type: 'terminal_typed'; readonly id: WorkId; readonly bytes: number }
  /** Queued works joined the run. */
  | { readonly type: 'works_added'; readonly works: readonly PlannedWork[] }
  /** Queued works left the run. */
  | { readonly type: 'works_removed'; readonly ids: readonly WorkId[] }
  /** Nothing new is dispatched. */
  | { readonly type: 'batch_paused' }
  /** The batch goes on. */
  | { readonly type: 'batch_resumed'; readonly parallel: number; readonly engine: 'tmux' | 'process' }
  /** The end of some works, or of all, was asked for. */
  | { readonly type: 'stop_requested'; readonly ids: readonly WorkId[] | null; readonly mode: StopMode }
  /** Everything has stopped. */
  | { readonly type: 'batch_stopped'; readonly reason: string }
  /** Nothing is left that could run. */
  | { readonly type: 'batch_completed' }
  /** Journal lines were lost; delivered works were found again by their refs. */
  | { readonly type: 'journal_repaired'; readonly dropped_lines: number; readonly set_aside: string };

export type EventType = EventBody['type'];

/** Who caused an event. */
export type Actor = 'scheduler' | 'operator' | 'recovery' | WorkerId;

/** One line of the journal. */
export type Event = EventBody & {
  /** From 1, without gaps. */
  readonly seq: number;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly actor: Actor;
  /** The state of the work, or the batch, before and after; absent where the event changes none. For people: never evolved. */
  readonly before?: string | null;
  readonly after?: string | null;
};
