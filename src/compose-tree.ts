/** The program that walks a tree: for a stage, and for whoever walks one alone. Starts no process. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { makeLock, withLock } from './adapters/file-store/lock.ts';
import { makeProcesses } from './adapters/system/processes.ts';
import { leaseThreads, type ThreadLease } from './adapters/thread-lease/thread-lease.ts';
import { importTreeModule } from './adapters/threads/import-module.ts';
import { makeThreadPool, type ThreadPool } from './adapters/threads/pool.ts';
import { fileInside, placeInside } from './adapters/tree-files/inside.ts';
import { writeWhole } from './adapters/tree-files/whole-file.ts';
import { Problem } from './ports/problem.ts';
import type { LoadContext } from './ports/tree-module.ts';
import { parseTreeOrder, type TreeOrder } from './protocol/tree-settings.ts';
import { makeLoadContext } from './tree/context.ts';
import { makeProgress, makeProgressMemory } from './tree/progress.ts';
import { branchesInFlight, runTree, type TreeOutcome } from './tree/run-tree.ts';
import { buffersOf, findSharedFault, freezeShared, sumOf } from './tree/shared.ts';
import { faultLines, makeReporter, type TreeReporter } from './tree/report.ts';
import { messageOf } from './tree/walk.ts';
import { writeDocument } from './tree/write-yaml.ts';

/** For a stage: all it is to do stands in `WF_TREE`. Gives the exit code. */
export const composeTree = async (): Promise<number> => {
  const reporter = makeReporter(process.stdout);
  try {
    const order = parseTreeOrder(process.env['WF_TREE']);
    const cwd = process.cwd();
    const module = fileInside(cwd, order.tree.module, 'the module of the tree');
    const output = placeInside(cwd, order.tree.output, 'the output of the tree');
    const lease = await leaseFor(order, reporter);
    try {
      const { params, tree } = order;
      return await walkTree({
        moduleUrl: pathToFileURL(module).href,
        load: { root: tree.root, params },
        threads: lease.threads,
        minSiblings: tree.min_siblings,
        minSubtree: tree.min_subtree,
        output,
        reporter,
      });
    } finally {
      await lease.release();
    }
  } catch (error) {
    return explain(error, reporter);
  }
};

/** `auto` is a fair share; a number is what it may be at most. All of a batch have as many as there are cores. */
const leaseFor = (order: TreeOrder, reporter: TreeReporter): Promise<ThreadLease> => {
  const budget = availableParallelism();
  const processes = makeProcesses();
  const lock = makeLock({ folder: join(order.batch_folder, 'locks', 'threads'), processes });
  const { threads } = order.tree;
  return leaseThreads(
    {
      folder: order.batch_folder,
      budget,
      processes,
      underLock: (body) => withLock(lock, () => body()),
    },
    {
      wanted: threads === 'auto' ? Math.max(1, Math.floor(budget / order.parallel)) : threads,
      onWait: () =>
        reporter.say(`all ${budget} threads of this machine are walking other trees of the batch: waiting for one`),
    },
  );
};

export interface TreeWalk {
  readonly moduleUrl: string;
  readonly load: LoadContext;
  readonly threads: number;
  readonly minSiblings: number;
  readonly minSubtree: number;
  /** Absolute. */
  readonly output: string;
  readonly reporter: TreeReporter;
}

/** Walks a tree and writes its output; gives the exit code. Throws a Problem for what cannot be walked at all. */
export const walkTree = async (walk: TreeWalk): Promise<number> => {
  let warm: WarmThreads | null = null;
  try {
    const loaded = await loadTree(walk.moduleUrl, walk.load, walk.reporter, () => {
      warm = walk.threads > 1 ? warmUp(walk) : null;
    });
    return writeOutcome(walk, loaded, await walkLoaded(walk, loaded, warm));
  } finally {
    await (warm as WarmThreads | null)?.pool.close();
  }
};

