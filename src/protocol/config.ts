/** `.wf/config.json` over the defaults that ship with the program: objects merge deeply, arrays replace. */
import type { Budget } from '../core/budget.ts';
import type { OnFailure } from '../core/plan.ts';
import type { StageTree } from '../core/stage-tree.ts';
import type { SourceType } from '../core/work.ts';
import type { Problem } from '../ports/problem.ts';
import { parseBytes } from './bytes.ts';
import { configSchema, keysAt } from './config-schema.ts';
import type { ConfigInput } from './config-schema.ts';
import { parseDuration } from './duration.ts';
import { parseJson, problemAt } from './json.ts';
import { nearest } from './nearest.ts';
import { findKindFault } from './stage-kind.ts';
import { describe, formatPath, isObject } from './shape.ts';
import { completeTree } from './tree-settings.ts';

/** A file's text and the name that messages give it. */
export interface ConfigText {
  readonly text: string;
  readonly file: string;
}

/** What a config says of a stage; what it leaves to the defaults is null. */
export interface StageConfig {
  readonly name: string;
  /** Null: a tree, or an agent with a prompt. */
  readonly run: string | readonly string[] | null;
  readonly agent: string | null;
  /** A file below `.wf` that the agent is given in place of a command; null: `run` or a tree. */
  readonly prompt: string | null;
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
  readonly waiting_patterns: readonly string[];
}

/** A stage that walks a tree on worker threads. */
export type TreeConfig = StageTree;

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
    /** Load over a minute, for each core. */
    readonly max_load: number | null;
    readonly min_free_memory_bytes: number | null;
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
  readonly github: {
    /** Of the REST API; null: by the remote's host. */
    readonly base_url: string | null;
    /** How long a rate limit is waited for. */
    readonly max_wait_ms: number;
  };
  readonly jira: { readonly base_url: string | null; readonly email: string | null; readonly max_wait_ms: number };
  readonly server: { readonly host: string; readonly port: number };
  readonly budget: Budget & { readonly per_work: Budget };
}

/**
 * Reads the shipped config and the user's over it (null: there is none). Throws a Problem that names file, line,
 * column and key for the first thing that cannot be used: an unknown key, a wrong type, a workflow without stages.
 */
export const parseConfig = (shipped: ConfigText, user: ConfigText | null): Config => {
  const defaults = check(shipped);
  const merged = user === null ? defaults : (merge(defaults, check(user)) as ConfigInput);
  const refuse: Refuse = (path, what, hint) => {
    const { text, file } = user ?? shipped;
    throw problemAt({ text, file, path, at: 'value', what, hint });
  };
  return complete(merged as Complete<ConfigInput>, refuse);
};

type Refuse = (path: readonly (string | number)[], what: string, hint: string) => never;

/** The shipped file holds every key, so that a merged config does. */
type Complete<T> = {
  readonly [K in keyof T]-?: NonNullable<T[K]> extends readonly unknown[]
    ? T[K] & {}
    : NonNullable<T[K]> extends object
      ? Complete<NonNullable<T[K]>>
      : Exclude<T[K], undefined>;
};

const depthLimit = 32;
/** The schema library makes an object of every fault: a list of 200,000 wrong values takes it more than a second. */
const valueLimit = 10_000;

