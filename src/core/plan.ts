/** The plan: works in their order and every setting of one run, frozen at its start and hashed. */
import type { Budget } from './budget.ts';
import type { DurationClass } from './durations.ts';
import type { StageTree } from './stage-tree.ts';
import type { Groups, Work, WorkId } from './work.ts';

/** How failures of a stage are repeated: `initial_ms × factor^n`, at most `max_ms`, ± `jitter` of it. */
export interface RetryPolicy {
  /** Failures of one stage, in a row, after which the work fails. */
  readonly max_attempts: number;
  readonly initial_ms: number;
  readonly factor: number;
  readonly max_ms: number;
  /** 0 to 1: the share of the delay by which it may be longer or shorter. */
  readonly jitter: number;
}

/** What the agent of a stage is told, frozen with the plan: a prompt that is edited later changes no running batch. */
export interface StagePrompt {
  /** The agent's name in the config. */
  readonly agent: string;
  /** Null: the agent's own default. */
  readonly model: string | null;
  /** Its path below `.wf`. */
  readonly file: string;
  /** As it was written; `{id}` and the like are replaced when the stage starts. */
  readonly text: string;
}

/** One command in a work's worktree. */
export interface Stage {
  readonly name: string;
  /** A string is run by `sh -c`; an array is executed without a shell, `{id}` and the like replaced inside its arguments. */
  readonly run: string | readonly string[];
  readonly timeout_ms: number;
  readonly idle_timeout_ms: number | null;
  readonly retry: RetryPolicy;
  /** Resources that it holds while it runs. */
  readonly uses: readonly string[];
  /** What must hold after exit 0: `commit`, `clean`, `pushed`, `file:PATH`, `pattern:RE`. */
  readonly requires: readonly string[];
  /** Names of the variables that the config sets for it; the values travel in the environment file. */
  readonly env: readonly string[];
  readonly parser: string | null;
  /** How often one attempt at the work may come by this stage, repeats and jumps counted. */
  readonly max_visits: number;
  /** `wait`, `fail` or `answer:<text>`: what to do when it waits for input. */
  readonly on_waiting: string;
  /** Regular expressions: a last line that one of them matches says that it waits for a person. Absent in plans of version 0.1. */
  readonly waiting_patterns?: readonly string[];
  /**
   * Of a stage that is an agent's; absent for a plain command, and in plans of versions that knew none. The agent gets
   * it where `run` says `{prompt}` or `{prompt_file}`, else on its standard input.
   */
  readonly prompt?: StagePrompt | undefined;
  /** Of a stage that is a tree; `run` then only says so to people. Absent in plans of versions that knew none. */
  readonly tree?: StageTree | undefined;
}

/** A named, ordered list of stages. */
export interface Workflow {
  readonly name: string;
  /** False: the stages run in the folder of the schedule, nothing is branched or pushed. */
  readonly worktree: boolean;
  readonly stages: readonly Stage[];
}

/** What a failed work does to the others. */
export type OnFailure = 'skip-dependents' | 'stop-new' | 'stop-all';

/** A limit on how many works use something at once, and how fast. */
export interface Resource {
  readonly slots: number | null;
  readonly per_minute: number | null;
  readonly cooldown_ms: number;
  /** Regular expressions of lines that say that it is used up. Absent in plans of version 0.1. */
  readonly patterns?: readonly string[];
}

/** The settings that a running batch needs. A snapshot: the config may change meanwhile. */
export interface Settings {
  readonly base_branch: string | null;
  readonly max_parallel: number;
  readonly on_failure: OnFailure;
  readonly dependency_base: 'stack' | 'base';
  readonly stop_grace_ms: number;
  readonly cooldown_ms: number;
  readonly max_works: number | null;
  /** Absolute. */
  readonly worktree_root: string;
  readonly worktree_copy: readonly string[];
  readonly worktree_link: readonly string[];
  readonly worktree_setup: string | readonly string[] | null;
  readonly worktree_setup_timeout_ms: number;
  readonly cleanup_worktree: boolean;
  readonly port_base: number;
  readonly ports_per_slot: number;
  readonly min_free_disk_bytes: number;
  readonly push_enabled: boolean;
  readonly push_remote: string;
  readonly push_when: 'stage' | 'end';
  readonly resources: Readonly<Record<string, Resource>>;
  /** Absent in plans of version 0.1, as the next three. */
  readonly budget?: Budget;
  /** Of each work by itself; its minutes are those of its stages. */
  readonly work_budget?: Budget;
  /** No work begins while the machine's load over a minute, for each core, is higher; null: whatever it is. */
  readonly max_load?: number | null;
  /** No work begins with less; null: whatever there is. */
  readonly min_free_memory_bytes?: number | null;
}

/** A work in its place in the plan. */
export interface PlannedWork extends Work {
  /** Its place in the order of dispatch, from 0. */
  readonly order: number;
  /** The longest chain of dependencies below it, from 0. */
  readonly level: number;
  /** One sentence: why it stands where it stands. */
  readonly why: string;
  /** The workflow's name, resolved. */
  readonly workflow: string;
  /** Null without a worktree. */
  readonly branch: string | null;
  /** Absolute path of its worktree; null without one. */
  readonly worktree: string | null;
  /** Seconds, learnt, declared or the default. */
  readonly expected_seconds: number;
  /** Of all that the stages see of it; tells whether a delivered work has changed since. */
  readonly content_hash: string;
  /** Dependencies that an earlier batch delivered, with what they delivered. */
  readonly delivered_dependencies: readonly { readonly id: WorkId; readonly commit: string | null }[];
  /** What earlier batches left of this work; null if it is new. */
  readonly previous: Previous | null;
}

/** What an earlier batch's journal says of a work. */
export interface Previous {
  readonly batch_run_id: string;
  /** Delivered then; it is only in this plan because a rerun was asked for. */
  readonly was_completed: boolean;
  readonly place: { readonly worktree: string; readonly branch: string; readonly base_commit: string } | null;
  readonly pushed_commit: string | null;
  readonly own_heads: readonly string[];
  /** Batches that began it and did not report its place: a branch that they made is its own. Absent: none. */
  readonly begun_in?: readonly string[];
}

/** `plan.json`. Its hash covers everything but `plan_hash`, `batch_run_id` and `created_at`. */
export interface Plan {
  readonly version: 1;
  readonly plan_hash: string;
  readonly batch_run_id: string;
  readonly created_at: string;
  /** The folder that holds `.wf`. */
  readonly root: string;
  /** False outside a git repository. */
  readonly in_repository: boolean;
  readonly parallel: number;
  readonly engine: 'tmux' | 'process';
  /** The stage after which works end as stopped. */
  readonly until: string | null;
  readonly settings: Settings;
  readonly workflows: Readonly<Record<string, Workflow>>;
  readonly groups: Groups;
  /** In order of dispatch. */
  readonly works: readonly PlannedWork[];
  readonly warnings: readonly string[];
  /** What was learnt when it was made, for forecasts. Absent in plans of version 0.1. */
  readonly durations?: readonly DurationClass[];
}
