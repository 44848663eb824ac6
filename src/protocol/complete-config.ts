/** From a merged config, of which every key is there, to the settings: units, names and what belongs together. */
import type { OnFailure } from '../core/plan.ts';
import type { SourceType } from '../core/work.ts';
import { parseBytes } from './bytes.ts';
import { completeRetry, completeWorkflow, toMs, type Refuse, type WorkflowInput } from './complete-workflow.ts';
import type { ConfigInput } from './config-schema.ts';
import type { AgentConfig, Config, ResourceConfig, RetryConfig } from './config.ts';

/** The shipped file holds every key, so that a merged config does. */
export type Complete<T> = {
  readonly [K in keyof T]-?: NonNullable<T[K]> extends readonly unknown[]
    ? T[K] & {}
    : NonNullable<T[K]> extends object
      ? Complete<NonNullable<T[K]>>
      : Exclude<T[K], undefined>;
};

/** The settings, or what `refuse` throws for what the schema cannot check. */
export const completeConfig = (merged: Complete<ConfigInput>, refuse: Refuse): Config => {
  const { batch, worktree, timeouts, retry } = merged;
  const workflows = mapValues(merged.workflows, (workflow, name) =>
    completeWorkflow(workflow as WorkflowInput, name, refuse),
  );
  if (!Object.hasOwn(workflows, merged.default_workflow)) {
    refuse(
      ['default_workflow'],
      `the config cannot be used: \`default_workflow\` names \`${merged.default_workflow}\`, which is not under \`workflows\``,
      `known workflows: ${Object.keys(workflows).join(', ')}`,
    );
  }
  const { stop_grace, cooldown, sources, ...plainBatch } = batch;
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
    server: merged.server,
    budget: merged.budget,
  };
};

type AgentInput = NonNullable<ConfigInput['agents']>[string];
type ResourceInput = NonNullable<ConfigInput['resources']>[string];
type SourceInput = NonNullable<NonNullable<ConfigInput['batch']>['sources']>[number];

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