/** One file, checked by itself, so that messages name its lines. */
const check = ({ text, file }: ConfigText): ConfigInput => {
  const json = parseJson(text, file);
  const reserved = findReserved(json, []);
  if (reserved !== null) throw unknownKey(text, file, reserved);
  const excess = findExcess(json);
  if (excess !== null) throw tooMany(text, file, excess);
  const read = configSchema.safeParse(json);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  const path = (issue?.path ?? []).filter((step) => typeof step !== 'symbol');
  if (issue?.code === 'unrecognized_keys') throw unknownKey(text, file, [...path, issue.keys[0] ?? '']);
  const isName = issue?.code === 'invalid_key';
  const expected = isName ? (issue.issues[0]?.message ?? 'another name') : (issue?.message ?? 'something else');
  const value = path.reduce<unknown>(
    (within, step) => (within as Record<string | number, unknown> | undefined)?.[step],
    json,
  );
  const found = isName ? JSON.stringify(path.at(-1)) : describe(value);
  throw problemAt({
    text,
    file,
    path,
    at: isName ? 'name' : 'value',
    what: `the config cannot be used: ${path.length === 0 ? '' : `\`${formatPath(path)}\`: `}${expected} is expected, not ${found}`,
    hint: 'correct this value; the shipped config.json holds every key with its default',
  });
};

const unknownKey = (text: string, file: string, path: readonly (string | number)[]): Problem => {
  const known = keysAt(path.slice(0, -1)).filter((key) => key !== '$schema');
  const near = nearest(String(path.at(-1)), known);
  return problemAt({
    text,
    file,
    path,
    at: 'name',
    what: `the config cannot be used: unknown key \`${formatPath(path)}\`${near === null ? '' : `; did you mean \`${near}\`?`}`,
    hint: known.length === 0 ? 'take this key out' : `known here: ${known.join(', ')}`,
  });
};

/** The path of a key `__proto__`, which the schema library passes over, or of nesting that no config has. */
const findReserved = (json: unknown, path: readonly (string | number)[]): readonly (string | number)[] | null => {
  if (typeof json !== 'object' || json === null) return null;
  if (path.length > depthLimit) return path;
  for (const [name, value] of Object.entries(json)) {
    const here = [...path, Array.isArray(json) ? Number(name) : name];
    const found = name === '__proto__' ? here : findReserved(value, here);
    if (found !== null) return found;
  }
  return null;
};

/** The path of the first key that brings the config over the limit of its values; null: it keeps it. */
const findExcess = (json: unknown): readonly (string | number)[] | null => {
  let room = valueLimit;
  const isOver = (value: unknown): boolean => {
    room -= 1;
    return room < 0 || (typeof value === 'object' && value !== null && Object.values(value).some(isOver));
  };
  if (!isObject(json)) return isOver(json) ? [] : null;
  const name = Object.keys(json).find((each) => isOver(json[each]));
  return name === undefined ? null : [name];
};

const tooMany = (text: string, file: string, path: readonly (string | number)[]): Problem =>
  problemAt({
    text,
    file,
    path,
    at: 'value',
    what: `the config cannot be used: it holds more than ${valueLimit.toLocaleString('en')} values with ${path.length === 0 ? 'this list' : `\`${formatPath(path)}\``}`,
    hint: 'take out what no config needs',
  });

const merge = (under: unknown, over: unknown): unknown => {
  if (!isObject(under) || !isObject(over)) return over;
  const merged: Record<string, unknown> = { ...under };
  for (const [name, value] of Object.entries(over)) merged[name] = name in under ? merge(under[name], value) : value;
  return merged;
};

/** Texts of durations and sizes were checked by the schema. */
const toMs = (text: string): number => parseDuration(text) ?? 0;

const complete = (merged: Complete<ConfigInput>, refuse: Refuse): Config => {
  const { batch, worktree, timeouts, retry } = merged;
  const workflows = mapValues(merged.workflows, (workflow, name) =>
    completeWorkflow(workflow as WorkflowInput, name, { agents: Object.keys(merged.agents), refuse }),
  );
  if (!Object.hasOwn(workflows, merged.default_workflow)) {
    refuse(
      ['default_workflow'],
      `the config cannot be used: \`default_workflow\` names \`${merged.default_workflow}\`, which is not under \`workflows\``,
      `known workflows: ${Object.keys(workflows).join(', ')}`,
    );
  }
  const { stop_grace, cooldown, sources, min_free_memory, ...plainBatch } = batch;
  const { setup_timeout, min_free_disk, ...plainWorktree } = worktree;
  return {
    default_base_branch: merged.default_base_branch,
    default_workflow: merged.default_workflow,
    agents: mapValues(merged.agents, (agent, name) => completeAgent(agent as AgentInput, name, refuse)),
    branch_prefix: merged.branch_prefix as Record<string, string>,
    batch: {
      ...plainBatch,
      on_failure: batch.on_failure as OnFailure,
      dependency_base: batch.dependency_base as 'stack' | 'base',
      stop_grace_ms: toMs(stop_grace),
      cooldown_ms: toMs(cooldown),
      min_free_memory_bytes: min_free_memory === null ? null : parseBytes(min_free_memory),
      sources: sources.map(completeSource),
    },
    worktree: {
      ...plainWorktree,
      setup_timeout_ms: toMs(setup_timeout),
      min_free_disk_bytes: parseBytes(min_free_disk) ?? 0,
    } as Config['worktree'],
    push: merged.push as Config['push'],
    retry: completeRetry(retry) as RetryConfig,
    timeouts: { stage_ms: toMs(timeouts.stage), idle_ms: timeouts.idle === null ? null : toMs(timeouts.idle) },
    resources: mapValues(merged.resources, (resource) => completeResource(resource as ResourceInput)),
    env: merged.env as Record<string, string>,
    workflows,
    notify: merged.notify as Config['notify'],
    github: { base_url: merged.github.base_url, max_wait_ms: toMs(merged.github.max_wait) },
    jira: {
      base_url: merged.jira.base_url,
      email: merged.jira.email,
      max_wait_ms: toMs(merged.jira.max_wait),
    },
    server: merged.server,
    budget: merged.budget as Config['budget'],
  };
};

