/**
 * What the server answers, as the pages and other programs read it. Every answer carries the time at which it was made
 * (`at`, ISO 8601 UTC). Requests are `protocol/api-request.ts`.
 */
import type { WorkSource } from '../core/work.ts';
import type { Activity } from './activity.ts';
import type { BatchInShort } from './batch-in-short.ts';
import type { PlanDocument } from './plan-document.ts';
import type { StageMark, StageRunAt } from './stage-runs.ts';
import type { ItemStatus, StatusDocument } from './status.ts';
import type { Counts, ShownState } from './work.ts';

/** `GET /` of the API: newest first. */
export interface BatchListAnswer {
  readonly at: string;
  readonly batches: readonly BatchInShort[];
}

/** A work of the schedule with what became of it last. */
export interface CatalogueWork {
  readonly id: string;
  readonly title: string;
  readonly group: string | null;
  /** Parameter `model`, else null; `variant` likewise. */
  readonly model: string | null;
  readonly variant: string | null;
  readonly priority: number;
  readonly workflow: string;
  readonly dependencies: readonly string[];
  readonly labels: readonly string[];
  readonly source: WorkSource;
  readonly last: {
    readonly batch_run_id: string;
    readonly state: ShownState;
    readonly at: string | null;
    /** 0 to 1, from the result file; null if no stage gave one. */
    readonly quality: number | null;
  } | null;
}

/** `GET /catalogue`: all works that could be chosen, in the order of the schedule. */
export interface CatalogueAnswer {
  readonly at: string;
  readonly root: string;
  readonly schedule_created_at: string | null;
  readonly groups: { readonly order: readonly string[]; readonly pinned: readonly string[] };
  readonly workflows: readonly string[];
  readonly default_workflow: string;
  readonly default_parallel: number;
  readonly max_parallel: number;
  readonly confirm_above: number;
  readonly read_only: boolean;
  readonly works: readonly CatalogueWork[];
}

/** What a plan needs and this machine lacks; a warning, not a refusal. */
export interface Missing {
  readonly kind: 'program' | 'variable';
  readonly name: string;
  /** For example `workflow wf, stage wf3-plan`. */
  readonly needed_by: string;
  readonly hint: string;
}

/** `POST /plan`: what would run, in which order, and why. Nothing is started. */
export interface PlanAnswer extends PlanDocument {
  readonly at: string;
  readonly name: string | null;
  /** Chosen works that are not in the plan, since they were delivered before. */
  readonly delivered: readonly string[];
  readonly totals: {
    readonly selected: number;
    readonly works: number;
    /** Stages to be run, one attempt each. */
    readonly jobs: number;
    /** In the order of the groups; null stands for works without one. */
    readonly groups: readonly { readonly group: string | null; readonly works: number }[];
  };
  /** How thorough the run is by its expected time a work: under 5 minutes fast, under 30 standard. */
  readonly band: 'fast' | 'standard' | 'thorough';
  readonly settings: {
    readonly engine: 'tmux' | 'process';
    readonly parallel: number;
    readonly max_parallel: number;
    readonly base_branch: string | null;
    readonly push: string;
    readonly on_failure: string;
    readonly resources: readonly { readonly name: string; readonly slots: number | null }[];
    readonly budget: readonly { readonly name: string; readonly limit: number }[];
    readonly workflows: readonly {
      readonly name: string;
      readonly worktree: boolean;
      readonly works: number;
      readonly stages: readonly {
        readonly name: string;
        /** The command as a person reads it; values of variables are not in it. */
        readonly command: string;
        readonly agent: string | null;
        readonly model: string | null;
        readonly timeout_ms: number;
        readonly max_attempts: number;
        readonly requires: readonly string[];
        readonly uses: readonly string[];
      }[];
    }[];
  };
  readonly missing: readonly Missing[];
  readonly guards: {
    readonly is_empty: boolean;
    readonly confirm_above: number;
    readonly needs_confirmation: boolean;
    /** Commands from outside that nobody has trusted yet: it cannot start before `wf0-batch trust`. */
    readonly needs_trust: boolean;
    /** The unfinished batch that stands in the way; null if none does. */
    readonly unfinished_batch: string | null;
  };
}

/** A saved plan, or that of a batch: what it would do, and what the builder loads to go on from it. */
export interface SavedPlanAnswer extends PlanAnswer {
  /** A `Selection` of `protocol/selection.ts`: all works of the plan by name. */
  readonly selection: { readonly base: 'none'; readonly rules: readonly []; readonly exceptions: readonly string[] };
  readonly group_order: readonly string[];
  readonly pinned: readonly string[];
}

/** `GET /:batch_run_id/items/:id`: one work from near. */
export interface ItemAnswer {
  readonly at: string;
  readonly batch_run_id: string;
  readonly seq: number;
  readonly item: ItemStatus;
  readonly runs: RunsAnswer['runs'];
  readonly why: { readonly sentence: string; readonly command: string | null };
}

/** `POST /start`, and every control. */
export interface ControlAnswer {
  readonly at: string;
  readonly batch_run_id: string;
  readonly plan_hash: string;
  readonly state: string;
  readonly counts: Counts;
  /** The journal's newest event. */
  readonly seq: number;
}

export interface StatusAnswer extends StatusDocument {
  readonly at: string;
  readonly seq: number;
}

export interface ItemsAnswer {
  readonly at: string;
  readonly batch_run_id: string;
  readonly seq: number;
  readonly counts: Counts;
  readonly items: readonly ItemStatus[];
}

/** `GET /:batch_run_id/runs`: the schedule over time, one entry for each start of a stage. */
export interface RunsAnswer {
  readonly at: string;
  readonly batch_run_id: string;
  readonly seq: number;
  readonly critical_path: readonly string[];
  readonly runs: readonly StageRunAt<string>[];
}

/** Server-sent event `snapshot`: the whole state; its id is `seq`. */
export type SnapshotMessage = StatusAnswer;

/** Server-sent event `change`: what changed since the message before. Members that did not change are left out. */
export interface ChangeMessage {
  readonly at: string;
  readonly seq: number;
  readonly batch?: Partial<Omit<StatusDocument, 'items' | 'activity'>>;
  readonly items?: readonly ItemStatus[];
  /** By id, the new reason of works of which nothing else changed; at most every two seconds. */
  readonly reasons?: Readonly<Record<string, string | null>>;
  /** New entries, oldest first. */
  readonly activity?: readonly Activity[];
  /** What happened to stages, oldest first: who has the runs of `/runs` goes on from them. */
  readonly stages?: readonly StageMark[];
}

export interface LogListAnswer {
  readonly at: string;
  readonly batch_run_id: string;
  readonly id: string;
  readonly logs: readonly {
    readonly name: string;
    readonly attempt: number;
    readonly stage: string;
    readonly bytes: number;
  }[];
}

export interface PlanListAnswer {
  readonly at: string;
  readonly plans: readonly {
    readonly name: string;
    readonly created_at: string;
    readonly plan_hash: string;
    readonly works: number;
  }[];
}

/** Every refusal: 401, 403, 404, 409, 413, 422, 429. */
export interface ErrorAnswer {
  readonly at: string;
  readonly error: {
    /** `not_found`, `conflict`, `invalid_body`, … */
    readonly code: string;
    readonly what: string;
    readonly where: string;
    readonly hint: string;
    /** Of a body: the JSON path of each fault. */
    readonly issues?: readonly { readonly path: string; readonly message: string }[];
    /** Of a start whose inputs changed since the preview. */
    readonly difference?: readonly string[];
  };
}