const writeOutcome = (walk: TreeWalk, loaded: LoadedTree, outcome: TreeOutcome): number => {
  const { reporter } = walk;
  if (outcome.result === undefined) {
    for (const line of faultLines(outcome)) reporter.say(line);
    return 1;
  }
  if (loaded.isChanged()) {
    reporter.say('❌ the tree failed: a function of the module changed the shared memory, which all threads read');
    return 1;
  }
  reporter.phase(3, 'Writing');
  const { result } = outcome;
  writeWhole(walk.output, (write) => writeDocument(result, write));
  reporter.finish(outcome, walk.output);
  return 0;
};

/** A module with what it shares. */
export interface LoadedTree {
  readonly module: Awaited<ReturnType<typeof importTreeModule>>;
  readonly shared: unknown;
  /** Whether its shared memory is not as it was after `load`. */
  isChanged(): boolean;
}

/** `onLoad` is called before the module loads, if it does: time for threads to begin. */
export const loadTree = async (
  moduleUrl: string,
  load: LoadContext,
  reporter: TreeReporter,
  onLoad: () => void = () => undefined,
): Promise<LoadedTree> => {
  reporter.phase(1, 'Loading');
  const module = await importTreeModule(moduleUrl);
  if (module.load !== undefined) onLoad();
  const shared = await loadShared(module, load);
  const fault = findSharedFault(shared);
  if (fault !== null)
    throw new Problem({
      what: `what \`load\` returned cannot be shared: ${fault}`,
      where: moduleUrl.replace('file://', ''),
      hint: 'share SharedArrayBuffers, typed arrays over them and a few plain values',
      code: 'refused',
    });
  freezeShared(shared);
  const buffers = buffersOf(shared);
  const before = sumOf(buffers);
  return { module, shared, isChanged: () => sumOf(buffers) !== before };
};

const loadShared = async (module: LoadedTree['module'], load: LoadContext): Promise<unknown> => {
  try {
    return (await module.load?.(makeLoadContext(load))) ?? null;
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem({
      what: `the tree cannot be loaded: ${messageOf(error)}`,
      where: `root ${load.root}`,
      hint: 'the function `load` of the module threw this',
      code: 'refused',
    });
  }
};

/** Threads that have begun, with the memory in which they count. */
interface WarmThreads {
  readonly pool: ThreadPool;
  readonly memory: SharedArrayBuffer;
}

const warmUp = ({ threads, moduleUrl, load }: Pick<TreeWalk, 'threads' | 'moduleUrl' | 'load'>): WarmThreads => {
  const memory = makeProgressMemory();
  const given = { threads, tasksPerThread: branchesInFlight, moduleUrl, load, progress: memory };
  return { pool: makeThreadPool(given), memory };
};

/** Walks what is loaded, over threads if there are several: those that have begun, else new ones when they are needed. */
export const walkLoaded = async (
  { moduleUrl, load, threads, minSiblings, minSubtree, reporter }: Omit<TreeWalk, 'output'>,
  { module, shared }: Pick<LoadedTree, 'module' | 'shared'>,
  warm: WarmThreads | null = null,
): Promise<TreeOutcome> => {
  const memory = warm?.memory ?? makeProgressMemory();
  const progress = makeProgress(memory);
  reporter.phase(2, 'Walking');
  const stop = reporter.follow(progress);
  try {
    return await runTree({
      module,
      load,
      shared,
      progress,
      threads,
      minSiblings,
      minSubtree,
      openPool: () => {
        const given = { threads, tasksPerThread: branchesInFlight, moduleUrl, load, progress: memory };
        return (warm?.pool ?? makeThreadPool(given)).withShared(shared);
      },
      onNode: () => reporter.tick(progress),
    });
  } finally {
    stop();
  }
};

/** The exit code of what cannot be walked, after it was told. */
export const explain = (error: unknown, reporter: TreeReporter): number => {
  if (error instanceof Problem) {
    reporter.say(`error: ${error.what}`);
    reporter.say(`  at: ${error.where}`);
    reporter.say(`  try: ${error.hint}`);
    reporter.say(`❌ the tree failed: ${error.what}`);
    return error.code === 'usage' ? 2 : 1;
  }
  reporter.say(`❌ the tree failed: ${messageOf(error)}`);
  return 1;
};
