/** From a config to what a plan freezes: settings, workflows, and apart from them the values of variables. */
import { resolve } from 'node:path';
import type { Budget } from '../core/budget.ts';
import type { Settings, Stage, StagePrompt, Workflow } from '../core/plan.ts';
import { Problem } from '../ports/problem.ts';
import type { AgentConfig, Config, StageConfig } from './config.ts';

/** How often an attempt may come by a stage that does not say. */
export const defaultMaxVisits = 3;

/** The settings that a running batch needs. `root` is the folder that holds `.wf`, absolute. */
export const toSettings = (config: Config, root: string): Settings => ({
  base_branch: config.default_base_branch,
  max_parallel: config.batch.max_parallel,
  on_failure: config.batch.on_failure,
  dependency_base: config.batch.dependency_base,
  stop_grace_ms: config.batch.stop_grace_ms,
  cooldown_ms: config.batch.cooldown_ms,
  max_works: config.batch.max_works,
  worktree_root: resolve(root, config.worktree.root_dir),
  worktree_copy: config.worktree.copy,
  worktree_link: config.worktree.link,
  worktree_setup: config.worktree.setup,
  worktree_setup_timeout_ms: config.worktree.setup_timeout_ms,
  cleanup_worktree: config.batch.cleanup_worktree,
  port_base: config.worktree.port_base,
  ports_per_slot: config.worktree.ports_per_slot,
  min_free_disk_bytes: config.worktree.min_free_disk_bytes,
  push_enabled: config.push.enabled,
  push_remote: config.push.remote,
  push_when: config.push.when,
  budget: withoutWork(config.budget),
  work_budget: config.budget.per_work,
  max_load: config.batch.max_load,
  min_free_memory_bytes: config.batch.min_free_memory_bytes,
  resources: Object.fromEntries(
    Object.entries(config.resources).map(([name, { slots, per_minute, cooldown_ms, patterns }]) => [
      name,
      { slots, per_minute, cooldown_ms, patterns },
    ]),
  ),
});

const withoutWork = ({ cost_usd, tokens, minutes }: Budget): Budget => ({ cost_usd, tokens, minutes });

/** The texts of prompt files, by their path below `.wf`. */
export type Prompts = ReadonlyMap<string, string>;

/**
 * A workflow with every default filled in, and the prompts of its agents in it. Throws a Problem that lists the known
 * ones for an unknown name, and for a prompt that is not among `prompts`.
 */
export const toWorkflow = (config: Config, name: string, prompts: Prompts = new Map()): Workflow => {
  const workflow = findWorkflow(config, name);
  const worktree = workflow.worktree ?? (config.worktree.enabled && config.batch.auto_worktree);
  return { name, worktree, stages: workflow.stages.map((stage) => toStage(config, stage, prompts)) };
};

/** The prompt files that the stages of a workflow name. Throws a Problem for an unknown name. */
export const promptFilesOf = (config: Config, name: string): readonly string[] =>
  findWorkflow(config, name).stages.flatMap(({ prompt }) => prompt ?? []);

const findWorkflow = (config: Config, name: string): Config['workflows'][string] => {
  const workflow = Object.hasOwn(config.workflows, name) ? config.workflows[name] : undefined;
  if (workflow !== undefined) return workflow;
  throw new Problem({
    what: `there is no workflow \`${name}\``,
    where: '.wf/config.json, `workflows`',
    hint: `known workflows: ${Object.keys(config.workflows).join(', ')}`,
    code: 'refused',
  });
};

/** Whether works of this workflow run one at a time: worktrees are switched off, and the workflow does not say so itself. */
export const runsAlone = (config: Config, name: string): boolean =>
  config.workflows[name]?.worktree === null && !(config.worktree.enabled && config.batch.auto_worktree);

/** The values of the variables that a config sets: for every stage, and for single ones. Never part of a plan. */
export interface ConfigEnvironment {
  readonly all: Readonly<Record<string, string>>;
  /** By workflow, then by stage; stages without variables are left out. */
  readonly stages: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>;
}

/** The variables of a config with their values, for the environment file. */
export const environmentOf = (config: Config): ConfigEnvironment => ({
  all: config.env,
  stages: Object.fromEntries(
    Object.entries(config.workflows).map(([name, { stages }]) => [
      name,
      Object.fromEntries(
        stages.filter(({ env }) => Object.keys(env).length > 0).map((stage) => [stage.name, stage.env]),
      ),
    ]),
  ),
});

const toStage = (config: Config, stage: StageConfig, prompts: Prompts): Stage => {
  const agent = stage.agent === null ? undefined : config.agents[stage.agent];
  const prompt = toPrompt(stage, agent, prompts);
  const run = prompt !== undefined && agent !== undefined ? toArgv(agent) : (stage.run ?? treeWords(stage));
  return {
    name: stage.name,
    run,
    timeout_ms: stage.timeout_ms ?? config.timeouts.stage_ms,
    idle_timeout_ms: stage.idle_timeout_ms === undefined ? config.timeouts.idle_ms : stage.idle_timeout_ms,
    retry: { ...config.retry, ...stage.retry },
    uses: stage.uses,
    requires: stage.requires,
    env: [...new Set([...Object.keys(config.env), ...Object.keys(stage.env)])].sort(),
    parser: stage.parser ?? agent?.parser ?? null,
    max_visits: stage.max_visits ?? defaultMaxVisits,
    on_waiting: stage.on_waiting,
    ...(stage.waiting_patterns.length === 0 ? {} : { waiting_patterns: stage.waiting_patterns }),
    ...(prompt === undefined ? {} : { prompt }),
    ...(stage.tree === null ? {} : { tree: stage.tree }),
  };
};

const toPrompt = (stage: StageConfig, agent: AgentConfig | undefined, prompts: Prompts): StagePrompt | undefined => {
  if (stage.prompt === null || stage.agent === null || agent === undefined) return undefined;
  const text = prompts.get(stage.prompt);
  if (text !== undefined) return { agent: stage.agent, model: agent.model, file: stage.prompt, text };
  throw new Problem({
    what: `the prompt of stage \`${stage.name}\` is not there`,
    where: `.wf/${stage.prompt}`,
    hint: `write it, or get the shipped ones: wf0-batch init --agent ${stage.agent}`,
    code: 'refused',
  });
};

/** What people read where a stage's command stands. */
const treeWords = ({ tree }: StageConfig): readonly string[] =>
  tree === null ? [] : ['tree', tree.module, 'from', tree.root, 'to', tree.output];

/** An agent's command line. All agents that have a preset name their model by `--model`. */
const toArgv = ({ command, flags, model }: AgentConfig): readonly string[] => [
  command,
  ...flags,
  ...(model === null ? [] : ['--model', model]),
];
