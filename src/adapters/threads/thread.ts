/** A worker thread: takes its module from where the main thread has it, then answers one task after the other. */
import { workerData } from 'node:worker_threads';
import type { TreeAnswer } from '../../ports/tree-pool.ts';
import { answerTask } from '../../tree/answer-task.ts';
import type { ThreadSetting } from '../../tree/answer-task.ts';
import { makeProgress } from '../../tree/progress.ts';
import { freezeShared } from '../../tree/shared.ts';
import { importTreeModule } from './import-module.ts';
import type { ThreadData, ThreadTask } from './pool.ts';

const { moduleUrl, load, progress } = workerData as ThreadData;
/** Begins with the thread, beside what the main thread loads; what goes wrong is told to whoever waits for the first task. */
const importing = importTreeModule(moduleUrl);
importing.catch(() => undefined);

let setting: ThreadSetting | null = null;

/** The first task's shared value serves them all: one object, by which a module may remember what it has made of it. */
const prepare = async (shared: unknown): Promise<ThreadSetting> => {
  freezeShared(shared);
  return { module: await importing, load, shared, progress: makeProgress(progress) };
};

export default async ({ shared, task }: ThreadTask): Promise<TreeAnswer> => {
  setting ??= await prepare(shared);
  return answerTask(setting, task);
};
