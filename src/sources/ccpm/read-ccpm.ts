/** CCPM: the open tasks of an epic's folder, or of every epic in a folder. Task files are named by their number alone. */
import { readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { compareNaturally } from '../../core/natural.ts';
import type { WorkId } from '../../core/work.ts';
import { Problem } from '../../ports/problem.ts';
import { isWorkId, makeId } from '../../protocol/id.ts';
import type { Part } from '../combine.ts';
import { condense, gather, isDone, isOpen } from '../gather.ts';
import type { Entry, Gathered } from '../gather.ts';
import { isFolder, listTaskFiles, namesOf, nothingLeft, readTaskFile, showPath } from '../task-files.ts';
import type { Report, TaskFile } from '../task-files.ts';
import type { ListRequest } from '../list-request.ts';

/** Ids are the files' stems (`001`); where there are several epics, each has its name in front. */
export const readCcpm = async (request: ListRequest): Promise<Part> => {
  const report: Report = { warnings: [], notices: [] };
  const epics = await findEpics(request);
  const parts: Gathered[] = [];
  for (const epic of epics) {
    const files = await readEpic(epic, request, report);
    if (files.length > 0) parts.push(toWorks(files, { epic, request, hasOthers: epics.length > 1 }));
  }
  if (parts.length === 0) throw nothingLeft([request.path], report, 'name an epic: ccpm=.claude/epics/NAME');
  return {
    works: parts.flatMap(({ works }) => works),
    warnings: [...report.warnings, ...parts.flatMap(({ warnings }) => warnings)],
    notices: [...condense(report.notices), ...parts.flatMap(({ notices }) => notices)],
    done: parts.flatMap(({ done }) => done),
    aliases: new Map(parts.flatMap(({ aliases }) => [...aliases])),
  };
};

const isTaskName = (name: string): boolean => /^\d+\.md$/i.test(name);

const findEpics = async ({ path, cwd }: ListRequest): Promise<readonly string[]> => {
  const folder = resolve(cwd, path);
  const hint = 'name an epic: ccpm=.claude/epics/NAME';
  if (!(await isFolder(folder)))
    throw new Problem({ what: 'there is no such folder', where: path, hint, code: 'refused' });
  const entries = await readdir(folder, { withFileTypes: true });
  if (entries.some(({ name }) => isTaskName(name))) return [folder];
  const below = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const holds = await Promise.all(
    below.map(async (name) => (await readdir(join(folder, name)).catch(() => [])).some(isTaskName)),
  );
  const epics = below.filter((_, at) => holds[at]).sort(compareNaturally);
  if (epics.length > 0) return epics.map((name) => join(folder, name));
  throw new Problem({
    what: 'the folder holds no task of an epic',
    where: path,
    hint: `task files are named by their number: 001.md; ${hint}`,
    code: 'refused',
  });
};

const readEpic = async (epic: string, { cwd }: ListRequest, report: Report): Promise<readonly TaskFile[]> => {
  const files: TaskFile[] = [];
  for (const name of await listTaskFiles(epic, cwd)) {
    if (!isTaskName(name)) {
      report.notices.push(`${showPath(join(epic, name), cwd)} is not named by a number; it is no task`);
      continue;
    }
    const file = await readTaskFile(join(epic, name), { cwd, isForeign: true }, report);
    if (file?.task.hasFrontMatter === false) report.notices.push(`${file.shown} has no front matter; it is no task`);
    else if (file !== null) files.push(file);
  }
  return files;
};

interface Context {
  readonly epic: string;
  readonly request: ListRequest;
  readonly hasOthers: boolean;
}

const toWorks = (files: readonly TaskFile[], { epic, request, hasOthers }: Context): Gathered => {
  const name = basename(epic);
  const prefix = hasOthers ? `${name}-` : '';
  const open = files.filter(({ task }) => !task.isDone).map(({ task }) => task.stem);
  const entries = files.map((file): Entry => {
    const { task } = file;
    const id = `${prefix}${task.stem}`;
    const alone = task.field('parallel') === 'false' ? open.filter((stem) => stem !== task.stem) : [];
    const url = task.field('github') ?? '';
    return {
      draft: {
        ...task.draft,
        id: isWorkId(id) ? id : makeId(id),
        title: task.field('name') ?? task.draft.title,
        group: task.draft.group ?? name,
        conflicts: [...new Set([...task.draft.conflicts, ...alone])] as WorkId[],
      },
      source: { type: 'ccpm', ref: showPath(file.path, request.root), ...(/^https?:\/\//.test(url) ? { url } : {}) },
      writtenId: id,
      shown: file.shown,
      names: [...namesOf(file), ...issueNumber(url)],
      state: task.isDone ? isDone : isOpen,
    };
  });
  return gather(entries, { noun: 'file', prose: false, patterns: request.patterns });
};

/** After a task is synchronised, others may name it by its issue. */
const issueNumber = (url: string): readonly string[] => {
  const number = /\/issues\/(\d+)$/.exec(url)?.[1];
  return number === undefined ? [] : [number];
};
