/** Requests: what others may ask of a batch. Imperative; `accept` grants or refuses them. */
import type { Spent } from './budget.ts';
import type { ProcessIdentity, Place, StopMode, WorkerId } from './event.ts';
import type { Failure, StageEnd, StageResult } from './failure.ts';
import type { PlannedWork } from './plan.ts';
import type { WorkId } from './work.ts';

/** How a stage ended, with all that its verdict needs. */
export interface StageReport {
  readonly end: StageEnd;
  /** The last meaningful line of its output, for people. */
  readonly last_line: string;
  readonly duration_ms: number;
  /** The result file: none, one that cannot be read, or what it says. */
  readonly result:
    | { readonly kind: 'none' }
    | { readonly kind: 'bad'; readonly message: string }
    | { readonly kind: 'read'; readonly value: StageResult };
  /** The first thing in `requires` that does not hold; null if all do. */
  readonly missing: string | null;
  /** A quota pattern matched the output; `until` is the reset time it names, if any. */
  readonly quota: { readonly resource: string | null; readonly until: string | null; readonly message: string } | null;
  /** What its output says that it used up; null if it does not say. A result file that says it counts more. */
  readonly spent: Spent | null;
  /** Head of the worktree when it ended; null without a worktree. */
  readonly commit: string | null;
}

export type Request =
  /** A scheduler wants the batch. `previousIsDead`: the asker saw the recorded one dead. */
  | {
      readonly type: 'claim';
      readonly process: ProcessIdentity;
      readonly session: string | null;
      readonly previousIsDead: boolean;
    }
  /** The scheduler leaves. */
  | { readonly type: 'release'; readonly generation: number; readonly reason: string }
  /** A summoned worker answers. */
  | {
      readonly type: 'enlist';
      readonly worker: WorkerId;
      readonly incarnation: string;
      readonly process: ProcessIdentity;
      readonly session: string | null;
    }
  /** A worker leaves; it holds no work. */
  | { readonly type: 'discharge'; readonly worker: WorkerId; readonly incarnation: string; readonly reason: string }
  /** A worker, and every process of its attempt, was seen dead. */
  | {
      readonly type: 'give_up_worker';
      readonly worker: WorkerId;
      readonly incarnation: string;
      readonly reason: string;
    }
  /** The attempt's worktree stands. */
  | {
      readonly type: 'report_prepared';
      readonly token: string;
      readonly place: Place | null;
      readonly notes: readonly string[];
    }
  /** A stage ended: this visit of it, so that a report that comes twice counts once. */
  | {
      readonly type: 'report_stage';
      readonly token: string;
      readonly stage_index: number;
      readonly visit: number;
      readonly report: StageReport;
    }
  /** The attempt cannot go on for a reason outside its stages. */
  | { readonly type: 'report_failure'; readonly token: string; readonly failure: Failure; readonly duration_ms: number }
  /** Something outside its stages is used up for now; no attempt is spent. */
  | { readonly type: 'report_throttled'; readonly token: string; readonly resource: string; readonly message: string }
  /** The attempt's processes have ended because of a stop. */
  | { readonly type: 'report_stopped'; readonly token: string }
  /** A commit is about to be pushed after a stage (`push.when: stage`). */
  | { readonly type: 'report_publishing'; readonly token: string; readonly commit: string }
  /** The remote holds a commit on the work's branch. */
  | { readonly type: 'report_pushed'; readonly token: string; readonly commit: string }
  /** The work is delivered. */
  | {
      readonly type: 'report_delivered';
      readonly token: string;
      readonly commit: string | null;
      readonly pushed: boolean;
      readonly notes: readonly string[];
    }
  /** The stage waits for a person (null: no longer). */
  | { readonly type: 'report_attention'; readonly token: string; readonly question: string | null }
  /** A delivered work's worktree is gone. */
  | { readonly type: 'report_worktree_removed'; readonly id: WorkId }
  /** Something a person should know. */
  | { readonly type: 'note'; readonly id: WorkId | null; readonly text: string }
  /** So many bytes were typed into the terminal of a work through a page. */
  | { readonly type: 'note_typed'; readonly id: WorkId; readonly bytes: number }
  /** After lost lines: this work's delivery was found by its refs. */
  | { readonly type: 'restore_delivery'; readonly id: WorkId; readonly commit: string; readonly pushed: boolean }
  | { readonly type: 'pause' }
  /** `retryFailed`: failed works are queued again, too. */
  | {
      readonly type: 'resume';
      readonly parallel: number | null;
      readonly retryFailed: boolean;
      readonly engine: 'tmux' | 'process' | null;
    }
  /** `ids` null: everything. */
  | { readonly type: 'stop'; readonly ids: readonly WorkId[] | null; readonly mode: StopMode }
  /** After a stop: nothing of the batch lives any more. */
  | { readonly type: 'finish_stop'; readonly reason: string }
  | {
      readonly type: 'retry';
      readonly ids: readonly WorkId[];
      readonly from: string | null;
      readonly rerun: boolean;
      readonly answer: string | null;
    }
  | { readonly type: 'skip'; readonly ids: readonly WorkId[]; readonly satisfied: boolean }
  | { readonly type: 'add'; readonly works: readonly PlannedWork[] }
  | { readonly type: 'remove'; readonly ids: readonly WorkId[] };
