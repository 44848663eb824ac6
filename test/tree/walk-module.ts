/** Walks a module of `modules/` with real threads, or with a pool in this thread that ends its tasks in a shuffled order. */
import { loadTree, walkLoaded, type LoadedTree } from '../../src/compose-tree.ts';
import type { TreePool } from '../../src/ports/tree-pool.ts';
import { answerTask } from '../../src/tree/answer-task.ts';
import { makeProgress, makeProgressMemory } from '../../src/tree/progress.ts';
import { makeReporter } from '../../src/tree/report.ts';
import { runTree, type TreeOutcome } from '../../src/tree/run-tree.ts';
import { writeDocument } from '../../src/tree/write-yaml.ts';

export interface ModuleWalk {
  readonly module: string;
  readonly root?: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly threads: number;
  readonly minSiblings?: number;
  readonly minSubtree?: number;
}

const silent = makeReporter({ write: () => undefined });

export const moduleUrl = (name: string): string => new URL(`./modules/${name}.js`, import.meta.url).href;

const completed = ({ module, root = 'r', params = {}, threads, minSiblings = 5, minSubtree = 50 }: ModuleWalk) => ({
  moduleUrl: moduleUrl(module),
  load: { root, params },
  threads,
  minSiblings,
  minSubtree,
  reporter: silent,
});

/** With the pool of worker threads that stages have. */
export const walkModule = async (walk: ModuleWalk): Promise<TreeOutcome & { readonly loaded: LoadedTree }> => {
  const given = completed(walk);
  const loaded = await loadTree(given.moduleUrl, given.load, silent);
  return { ...(await walkLoaded(given, loaded)), loaded };
};

/** Tasks are cloned as threads would clone them, and end in an order that `pick` chooses (0 to 1). */
export const walkShuffled = async (
  walk: ModuleWalk,
  pick: () => number,
): Promise<TreeOutcome & { readonly mostAtOnce: number; readonly capacity: number }> => {
  const given = completed(walk);
  const { module, shared } = await loadTree(given.moduleUrl, given.load, silent);
  const progress = makeProgress(makeProgressMemory());
  const waiting: (() => void)[] = [];
  let mostAtOnce = 0;
  const capacity = walk.threads * 4;
  const endOne = (): void => waiting.splice(Math.floor(pick() * waiting.length), 1)[0]?.();
  const pool: TreePool = {
    capacity,
    run: (task) => {
      const ended = new Promise<void>((resolve) => waiting.push(resolve));
      mostAtOnce = Math.max(mostAtOnce, waiting.length);
      setImmediate(endOne);
      const sent = structuredClone(task);
      return ended.then(() => structuredClone(answerTask({ module, load: given.load, shared, progress }, sent)));
    },
    close: () => Promise.resolve(),
  };
  const outcome = await runTree({ ...given, module, shared, progress, openPool: () => pool });
  return { ...outcome, mostAtOnce, capacity };
};

/** The file that a walk would write. */
export const textOf = ({ result }: TreeOutcome): string => {
  if (result === undefined) return '';
  let text = '';
  writeDocument(result, (more) => (text += more));
  return text;
};
