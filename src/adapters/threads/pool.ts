/** Worker threads that have a module and share its memory. They are made once for a walk, never inside it. */
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { LoadContext } from '../../ports/tree-module.ts';
import type { TreeAnswer, TreePool, TreeTask } from '../../ports/tree-pool.ts';

/** What a thread is given when it begins; memory in it is shared, not copied. */
export interface ThreadData {
  readonly moduleUrl: string;
  readonly load: LoadContext;
  readonly shared: unknown;
  /** Of `tree/progress.ts`. */
  readonly progress: SharedArrayBuffer;
}

export interface PoolOptions extends ThreadData {
  readonly threads: number;
  /** Tasks for each thread that are taken at a time. */
  readonly tasksPerThread: number;
}

/** What a thread throws away quickly may take so much: it is collected more often, and four threads stay small. */
const youngGenerationMb = 8;

export const makeThreadPool = ({ threads, tasksPerThread, ...data }: PoolOptions): TreePool => {
  const pool = new Piscina<TreeTask, TreeAnswer>({
    filename: fileURLToPath(new URL('./thread.js', import.meta.url)),
    minThreads: threads,
    maxThreads: threads,
    idleTimeout: Infinity,
    recordTiming: false,
    resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMb },
    workerData: data satisfies ThreadData,
  });
  // A thread that ends between two tasks takes none with it; another one is made.
  pool.on('error', () => undefined);
  return {
    capacity: threads * tasksPerThread,
    run: (task) => pool.run(task),
    close: () => pool.destroy(),
  };
};
