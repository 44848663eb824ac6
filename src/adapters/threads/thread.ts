/** A worker thread: takes its module from where the main thread has it, then answers one task after the other. */
import { workerData } from 'node:worker_threads';
import type { TreeAnswer, TreeTask } from '../../ports/tree-pool.ts';
import { answerTask } from '../../tree/answer-task.ts';
import type { ThreadSetting } from '../../tree/answer-task.ts';
import { makeProgress } from '../../tree/progress.ts';
import { freezeShared } from '../../tree/shared.ts';
import { importTreeModule } from './import-module.ts';
import type { ThreadData } from './pool.ts';

let setting: ThreadSetting | null = null;

/** At the first task, not at the start: what goes wrong is then told to whoever waits for the task. */
const prepare = async ({ moduleUrl, load, shared, progress }: ThreadData): Promise<ThreadSetting> => {
  freezeShared(shared);
  return { module: await importTreeModule(moduleUrl), load, shared, progress: makeProgress(progress) };
};

export default async (task: TreeTask): Promise<TreeAnswer> => {
  setting ??= await prepare(workerData as ThreadData);
  return answerTask(setting, task);
};
