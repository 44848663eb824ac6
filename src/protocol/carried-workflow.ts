/** Workflows that came with works: their shape in a schedule, and what they are beside the config's own. */
import type { CarriedStage, CarriedWorkflow, Schedule } from '../core/work.ts';
import type { Config, WorkflowConfig } from './config.ts';
import { treeShape } from './plan-shape.ts';
import { parseDuration } from './duration.ts';
import { all, flag, integer, list, matching, object, optional, record } from './shape.ts';
import type { Shape } from './shape.ts';
import { nameShape } from './work.ts';

const runShape = matching('a command: text for `sh -c`, or a list of at least one text', (value) =>
  Array.isArray(value)
    ? value.length > 0 && value.every((each) => typeof each === 'string')
    : typeof value === 'string' && value !== '',
);

const durationShape = matching(
  'a duration such as "20m"',
  (value) => typeof value === 'string' && parseDuration(value) !== null,
);

/** Whether a workflow's name says that it came with works: those of a manifest begin so. */
export const isCarried = (name: string): boolean => name.startsWith('manifest:');

/** `workflows` of a schedule. */
export const carriedShape: Shape = all(
  (value) => {
    const strange = Object.keys((value ?? {}) as object).find((name) => nameShape(name) !== null);
    return strange === undefined
      ? null
      : { path: [strange], expected: 'a name of a workflow', found: strange.slice(0, 60) };
  },
  record(
    object<CarriedWorkflow>({
      worktree: flag,
      stages: list(
        object<CarriedStage>({
          name: nameShape,
          run: optional(runShape),
          tree: optional(treeShape),
          timeout: optional(durationShape),
          retry: optional(object({ max_attempts: integer(1, 1000) })),
        }),
        1000,
      ),
    }),
  ),
);

/** The config with the workflows that a schedule carries. One of the config of the same name stays. */
export const withCarried = (config: Config, carried: Schedule['workflows']): Config => {
  const added = Object.entries(carried ?? {}).filter(([name]) => !Object.hasOwn(config.workflows, name));
  if (added.length === 0) return config;
  return {
    ...config,
    workflows: {
      ...Object.fromEntries(added.map(([name, workflow]) => [name, complete(workflow)])),
      ...config.workflows,
    },
  };
};

const complete = ({ worktree, stages }: CarriedWorkflow): WorkflowConfig => ({
  worktree,
  stages: stages.map(({ name, run, tree, timeout, retry }) => ({
    name,
    run: run ?? null,
    agent: null,
    prompt: null,
    tree: tree ?? null,
    timeout_ms: timeout === undefined ? null : parseDuration(timeout),
    idle_timeout_ms: undefined,
    retry: retry ?? {},
    uses: [],
    requires: [],
    env: {},
    parser: null,
    max_visits: null,
    on_waiting: 'wait',
    waiting_patterns: [],
  })),
});
