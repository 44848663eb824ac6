/** The commands of a manifest as workflows that its works carry with them. */
import type { StageTree } from '../../core/stage-tree.ts';
import type { CarriedWorkflow } from '../../core/work.ts';
import { parseDuration } from '../../protocol/duration.ts';
import { isName } from '../../protocol/work.ts';
import type { RawEntry } from './entries.ts';
import { readTreeStage } from './tree-stage.ts';
import type { Field, MapNode, Refuse, Tree } from './tree.ts';

export interface Commands {
  /** The name of the workflow of an entry; null: the default one of the config. */
  workflowOf(entry: RawEntry): string | null;
  /** Those that entries use. */
  readonly workflows: Readonly<Record<string, CarriedWorkflow>>;
}

type Fields = ReadonlyMap<string, Field>;
/** What a stage does: a command, or the walk of a tree. */
type Command = string | readonly string[] | StageTree;

/**
 * `run` (or `command`): text for `sh -c`, which finds values in its environment, or a list of arguments with `{name}` in
 * them; `tree`: the module that walks one. One in an entry wins over one in the defaults, and that over the manifest's own. `name` names the first workflow.
 */
export const readCommands = (top: MapNode, name: string, refuse: Refuse): Commands => {
  const common = readCommon(top, refuse);
  const defaults = top.fields.get('defaults')?.value;
  const workflows: Record<string, CarriedWorkflow> = {};
  const names = new Map<string, string>();
  const nameOf = (run: Command): string => {
    const key = JSON.stringify(run);
    const known = names.get(key) ?? (names.size === 0 ? name : `${name}#${names.size + 1}`);
    names.set(key, known);
    const does = typeof run === 'object' && 'module' in run ? { tree: run } : { run };
    workflows[known] = { worktree: common.worktree, stages: [{ name: 'run', ...does, ...common.stage }] };
    return known;
  };
  const layers: readonly Fields[] = [defaults?.kind === 'map' ? defaults.fields : new Map<string, Field>(), top.fields];
  const own = layers.map((fields) => choose(fields, refuse));
  const fallback = own.find((each) => each !== null) ?? null;
  const resolve = (chosen: Choice | null): string | null =>
    chosen === null ? null : chosen.kind === 'workflow' ? chosen.name : nameOf(chosen.run);
  if (fallback?.kind === 'run') nameOf(fallback.run);
  return {
    workflowOf: ({ fields, own: names }) =>
      resolve(
        choose(new Map([...fields].filter(([field]) => names.includes(field))), refuse) ??
          choose(fields, refuse) ??
          fallback,
      ),
    workflows,
  };
};

type Choice = { readonly kind: 'workflow'; readonly name: string } | { readonly kind: 'run'; readonly run: Command };

const choose = (fields: Fields, refuse: Refuse): Choice | null => {
  const workflow = fields.get('workflow');
  const run = fields.get('run') ?? fields.get('command');
  const tree = fields.get('tree');
  const other = run !== undefined && tree !== undefined ? tree : workflow;
  const given = run ?? tree;
  if (given !== undefined && other !== undefined)
    return refuse(
      given.nameOffset,
      other === tree
        ? 'a command and a tree are given side by side'
        : 'a command and a workflow are given side by side',
      'keep one of `run`, `tree` and `workflow`',
    );
  if (tree !== undefined) return { kind: 'run', run: readTreeStage(tree, refuse) };
  if (run !== undefined) return { kind: 'run', run: readCommand(run.value, refuse) };
  if (workflow === undefined) return null;
  const { value } = workflow;
  return value.kind === 'text' && isName(value.text)
    ? { kind: 'workflow', name: value.text }
    : refuse(
        value.offset,
        '`workflow` names a workflow of .wf/config.json',
        'write its name, such as `workflow: quick`',
      );
};

const readCommand = (tree: Tree, refuse: Refuse): Command => {
  const hint = 'write `run: make "$WF_PARAM_DATASET"`, or `run: [make, "{dataset}"]`';
  if (tree.kind === 'text') return tree.text.trim() === '' ? refuse(tree.offset, '`run` is empty', hint) : tree.text;
  if (tree.kind === 'map' || tree.items.length === 0)
    return refuse(tree.offset, '`run` is a text or a list of texts', hint);
  return tree.items.map((item) =>
    item.kind === 'text' ? item.text : refuse(item.offset, '`run` is a text or a list of texts', hint),
  );
};

interface Common {
  readonly worktree: boolean;
  readonly stage: Partial<CarriedWorkflow['stages'][number]>;
}

const readCommon = ({ fields }: MapNode, refuse: Refuse): Common => {
  const text = (name: string, isRight: (text: string) => boolean, expected: string): string | null => {
    const tree = fields.get(name)?.value;
    if (tree === undefined) return null;
    return tree.kind === 'text' && isRight(tree.text)
      ? tree.text
      : refuse(tree.offset, `\`${name}\`: ${expected} is expected`, 'correct this value');
  };
  const worktree = text('worktree', (word) => word === 'true' || word === 'false', 'true or false');
  const timeout = text('timeout', (word) => parseDuration(word) !== null, 'a duration such as 20m');
  const attempts = text('max_attempts', (word) => /^[1-9]\d{0,2}$/.test(word), 'a whole number from 1 to 999');
  return {
    worktree: worktree === 'true',
    stage: {
      ...(timeout === null ? {} : { timeout }),
      ...(attempts === null ? {} : { retry: { max_attempts: Number(attempts) } }),
    },
  };
};
