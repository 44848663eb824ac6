/** spec-kit: the open tasks of one feature's `tasks.md`, or of all features in a folder. */
import { readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { compareNaturally } from '../../core/natural.ts';
import type { WorkId } from '../../core/work.ts';
import { Problem } from '../../ports/problem.ts';
import { isWorkId, makeId } from '../../protocol/id.ts';
import type { Part } from '../combine.ts';
import { gather, isDone, isOpen } from '../gather.ts';
import type { Entry, Gathered } from '../gather.ts';
import { isFolder, showPath } from '../task-files.ts';
import { readListFile } from '../list-file.ts';
import { readPriority } from '../priority.ts';
import { readTaskList } from './lines.ts';
import type { Phase, TaskLine, TaskList } from './lines.ts';
import { orderTasks } from './order.ts';
import type { ListRequest } from '../list-request.ts';

/** Ids are those of the file (`T012`); where there are several features, each has its name in front. */
export const readSpeckit = async (request: ListRequest): Promise<Part> => {
  const files = await findFiles(resolve(request.cwd, request.path), request);
  const parts: Gathered[] = [];
  for (const file of files) parts.push(await readFeature(file, request, files.length > 1));
  return {
    works: parts.flatMap(({ works }) => works),
    warnings: parts.flatMap(({ warnings }) => warnings),
    notices: parts.flatMap(({ notices }) => notices),
    done: parts.flatMap(({ done }) => done),
    aliases: new Map(parts.flatMap(({ aliases }) => [...aliases])),
  };
};

/** A file; a feature's folder; a folder of features; a folder of `NAME.tasks.md` files. */
const findFiles = async (path: string, { cwd, path: given }: ListRequest): Promise<readonly string[]> => {
  if (!(await isFolder(path))) return [path];
  const entries = (await readdir(path, { withFileTypes: true })).sort((a, b) => compareNaturally(a.name, b.name));
  if (entries.some(({ name }) => name === 'tasks.md')) return [join(path, 'tasks.md')];
  const below = await Promise.all(
    entries.map(async ({ name }) =>
      (await readdir(join(path, name)).catch((): string[] => [])).includes('tasks.md')
        ? [join(path, name, 'tasks.md')]
        : [],
    ),
  );
  const files = [
    ...below.flat(),
    ...entries.filter(({ name }) => /\.tasks\.md$/i.test(name)).map(({ name }) => join(path, name)),
  ];
  if (files.length > 0) return files;
  throw new Problem({
    what: 'the folder holds no tasks.md',
    where: showPath(path, cwd),
    hint: `name a feature: speckit=${given.replace(/\/$/, '')}/001-feature/tasks.md`,
    code: 'refused',
  });
};

const readFeature = async (path: string, request: ListRequest, hasOthers: boolean): Promise<Gathered> => {
  const file = await readListFile({ path, cwd: request.cwd, what: 'the list of tasks' });
  const list = readTaskList(file.text);
  if (list.phases.length === 0)
    throw new Problem({
      what: 'this list holds no task',
      where: file.shown,
      hint: 'write tasks as `- [ ] T001 Do this`',
      code: 'refused',
    });
  const feature =
    basename(path) === 'tasks.md' ? basename(dirname(path)) : basename(path).replace(/\.tasks\.md$|\.md$/i, '');
  const context = {
    list,
    feature,
    shown: file.shown,
    ref: showPath(path, request.root),
    prefix: hasOthers ? `${feature}-` : '',
  };
  return gather(toEntries(context), { noun: 'task', prose: false, patterns: request.patterns });
};

interface Context {
  readonly list: TaskList;
  readonly feature: string;
  readonly shown: string;
  readonly ref: string;
  readonly prefix: string;
}

const toEntries = (context: Context): readonly Entry[] => {
  const waits = orderTasks(context.list);
  const ids = new Set(context.list.phases.flatMap(({ tasks }) => tasks.map(({ id }) => id)));
  return context.list.phases.flatMap((phase) =>
    phase.tasks.map((task) => {
      const dependencies = [...(waits.get(task) ?? []).map(({ id }) => id), ...inText(task, ids)];
      return toEntry(task, phase, {
        ...context,
        dependencies: [...new Set(dependencies)].filter((id) => id !== task.id),
      });
    }),
  );
};

const toEntry = (
  task: TaskLine,
  phase: Phase,
  { feature, shown, ref, prefix, list, dependencies }: Context & { readonly dependencies: readonly string[] },
): Entry => {
  const id = `${prefix}${task.id}`;
  const story = phase.story ?? task.story;
  return {
    draft: {
      id: isWorkId(id) ? id : makeId(id),
      title: `${task.id} ${task.text}`.slice(0, 500).trim(),
      body: [
        task.text,
        ...task.details,
        '',
        `Task ${task.id} of ${ref}${list.title === null ? '' : ` (${list.title})`}`,
        phase.title,
      ]
        .join('\n')
        .trim(),
      group: story ?? (phase.title === '' ? feature : phaseName(phase.title)),
      priority: readPriority(phase.priority ?? '') ?? (story === null ? 1 : 3),
      params: { feature, task: task.id, ...(story === null ? {} : { story }) },
      labels: [],
      dependencies: dependencies.map((each) => `${prefix}${each}` as WorkId),
      conflicts: [],
      estimate_seconds: null,
      workflow: null,
      base: null,
      max_run_seconds: null,
      uses: [],
    },
    source: { type: 'speckit', ref: `${ref}#${task.id}` },
    writtenId: id,
    shown: `${shown}:${task.line}`,
    names: [task.id],
    state: task.isDone ? isDone : isOpen,
  };
};

/** `Setup` of `Phase 1: Setup (Shared Infrastructure)`. */
const phaseName = (title: string): string =>
  title
    .replace(/^Phase\s+\S+\s*[:–-]\s*/i, '')
    .replace(/\s*\(.*$/, '')
    .trim() || title;

/** `(depends on T007, T009-T012)`: tasks of this list. */
const inText = ({ text }: TaskLine, ids: ReadonlySet<string>): readonly string[] =>
  [
    ...text.matchAll(
      /(?<!\b(?:not|no longer|never)\s)\b(?:depends on|after|blocked by|requires)\s+((?:[A-Z]{1,4}-?\d+[a-z]?(?:\s*(?:,|&|\+|and|-|–|to|through)\s*)*)+)/gi,
    ),
  ].flatMap(([, list = '']) => expandRanges(list).filter((id) => ids.has(id)));

const expandRanges = (list: string): readonly string[] =>
  [...list.matchAll(/([A-Z]{1,4}-?)(\d+)([a-z]?)(?:\s*(?:-|–|to|through)\s*(?:\1)?(\d+))?/g)].flatMap(
    ([, letters = '', from = '', suffix = '', to]) => {
      if (to === undefined || Number(to) < Number(from) || Number(to) - Number(from) > 1000)
        return [`${letters}${from}${suffix}`];
      return Array.from(
        { length: Number(to) - Number(from) + 1 },
        (_, at) => `${letters}${String(Number(from) + at).padStart(from.length, '0')}`,
      );
    },
  );
