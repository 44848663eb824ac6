/** Worker threads that have a module and share its memory. They are made once for a walk, never inside it. */
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { LoadContext } from '../../ports/tree-module.ts';
import type { TreeAnswer, TreePool, TreeTask } from '../../ports/tree-pool.ts';

/** What a thread is given when it begins. */
export interface ThreadData {
  readonly moduleUrl: string;
  readonly load: LoadContext;
  /** Of `tree/progress.ts`. */
  readonly progress: SharedArrayBuffer;
}

/** What it is given with each task: what is shared is known only after threads have begun. Memory in it is not copied. */
export interface ThreadTask {
  readonly shared: unknown;
  readonly task: TreeTask;
}

/** Threads that begin while the main thread loads. */
export interface ThreadPool {
  /** The pool for what `load` returned. */
  withShared(shared: unknown): TreePool;
  /** Ends all threads. May be called twice. */
  close(): Promise<void>;
}

export interface PoolOptions extends ThreadData {
  readonly threads: number;
  /** Tasks for each thread that are taken at a time. */
  readonly tasksPerThread: number;
}

/**
 * What threads throw away quickly may take so much together, and of each not less than the other: with less room a thread
 * collects it more often, and copies what still lives each time (for all of WordNet 720 times with 3 MB, 370 with 4, 210
 * with 8); with more, four threads would be large.
 */
const [youngTogetherMb, youngLeastMb] = [16, 4] as const;

export const makeThreadPool = ({ threads, tasksPerThread, ...data }: PoolOptions): ThreadPool => {
  const pool = new Piscina<ThreadTask, TreeAnswer>({
    filename: fileURLToPath(new URL('./thread.bundle.mjs', import.meta.url)),
    minThreads: threads,
    maxThreads: threads,
    idleTimeout: Infinity,
    recordTiming: false,
    resourceLimits: { maxYoungGenerationSizeMb: Math.max(youngLeastMb, Math.floor(youngTogetherMb / threads)) },
    workerData: data satisfies ThreadData,
  });
  // A thread that ends between two tasks takes none with it; another one is made.
  pool.on('error', () => undefined);
  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => (closing ??= pool.destroy());
  return {
    withShared: (shared) => ({
      capacity: threads * tasksPerThread,
      run: (task) => pool.run({ shared, task }),
      close,
    }),
    close,
  };
};
