/**
 * One walk of a data set in a process of its own: `tree-run imagenet|tencent plain|THREADS`. `plain` is recursion over the
 * module's functions and nothing else: no pool, no messages, no checks, no progress. Prints what it cost, as JSON.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { makeThreadPool, type ThreadPool } from '../../src/adapters/threads/pool.ts';
import { loadTree, type LoadedTree } from '../../src/compose-tree.ts';
import type { Plain, TreeNode } from '../../src/ports/tree-module.ts';
import { makeContext } from '../../src/tree/context.ts';
import { makeCounter } from '../../src/tree/counts.ts';
import { makeProgress, makeProgressMemory } from '../../src/tree/progress.ts';
import { makeReporter } from '../../src/tree/report.ts';
import { branchesInFlight, runTree } from '../../src/tree/run-tree.ts';
import { writeDocument } from '../../src/tree/write-yaml.ts';

/** What one walk cost. Times are of the walk, from loaded to its result; `total_ms` is of the whole program. */
export interface TreeCost {
  /** From the start of the program to what is loaded. */
  readonly load_ms: number;
  readonly walk_ms: number;
  readonly total_ms: number;
  /** Processor time of the walk, all threads. */
  readonly processor_ms: number;
  /** Processor time of the thread that had most. */
  readonly busiest_ms: number;
  readonly peak_mb: number;
  readonly nodes: number;
  /** Of the output. */
  readonly sum: string;
}

const tickMs = 10;

/** Processor time of each thread of this process that lives. */
const threadTimes = (): readonly number[] =>
  readdirSync('/proc/self/task').map((task) => {
    const stat = readFileSync(`/proc/self/task/${task}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * tickMs;
  });

const processorMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

interface Walked {
  readonly result: Plain | undefined;
  readonly nodes: number;
  readonly busiest_ms: number;
}

const load = { root: 'all', params: { preset: 'balanced' } };

const recurse = ({ module, shared }: LoadedTree): Walked => {
  const before = Math.max(...threadTimes());
  const context = makeContext({ load, shared, counter: makeCounter() });
  let nodes = 0;
  const walk = (node: TreeNode): Plain => {
    nodes++;
    return module.visit(node, module.children(node, context).map(walk), context);
  };
  const result = walk(module.rootOf?.(context) ?? load.root);
  return { result, nodes, busiest_ms: Math.max(...threadTimes()) - before };
};

const memory = makeProgressMemory();

/** As in a stage they begin before the module loads. */
const beginThreads = (moduleUrl: string, threads: number): ThreadPool =>
  makeThreadPool({ threads, tasksPerThread: branchesInFlight, moduleUrl, load, progress: memory });

const spread = async ({ module, shared }: LoadedTree, threads: number, warm: ThreadPool | null): Promise<Walked> => {
  const before = Math.max(...threadTimes());
  let busiest_ms = 0;
  const { result, nodes } = await runTree({
    ...{ module, load, shared, threads, minSiblings: 5, minSubtree: 50 },
    progress: makeProgress(memory),
    openPool: () => {
      const pool = (warm as ThreadPool).withShared(shared);
      const close = (): Promise<void> => {
        const [main = 0, ...others] = threadTimes();
        busiest_ms = Math.max(main - before, ...others);
        return pool.close();
      };
      return { ...pool, close };
    },
  });
  return { result, nodes, busiest_ms: busiest_ms === 0 ? Math.max(...threadTimes()) - before : busiest_ms };
};

const [dataSet = '', how = ''] = process.argv.slice(2);
const moduleUrl = new URL(`../examples/skeletons/${dataSet}.js`, import.meta.url).href;
let threads: ThreadPool | null = null;
const loaded = await loadTree(moduleUrl, load, makeReporter({ write: () => undefined }), () => {
  threads = how === 'plain' || how === '1' ? null : beginThreads(moduleUrl, Number(how));
});
const begin = { at: performance.now(), processor: processorMs() };
const { result, nodes, busiest_ms } = how === 'plain' ? recurse(loaded) : await spread(loaded, Number(how), threads);
const end = { at: performance.now(), processor: processorMs() };
const hash = createHash('sha256');
writeDocument(result ?? null, (text) => hash.update(text));
const cost: TreeCost = {
  load_ms: begin.at,
  walk_ms: end.at - begin.at,
  total_ms: performance.now(),
  processor_ms: end.processor - begin.processor,
  busiest_ms,
  peak_mb: process.resourceUsage().maxRSS / 1024,
  nodes,
  sum: hash.digest('hex').slice(0, 12),
};
console.log(JSON.stringify(cost));
