/** Backlog.md: a folder of task files whose ids change case and prefix between where they are given and where they are used. */
import { join, resolve } from 'node:path';
import { Problem } from '../../ports/problem.ts';
import type { Part } from '../combine.ts';
import { gather, isDone, isOpen } from '../gather.ts';
import type { Entry, EntryState } from '../gather.ts';
import { isFolder, listTaskFiles, namesOf, nothingLeft, readTaskFile, showPath } from '../task-files.ts';
import type { Report, TaskFile } from '../task-files.ts';
import type { ListRequest } from '../list-request.ts';

/**
 * Each file with an id in its front matter is a task. Completed ones that were moved to `completed` beside the folder
 * satisfy dependencies. A file that cannot be read is named with line and column, and the others go on.
 */
export const readBacklog = async (request: ListRequest): Promise<Part> => {
  const report: Report = { warnings: [], notices: [] };
  const folder = await findFolder(request);
  const files = await readAll(folder, request, report);
  if (files.length === 0) throw nothingLeft([request.path], report, 'name the folder of tasks: backlog=backlog/tasks');
  const completed = await readMoved(resolve(folder, '..', 'completed'), request);
  const gathered = gather(
    [
      ...files.map((file) => toEntry(file, request.root)),
      ...completed.map((file) => ({ ...toEntry(file, request.root), state: isDone })),
    ],
    { noun: 'file', prose: false, patterns: request.patterns },
  );
  return {
    ...gathered,
    warnings: [...report.warnings, ...gathered.warnings],
    notices: [...report.notices, ...gathered.notices],
  };
};

const findFolder = async ({ path, cwd }: ListRequest): Promise<string> => {
  const folder = resolve(cwd, path);
  if (!(await isFolder(folder)))
    throw new Problem({
      what: 'there is no such folder',
      where: path,
      hint: 'name the folder of tasks: backlog=backlog/tasks',
      code: 'refused',
    });
  const inside = join(folder, 'tasks');
  return (await isFolder(inside)) ? inside : folder;
};

const readAll = async (folder: string, { cwd, path }: ListRequest, report: Report): Promise<readonly TaskFile[]> => {
  const names = await listTaskFiles(folder, cwd);
  if (names.length === 0)
    throw new Problem({
      what: 'the folder holds no task file',
      where: path,
      hint: 'name the folder of tasks: backlog=backlog/tasks',
      code: 'refused',
    });
  const files: TaskFile[] = [];
  for (const name of names) {
    const file = await readTaskFile(join(folder, name), { cwd, isForeign: true }, report);
    if (file?.task.writtenId === null)
      report.notices.push(`${file.shown} has no id in its front matter; it is no task`);
    else if (file !== null) files.push(file);
  }
  return files;
};

/** Tasks that were finished and moved away: their names alone count, and what is wrong with them hurts nobody. */
const readMoved = async (folder: string, request: ListRequest): Promise<readonly TaskFile[]> => {
  if (!(await isFolder(folder))) return [];
  const files: TaskFile[] = [];
  for (const name of await listTaskFiles(folder, request.cwd)) {
    const file = await readTaskFile(
      join(folder, name),
      { cwd: request.cwd, isForeign: true },
      { warnings: [], notices: [] },
    );
    if (file !== null && file.task.writtenId !== null) files.push(file);
  }
  return files;
};

const toEntry = (file: TaskFile, root: string): Entry => {
  const { task } = file;
  const parent = task.field('parent_task_id') ?? task.field('parent');
  return {
    draft: {
      ...task.draft,
      group: task.draft.group ?? task.field('milestone'),
      params: { ...task.draft.params, ...(parent === null ? {} : { parent }) },
    },
    source: { type: 'backlog', ref: showPath(file.path, root) },
    writtenId: task.writtenId,
    shown: file.shown,
    names: namesOf(file),
    state: stateOf(file),
  };
};

const stateOf = ({ task: { isDone: isFinished, status } }: TaskFile): EntryState => {
  if (isFinished) return isDone;
  return /^(?:draft|cancell?ed|archived|on hold|deferred)$/i.test(status.trim())
    ? { kind: 'held', why: `is ${status.trim()}` }
    : isOpen;
};
