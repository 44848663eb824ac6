/** A whole tree: loaded, weighed, walked here or over threads, and told. */
import type { LoadContext, Plain, TreeModule, TreeNode } from '../ports/tree-module.ts';
import type { Counts, TreeFault, TreePool } from '../ports/tree-pool.ts';
import { makeWalking } from './answer-task.ts';
import type { TreeProgress } from './progress.ts';
import { spreadTree } from './spread.ts';
import { walkBranch } from './walk.ts';
import type { Walking } from './walk.ts';
import { makeScales } from './weigh.ts';

/** So many tasks for each thread: the last ones to end are then short. */
const tasksPerThread = 24;
/** Branches that are under way at a time, for each thread: one that it walks, and some so that it never waits. */
export const branchesInFlight = 4;

export interface TreeRun {
  readonly module: TreeModule;
  readonly load: LoadContext;
  readonly shared: unknown;
  readonly progress: TreeProgress;
  readonly threads: number;
  /** Siblings are spread where a node has so many children, … */
  readonly minSiblings: number;
  /** … or its branch so many nodes. */
  readonly minSubtree: number;
  /** Threads, when they are needed: never for one thread, nor for a tree that is light. */
  openPool(): TreePool | Promise<TreePool>;
  /** Called after each node that this thread visits. */
  onNode?(): void;
}

export interface TreeOutcome {
  /** Undefined if there were faults. */
  readonly result: Plain | undefined;
  /** The first ones, in the order of the tree. */
  readonly faults: readonly TreeFault[];
  readonly faultCount: number;
  readonly counts: Counts;
  /** Nodes that were visited, or given up. */
  readonly nodes: number;
  /** 1: no pool was opened. */
  readonly threads: number;
}

export const runTree = async (run: TreeRun): Promise<TreeOutcome> => {
  const made = makeWalking(run);
  const walking = run.onNode === undefined ? made : { ...made, onNode: run.onNode };
  const root = rootOf(run, walking);
  const known = knownWeight(run, walking, root);
  // What the module says holds from the start; else what has been found so far is known.
  const counting =
    known === null ? walking : { ...walking, progress: { ...walking.progress, addKnown: () => undefined } };
  walking.progress.addKnown(known ?? 1);
  const { result, threads } = await walk(run, counting, { root, known });
  const { faults, counter } = walking;
  return {
    result,
    faults: faults.told,
    faultCount: faults.count,
    counts: counter.totals(),
    nodes: walking.progress.done(),
    threads,
  };
};

const rootOf = ({ module, load }: TreeRun, { context }: Walking): TreeNode => {
  const root: unknown = module.rootOf === undefined ? load.root : module.rootOf(context);
  if (typeof root === 'string' || Number.isFinite(root)) return root as TreeNode;
  throw new TypeError('rootOf returned neither a text nor a finite number');
};

const knownWeight = ({ module }: TreeRun, { context }: Walking, root: TreeNode): number | null => {
  const weight = module.weightOf?.(root, context);
  return weight !== undefined && Number.isSafeInteger(weight) && weight > 0 ? weight : null;
};

interface Whole {
  readonly root: TreeNode;
  /** Nodes of the whole tree, if the module says so. */
  readonly known: number | null;
}

const walk = async (
  run: TreeRun,
  walking: Walking,
  { root, known }: Whole,
): Promise<{ readonly result: Plain | undefined; readonly threads: number }> => {
  // What is asked to weigh branches is asked again by the walk, and counts only there.
  const scales = makeScales({ module: run.module, context: { ...walking.context, count: () => undefined } });
  const isHeavy = (node: TreeNode): boolean =>
    scales.countChildren(node) >= run.minSiblings || scales.weigh(node, run.minSubtree) >= run.minSubtree;
  if (run.threads < 2 || !isHeavy(root)) return { result: walkBranch(walking, [], root), threads: 1 };
  const wanted = run.threads * tasksPerThread;
  const weight = known ?? scales.weigh(root, wanted * countedShare);
  const share = Math.min(Math.max(1, Math.floor(weight / wanted)), largestShare);
  const pool = await run.openPool();
  try {
    return { result: await spreadTree({ walking, pool, scales, isHeavy, share }, root), threads: run.threads };
  } finally {
    await pool.close();
  }
};

/** More nodes than these are not put into one task, however large the tree, where they have to be counted: it would take too long. */
const countedShare = 256;
/** Nor more than these where the module says how many there are: what a task comes to travels at once. */
const largestShare = 4096;

/** `entity › dog › puppy`. */
export const showPath = (path: readonly string[]): string => path.join(' › ');
