/** Workflows of a config: each has stages, and each of these a name of its own and one thing to run. */
import type { ConfigInput } from './config-schema.ts';
import type { RetryConfig, StageConfig, WorkflowConfig } from './config.ts';
import { parseDuration } from './duration.ts';
import { formatPath } from './shape.ts';

/** Throws a Problem about the value at a path. */
export type Refuse = (path: readonly (string | number)[], what: string, hint: string) => never;

export type WorkflowInput = NonNullable<ConfigInput['workflows']>[string];
type StageInput = NonNullable<WorkflowInput['stages']>[number];
type RetryInput = NonNullable<ConfigInput['retry']>;

/** Milliseconds of a duration that the schema has checked. */
export const toMs = (text: string): number => parseDuration(text) ?? 0;

export const completeWorkflow = (workflow: WorkflowInput, name: string, refuse: Refuse): WorkflowConfig => {
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
    if ((stage.run === undefined) === (stage.tree === undefined)) {
      const why = stage.run === undefined ? 'has neither `run` nor `tree`' : 'has both `run` and `tree`';
      refuse(
        where,
        `the config cannot be used: stage \`${label}\` of workflow \`${name}\` ${why}`,
        'a stage has a command under "run", or a "tree"',
      );
    }
    seen.add(label);
  }
  return { worktree: workflow.worktree ?? null, stages: stages.map(completeStage) };
};

const completeStage = (stage: StageInput): StageConfig => ({
  name: stage.name ?? '',
  run: stage.run ?? null,
  agent: stage.agent ?? null,
  tree:
    stage.tree === undefined
      ? null
      : { module: '', root: '', threads: 'auto', min_siblings: 5, output: '', ...stage.tree },
  timeout_ms: stage.timeout === undefined ? null : toMs(stage.timeout),
  idle_timeout_ms: typeof stage.idle_timeout === 'string' ? toMs(stage.idle_timeout) : stage.idle_timeout,
  retry: completeRetry(stage.retry ?? {}),
  uses: stage.uses ?? [],
  requires: stage.requires ?? [],
  env: (stage.env ?? {}) as Record<string, string>,
  parser: stage.parser ?? null,
  max_visits: stage.max_visits ?? null,
  on_waiting: stage.on_waiting ?? 'wait',
});

export const completeRetry = ({ initial, max, ...rest }: RetryInput): Partial<RetryConfig> => ({
  ...(rest as Partial<RetryConfig>),
  ...(initial === undefined ? {} : { initial_ms: toMs(initial) }),
  ...(max === undefined ? {} : { max_ms: toMs(max) }),
});
