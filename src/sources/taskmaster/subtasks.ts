/** What tasks wait for because an open subtask of theirs does. */
import { isDoneWord } from '../words.ts';
import type { Subtask, Task } from './tasks.ts';

export interface SubtaskNeeds {
  /** By task, ids of other tasks. */
  readonly needs: ReadonlyMap<string, readonly string[]>;
  readonly warnings: readonly string[];
}

/**
 * A bare number in a subtask means a sibling, and so does one with the task's own number before the point: neither is a
 * dependency of the task. `5.2` is one on task 5, unless that step is done. Where two tasks would wait for each other's
 * steps, the second such dependency is left out, with a warning: their tasks are done whole.
 */
export const subtaskNeeds = (tasks: readonly Task[]): SubtaskNeeds => {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const waits = new Map(
    tasks.map(({ id, dependencies }) => [id, new Set((dependencies ?? []).map((each) => each.split('.')[0] ?? each))]),
  );
  const needs = new Map<string, string[]>();
  const warnings: string[] = [];
  for (const task of tasks) {
    if (isDoneWord(task.status ?? '')) continue;
    for (const subtask of (task.subtasks ?? []).filter(({ status }) => !isDoneWord(status ?? ''))) {
      for (const other of othersOf(subtask, task, byId)) {
        if (waits.get(task.id)?.has(other) === true) continue;
        if (reaches(other, task.id, waits)) {
          warnings.push(
            `task ${task.id}: its step ${subtask.id} waits for task ${other}, which waits for task ${task.id}; this is left out`,
          );
          continue;
        }
        waits.get(task.id)?.add(other);
        needs.set(task.id, [...(needs.get(task.id) ?? []), other]);
      }
    }
  }
  return { needs, warnings };
};

const othersOf = ({ dependencies }: Subtask, { id }: Task, byId: ReadonlyMap<string, Task>): readonly string[] =>
  (dependencies ?? []).flatMap((reference) => {
    const [task = '', step] = reference.split('.');
    if (step === undefined || task === id) return [];
    const found = byId.get(task)?.subtasks?.find((each) => each.id === step || each.id === reference);
    return found !== undefined && isDoneWord(found.status ?? '') ? [] : [task];
  });

const reaches = (from: string, to: string, waits: ReadonlyMap<string, ReadonlySet<string>>): boolean => {
  const seen = new Set([from]);
  const reached = [from];
  for (let next = reached.pop(); next !== undefined; next = reached.pop()) {
    if (next === to) return true;
    for (const each of waits.get(next) ?? [])
      if (!seen.has(each)) {
        seen.add(each);
        reached.push(each);
      }
  }
  return false;
};
