/**
 * What waits for what in a `tasks.md`. The phases before the first user story are its foundation, each a step after the
 * one before. User stories run side by side after the foundation, but for those that the text puts after another. A later
 * phase without a story comes after everything before it. Within a phase, tasks with `[P]` run side by side; one without
 * waits for all before it, and those after it wait for it. What is done takes no part.
 */
import type { Phase, TaskLine, TaskList } from './lines.ts';

/** By place in `list` (phase by phase), the places of the tasks that it waits for. */
export const orderTasks = ({ phases, storyOrder }: TaskList): ReadonlyMap<TaskLine, readonly TaskLine[]> => {
  const waits = new Map<TaskLine, readonly TaskLine[]>();
  const ends = new Map<string, readonly TaskLine[]>();
  let foundation: readonly TaskLine[] = [];
  let everything: readonly TaskLine[] = [];
  for (const { story, tasks } of phases) {
    const before =
      story === null
        ? everything
        : merge([
            foundation,
            ...afterStories(story, storyOrder, phases).map((each) => ends.get(each) ?? []),
            ends.get(story) ?? [],
          ]);
    const end = chain(
      tasks.filter(({ isDone }) => !isDone),
      before,
      waits,
    );
    if (story === null) {
      foundation = end;
      everything = end;
    } else {
      ends.set(story, end);
      everything = merge([...ends.values()].filter((each) => each.length > 0));
      if (everything.length === 0) everything = foundation;
    }
  }
  return waits;
};

/** Stories of earlier phases that a story comes after; one that stands later in the file cannot be waited for. */
const afterStories = (story: string, order: TaskList['storyOrder'], phases: readonly Phase[]): readonly string[] => {
  const own = phases.findIndex((phase) => phase.story === story);
  return (order.get(story) ?? []).filter((other) => phases.findIndex((phase) => phase.story === other) < own);
};

const merge = (lists: readonly (readonly TaskLine[])[]): readonly TaskLine[] => [...new Set(lists.flat())];

/** Fills in what each task of one phase waits for, and gives the tasks that the phase ends with. */
const chain = (
  tasks: readonly TaskLine[],
  before: readonly TaskLine[],
  waits: Map<TaskLine, readonly TaskLine[]>,
): readonly TaskLine[] => {
  let last = before;
  let beside: TaskLine[] = [];
  for (const task of tasks) {
    if (task.isParallel) {
      waits.set(task, last);
      beside.push(task);
    } else {
      waits.set(task, beside.length > 0 ? beside : last);
      last = [task];
      beside = [];
    }
  }
  return beside.length > 0 ? beside : last;
};
