/** What a thread does with a task. */
import type { LoadContext, Plain, TreeModule } from '../ports/tree-module.ts';
import type { TreeAnswer, TreeTask } from '../ports/tree-pool.ts';
import { makeContext } from './context.ts';
import { makeCounter } from './counts.ts';
import { receiveStubs, sendWhole } from './crossing.ts';
import type { TreeProgress } from './progress.ts';
import { makeFaults, visitNode, walkBranch } from './walk.ts';
import type { Walking } from './walk.ts';

export interface ThreadSetting {
  readonly module: TreeModule;
  readonly load: LoadContext;
  readonly shared: unknown;
  readonly progress: TreeProgress;
}

export const answerTask = (setting: ThreadSetting, task: TreeTask): TreeAnswer => {
  const walking = makeWalking(setting);
  const results = resultsOf(walking, task);
  return {
    results: sendWhole(results),
    faults: walking.faults.told,
    faultCount: walking.faults.count,
    counts: walking.counter.totals(),
  };
};

/** Everything that a walk needs, with statistics and faults of its own. */
export const makeWalking = ({ module, load, shared, progress }: ThreadSetting): Walking => {
  const counter = makeCounter();
  return { module, context: makeContext({ load, shared, counter }), counter, progress, faults: makeFaults() };
};

const resultsOf = (walking: Walking, task: TreeTask): readonly (Plain | undefined)[] => {
  const path = [...task.path];
  if (task.kind === 'branches') return task.nodes.map((node) => walkBranch(walking, path, node));
  return [visitNode(walking, { path, node: task.node, results: receiveStubs(task.results) })];
};
