/** What a stage of a config is: a command, a tree, or an agent with a prompt. */
import { treeExample } from './tree-settings.ts';

/** Those keys of a stage that say so. */
export interface StageKeys {
  readonly run?: unknown;
  readonly tree?: unknown;
  readonly prompt?: unknown;
  readonly agent?: string | undefined;
}

/** Why it is none or several of them, to be put behind the stage's name; null if it is one. `agents`: those there are. */
export const findKindFault = (
  stage: StageKeys,
  agents: readonly string[],
): { readonly what: string; readonly hint: string } | null => {
  const [kind, second] = (['run', 'tree', 'prompt'] as const).filter((key) => stage[key] !== undefined);
  const hint = 'a stage has a command under "run", an "agent" with a "prompt", or a "tree"';
  if (kind === undefined) return { what: 'has neither `run` nor `tree` nor `prompt`', hint };
  if (second !== undefined) return { what: `has both \`${kind}\` and \`${second}\``, hint };
  if (kind === 'tree') return findTreeFault(stage.tree);
  if (kind !== 'prompt' || (stage.agent !== undefined && agents.includes(stage.agent))) return null;
  const what =
    stage.agent === undefined
      ? 'has a `prompt` and no `agent`'
      : `names the agent \`${stage.agent}\`, which is not under \`agents\``;
  return { what, hint: `known agents: ${agents.join(', ')}` };
};

const findTreeFault = (tree: unknown): { readonly what: string; readonly hint: string } | null => {
  const missing = ['module', 'root', 'output'].find((key) => (tree as Record<string, unknown>)[key] === undefined);
  return missing === undefined
    ? null
    : { what: `is a tree without \`${missing}\``, hint: `a tree is written so: ${treeExample}` };
};
