/** The settings as the program has them: `.wf/config.json` over the defaults, complete, durations in milliseconds. */
import type { OnFailure } from '../core/plan.ts';
import type { SourceType } from '../core/work.ts';

/** What a config says of a stage; what it leaves to the defaults is null. */
export interface StageConfig {
  readonly name: string;
  /** Null: a tree. */
  readonly run: string | readonly string[] | null;
  readonly agent: string | null;
  readonly tree: TreeConfig | null;
  readonly timeout_ms: number | null;
  /** Undefined: not said, and `timeouts.idle` holds. Null: off. */
  readonly idle_timeout_ms: number | null | undefined;
  readonly retry: Partial<RetryConfig>;
  readonly uses: readonly string[];
  readonly requires: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly parser: string | null;
  readonly max_visits: number | null;
  readonly on_waiting: string;
}

/** A stage that walks a tree on worker threads. */
export interface TreeConfig {
  readonly module: string;
  readonly root: string;
  readonly threads: 'auto' | number;
  readonly min_siblings: number;
  readonly output: string;
}

export interface RetryConfig {
  readonly max_attempts: number;
  readonly initial_ms: number;
  readonly factor: number;
  readonly max_ms: number;
  readonly jitter: number;
}

export interface AgentConfig {
  readonly command: string;
  readonly model: string | null;
  readonly flags: readonly string[];
  readonly parser: string | null;
}

export interface ResourceConfig {
  readonly slots: number | null;
  readonly per_minute: number | null;
  readonly cooldown_ms: number;
  /** Regular expressions: a line that one of them matches says that the quota is used up. */
  readonly patterns: readonly string[];
}

export interface WorkflowConfig {
  /** Null: the workflow does not say; `worktree.enabled` and `batch.auto_worktree` decide. */
  readonly worktree: boolean | null;
  readonly stages: readonly StageConfig[];
}

/** The settings, complete: durations in milliseconds, sizes in bytes. */
export interface Config {
  readonly default_base_branch: string | null;
  readonly default_workflow: string;
  readonly agents: Readonly<Record<string, AgentConfig>>;
  readonly branch_prefix: Readonly<Record<string, string>>;
  readonly batch: {
    readonly default_parallel: number;
    readonly max_parallel: number;
    readonly auto_worktree: boolean;
    readonly cleanup_worktree: boolean;
    readonly on_failure: OnFailure;
    readonly dependency_base: 'stack' | 'base';
    readonly confirm_above: number;
    readonly stop_grace_ms: number;
    readonly cooldown_ms: number;
    readonly max_works: number | null;
    readonly dependency_patterns: readonly string[];
    readonly sources: readonly { readonly type: SourceType; readonly query: string }[];
  };
  readonly worktree: {
    readonly enabled: boolean;
    readonly root_dir: string;
    readonly copy: readonly string[];
    readonly link: readonly string[];
    readonly setup: string | readonly string[] | null;
    readonly setup_timeout_ms: number;
    readonly port_base: number;
    readonly ports_per_slot: number;
    readonly min_free_disk_bytes: number;
  };
  readonly push: { readonly enabled: boolean; readonly remote: string; readonly when: 'stage' | 'end' };
  readonly retry: RetryConfig;
  readonly timeouts: { readonly stage_ms: number; readonly idle_ms: number | null };
  readonly resources: Readonly<Record<string, ResourceConfig>>;
  readonly env: Readonly<Record<string, string>>;
  readonly workflows: Readonly<Record<string, WorkflowConfig>>;
  readonly notify: {
    readonly desktop: boolean;
    readonly webhook: string | null;
    readonly command: string | readonly string[] | null;
    readonly on: readonly ('end' | 'failure' | 'attention')[];
  };
  readonly server: { readonly host: string; readonly port: number };
  readonly budget: {
    readonly cost_usd: number | null;
    readonly tokens: number | null;
    readonly minutes: number | null;
  };
}
