/** A stage that is a tree: its settings in a config, and on their way to the program that walks it. */
import type { StageTree } from '../core/stage-tree.ts';
import { Problem } from '../ports/problem.ts';

export const defaultMinSiblings = 5;
export const defaultMinSubtree = 50;

/** A path that leads nowhere but down. */
export const belowPattern = /^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$))[^\\\p{Cc}]{1,4096}$/u;

/** How a tree is written, for hints. */
export const treeExample = '{"module": "./visit.js", "root": "{root}", "output": "out/{id}.yaml"}';

/** With every default. */
export const completeTree = (tree: {
  readonly [K in keyof StageTree]?: StageTree[K] | undefined;
}): StageTree => ({
  module: tree.module ?? '',
  root: tree.root ?? '',
  threads: tree.threads ?? 'auto',
  min_siblings: tree.min_siblings ?? defaultMinSiblings,
  min_subtree: tree.min_subtree ?? defaultMinSubtree,
  output: tree.output ?? '',
});

/** What the walking program is told, by the variable `WF_TREE`. */
export interface TreeOrder {
  /** Names replaced. */
  readonly tree: StageTree;
  readonly params: Readonly<Record<string, string>>;
  /** Of the batch: where threads are counted, and how many workers there are. */
  readonly batch_folder: string;
  readonly parallel: number;
}

/** Reads `WF_TREE`, which the worker wrote. Throws a Problem if the program was started by hand. */
export const parseTreeOrder = (text: string | undefined): TreeOrder => {
  if (text !== undefined && text !== '') return JSON.parse(text) as TreeOrder;
  throw new Problem({
    what: 'this program walks the tree of a stage, and was not started by a worker',
    where: 'WF_TREE',
    hint: 'write the tree into a workflow of .wf/config.json and start it: wf0-batch run',
    code: 'usage',
  });
};
