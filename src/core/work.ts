/** Works: what a person wants done, as the schedule and the plan hold them. */
import type { StageTree } from './stage-tree.ts';

declare const workIdBrand: unique symbol;
/** A work's id, checked against the rules of `protocol/id.ts`. Text from the first byte to the last. */
export type WorkId = string & { readonly [workIdBrand]: true };

/** Marks a string as an id. Only the schemas of `protocol` and tests call it: they have checked it. */
export const asWorkId = (text: string): WorkId => text as WorkId;

/** The kinds of place that works come from. */
export const sourceTypes = [
  'github',
  'jira',
  'markdown',
  'manifest',
  'catalog',
  'beads',
  'taskmaster',
  'speckit',
  'ccpm',
  'backlog',
  'local',
] as const;
export type SourceType = (typeof sourceTypes)[number];

/** Where a work came from. `ref` is the source's own name for it: an issue number, a file's path. */
export interface WorkSource {
  readonly type: SourceType;
  readonly ref: string;
  readonly url?: string | undefined;
}

/** One piece of work, as `.wf/schedule.json` holds it. Every text in it is data, never a command. */
export interface Work {
  readonly id: WorkId;
  readonly title: string;
  readonly body: string;
  readonly source: WorkSource;
  readonly group: string | null;
  /** 1 comes first. */
  readonly priority: number;
  readonly params: Readonly<Record<string, string | number | boolean | null>>;
  readonly labels: readonly string[];
  readonly dependencies: readonly WorkId[];
  /** Works that never run at the same time as this one, in either order. */
  readonly conflicts: readonly WorkId[];
  /** A declared duration, used until there is history. */
  readonly estimate_seconds: number | null;
  /** Null: the default workflow of the config. */
  readonly workflow: string | null;
  /** A branch to start from instead of the configured base branch. */
  readonly base: string | null;
  /** Bounds the running time over all stages and attempts. */
  readonly max_run_seconds: number | null;
  /** Names of resources that the whole work holds while it runs. */
  readonly uses: readonly string[];
}

/** A workflow that came with works, from a source that says what is done to them. The config's of the same name wins. */
export interface CarriedWorkflow {
  readonly worktree: boolean;
  readonly stages: readonly CarriedStage[];
}

export interface CarriedStage {
  readonly name: string;
  /** Text for `sh -c`, or arguments. Absent: a tree. */
  readonly run?: string | readonly string[] | undefined;
  readonly tree?: StageTree | undefined;
  /** A duration such as `20m`. */
  readonly timeout?: string | undefined;
  readonly retry?: { readonly max_attempts: number } | undefined;
}

/** `.wf/schedule.json`: the works that could run. */
export interface Schedule {
  readonly version: 1;
  readonly created_at: string;
  readonly sources: readonly { readonly type: SourceType; readonly query: string }[];
  readonly groups: Groups;
  readonly works: readonly Work[];
  /** By id, what its source said when it was last read (`protocol/reading.ts`). Unknown where it is absent. */
  readonly readings?: Readonly<Record<string, string>> | undefined;
  /** Commands that came with works; absent: none did. */
  readonly workflows?: Readonly<Record<string, CarriedWorkflow>> | undefined;
}

/** The order of groups: pinned ones first, then `order`, then the rest in natural order. */
export interface Groups {
  readonly order: readonly string[];
  readonly pinned: readonly string[];
}
