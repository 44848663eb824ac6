/** The shape of task-master's `tasks.json`: what of it counts. Unknown fields are let through. */
import { z } from 'zod';

const id = z.union([z.string(), z.number()], { error: 'a number or a text' }).transform(String);
const text = z.string({ error: 'text' }).nullish();
const ids = z.array(id, { error: 'a list of ids' }).nullish();

const subtask = z.looseObject(
  { id, title: text, description: text, details: text, status: text, dependencies: ids },
  { error: 'a subtask' },
);

const task = z.looseObject(
  {
    id,
    title: text,
    description: text,
    details: text,
    testStrategy: text,
    status: text,
    priority: z.union([z.string(), z.number()]).nullish(),
    dependencies: ids,
    subtasks: z.array(subtask, { error: 'a list of subtasks' }).nullish(),
  },
  { error: 'a task' },
);

/** The tasks of one tag. */
export const tasksShape = z.array(task, { error: 'a list of tasks' });

export type Task = z.infer<typeof task>;
export type Subtask = z.infer<typeof subtask>;