type WorkflowInput = NonNullable<ConfigInput['workflows']>[string];
type StageInput = NonNullable<WorkflowInput['stages']>[number];
type AgentInput = NonNullable<ConfigInput['agents']>[string];
type ResourceInput = NonNullable<ConfigInput['resources']>[string];
type RetryInput = NonNullable<ConfigInput['retry']>;
type SourceInput = NonNullable<NonNullable<ConfigInput['batch']>['sources']>[number];

interface StageChecks {
  /** The names that a stage may give as its agent. */
  readonly agents: readonly string[];
  readonly refuse: Refuse;
}

const completeWorkflow = (workflow: WorkflowInput, name: string, { agents, refuse }: StageChecks): WorkflowConfig => {
  const stages = workflow.stages ?? [];
  const path = ['workflows', name, 'stages'];
  if (stages.length === 0) {
    refuse(
      path,
      `the config cannot be used: workflow \`${name}\` has no stages`,
      'give it at least one: {"name": "run", "run": "make"}',
    );
  }
  const seen = new Set<string>();
  for (const [index, stage] of stages.entries()) {
    const label = stage.name ?? '';
    const where = [...path, index];
    if (stage.name === undefined)
      refuse(where, `the config cannot be used: \`${formatPath(where)}\` has no name`, 'give the stage a "name"');
    if (seen.has(label))
      refuse(
        [...where, 'name'],
        `the config cannot be used: workflow \`${name}\` has two stages named \`${label}\``,
        'give one of them another name',
      );
    const fault = findKindFault(stage, agents);
    if (fault !== null)
      refuse(where, `the config cannot be used: stage \`${label}\` of workflow \`${name}\` ${fault.what}`, fault.hint);
    seen.add(label);
  }
  return { worktree: workflow.worktree ?? null, stages: stages.map(completeStage) };
};

const completeStage = (stage: StageInput): StageConfig => ({
  name: stage.name ?? '',
  run: stage.run ?? null,
  agent: stage.agent ?? null,
  prompt: stage.prompt ?? null,
  tree: stage.tree === undefined ? null : completeTree(stage.tree),
  timeout_ms: stage.timeout === undefined ? null : toMs(stage.timeout),
  idle_timeout_ms: typeof stage.idle_timeout === 'string' ? toMs(stage.idle_timeout) : stage.idle_timeout,
  retry: completeRetry(stage.retry ?? {}),
  uses: stage.uses ?? [],
  requires: stage.requires ?? [],
  env: (stage.env ?? {}) as Record<string, string>,
  parser: stage.parser ?? null,
  max_visits: stage.max_visits ?? null,
  on_waiting: stage.on_waiting ?? 'wait',
  waiting_patterns: stage.waiting_patterns ?? [],
});

const completeRetry = ({ initial, max, ...rest }: RetryInput): Partial<RetryConfig> => ({
  ...(rest as Partial<RetryConfig>),
  ...(initial === undefined ? {} : { initial_ms: toMs(initial) }),
  ...(max === undefined ? {} : { max_ms: toMs(max) }),
});

const completeAgent = (agent: AgentInput, name: string, refuse: Refuse): AgentConfig => {
  const command =
    agent.command ??
    refuse(
      ['agents', name],
      `the config cannot be used: agent \`${name}\` has no command`,
      'give it a "command", such as "claude"',
    );
  return { command, model: agent.model ?? null, flags: agent.flags ?? [], parser: agent.parser ?? null };
};

const completeResource = (resource: ResourceInput): ResourceConfig => ({
  slots: resource.slots ?? null,
  per_minute: resource.per_minute ?? null,
  cooldown_ms: toMs(resource.cooldown ?? '60s'),
  patterns: resource.patterns ?? [],
});

const completeSource = (source: SourceInput): Config['batch']['sources'][number] => {
  if (typeof source !== 'string') return source;
  const [type = '', ...query] = source.split('=');
  return { type: (type === 'md' ? 'markdown' : type) as SourceType, query: query.join('=') };
};

const mapValues = <V, W>(
  values: Readonly<Record<string, V | undefined>>,
  change: (value: V, name: string) => W,
): Record<string, W> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value as V, name)]));
