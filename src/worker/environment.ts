/** What a stage sees: the person's environment, the config's variables, and the facts of its work. */
import { createHash } from 'node:crypto';
import { delimiter, dirname } from 'node:path';
import type { Stage } from '../core/plan.ts';
import type { StageTree } from '../core/stage-tree.ts';
import type { WorkRecord } from '../core/state.ts';
import type { StageFiles } from '../ports/attempt-files.ts';
import type { TreeOrder } from '../protocol/tree-settings.ts';
import type { Attempt, WorkerWorld } from './world.ts';

export interface StageFacts {
  readonly stage: Stage;
  readonly record: WorkRecord;
  readonly files: StageFiles;
  readonly workFile: string;
  readonly firstPort: number;
  readonly cwd: string;
  /** Walks the tree of a stage that is one; told of it by `WF_TREE`. */
  readonly treeCommand: readonly [string, ...string[]];
}

/** The whole environment of a stage's process. Values come from outside and are never part of a shell's text. */
export const stageEnvironment = (world: WorkerWorld, attempt: Attempt, facts: StageFacts): Record<string, string> => {
  const { stage, record } = facts;
  const { work } = attempt;
  const { plan } = world.journal;
  const slot = world.worker.slice('worker-'.length);
  const lastPort = facts.firstPort + plan.settings.ports_per_slot - 1;
  return {
    ...world.environment.all,
    ...world.environment.stages[work.workflow]?.[stage.name],
    ...Object.fromEntries(Object.entries(work.params).map(([name, value]) => [paramVariable(name), plain(value)])),
    ...withCeiling(world.environment.all, record.place?.worktree ?? null),
    TERM: 'xterm-256color',
    WF_WORK_ID: work.id,
    WF_WORK_TITLE: plain(work.title),
    WF_STAGE: stage.name,
    WF_STAGE_INDEX: String(record.stage_index),
    WF_ATTEMPT: String(attempt.number),
    WF_BATCH_RUN_ID: plan.batch_run_id,
    WF_BASE: record.place?.base_commit ?? '',
    WF_BRANCH: record.place?.branch ?? '',
    WF_REPO_ROOT: plan.root,
    WF_SLOT: slot,
    PORT: String(facts.firstPort),
    WF_PORTS: `${facts.firstPort}-${lastPort}`,
    WF_DB_SLUG: databaseSlug(plan.root, work.id),
    WF_WORK_FILE: facts.workFile,
    WF_RESULT_FILE: facts.files.result,
    ...(stage.prompt === undefined ? {} : { WF_PROMPT_FILE: facts.files.prompt }),
    ...(stage.tree === undefined ? {} : { WF_TREE: JSON.stringify(treeOrder(world, attempt, facts)) }),
    WF_ATTEMPT_TOKEN: attempt.token,
    ...(record.answer === null ? {} : { WF_ANSWER: record.answer }),
  };
};

/**
 * A worktree lies inside the person's repository: git in one that lost its `.git` would climb to their checkout and commit
 * there. Below this folder it does not.
 */
const withCeiling = (env: Readonly<Record<string, string>>, worktree: string | null): Record<string, string> => {
  if (worktree === null) return {};
  const others = env['GIT_CEILING_DIRECTORIES'] ?? '';
  return { GIT_CEILING_DIRECTORIES: [dirname(worktree), ...(others === '' ? [] : [others])].join(delimiter) };
};

/**
 * A name for a database of this work's own, the same at every attempt and of no other work on this machine: lower-case
 * letters, digits and `_`, at most 40 characters, which every database takes unquoted.
 */
export const databaseSlug = (root: string, id: string): string => {
  const word = id
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .slice(0, 26)
    .replace(/^_|_$/g, '');
  return `wf_${word}_${createHash('sha256').update(`${root}\0${id}`).digest('hex').slice(0, 10)}`;
};

const treeOrder = (world: WorkerWorld, attempt: Attempt, facts: StageFacts): TreeOrder => {
  const values = stageValues(attempt, facts);
  const tree = facts.stage.tree as StageTree;
  return {
    tree: {
      ...tree,
      module: fill(tree.module, values),
      root: fill(tree.root, values),
      output: fill(tree.output, values),
    },
    params: Object.fromEntries(Object.entries(attempt.work.params).map(([name, value]) => [name, plain(value)])),
    batch_folder: world.journal.directory,
    parallel: world.journal.plan.parallel,
  };
};

/** `WF_PARAM_<NAME>`: upper case, other characters as `_`. */
const paramVariable = (name: string): string => `WF_PARAM_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;

/** Neither an environment's value nor an argument can hold NUL. */
const plain = (value: string | number | boolean | null): string => String(value ?? '').replaceAll('\0', '');

/**
 * The command to execute. In the array form `{id}`, `{title}`, `{stage}`, … and `{<param>}` are replaced inside single
 * arguments. A prompt goes where `{prompt}` or `{prompt_file}` stands, else to standard input: the shell's text is the
 * same for every stage, and names and values are its arguments and variables.
 */
export const stageCommand = (attempt: Attempt, facts: StageFacts): readonly [string, ...string[]] => {
  const { run, prompt } = facts.stage;
  if (facts.stage.tree !== undefined) return facts.treeCommand;
  if (typeof run === 'string') return ['sh', '-c', run];
  const values = stageValues(attempt, facts);
  const text = prompt === undefined ? '' : fill(prompt.text, values);
  const argv = run.map((argument) => fill(argument, { ...values, prompt: text })) as unknown as [string, ...string[]];
  if (prompt === undefined || run.some((argument) => /\{prompt(_file)?\}/.test(argument))) return argv;
  return ['sh', '-c', 'exec "$@" <"$WF_PROMPT_FILE"', 'sh', ...argv];
};

/** What `{name}` stands for in arguments, prompts and `requires`. */
export const stageValues = (attempt: Attempt, facts: StageFacts): Readonly<Record<string, string>> => {
  const { stage, record, files } = facts;
  const { work } = attempt;
  return {
    ...Object.fromEntries(Object.entries(work.params).map(([name, value]) => [name, plain(value)])),
    id: work.id,
    title: plain(work.title),
    group: plain(work.group),
    stage: stage.name,
    attempt: String(attempt.number),
    branch: record.place?.branch ?? '',
    base: record.place?.base_commit ?? '',
    worktree: facts.cwd,
    work_file: facts.workFile,
    result_file: files.result,
    prompt_file: files.prompt,
    files: dirname(files.result),
  };
};

/** Every `{name}` that has a value is replaced, once; other braces stay. */
export const fill = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(/\{([A-Za-z0-9_.-]+)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] as string) : whole,
  );
