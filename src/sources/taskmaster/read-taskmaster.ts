/** task-master: the open tasks of `tasks.json`. Subtasks are steps of their task; what they wait for, it waits for. */
import { basename, dirname, join } from 'node:path';
import type { WorkId } from '../../core/work.ts';
import { Problem } from '../../ports/problem.ts';
import { isWorkId, makeId } from '../../protocol/id.ts';
import { problemAt } from '../../protocol/json.ts';
import { formatPath, isObject } from '../../protocol/shape.ts';
import type { Part } from '../combine.ts';
import { gather, isDone, isOpen } from '../gather.ts';
import type { Entry, EntryState } from '../gather.ts';
import { parseJsonText } from '../json-text.ts';
import { readListFile } from '../list-file.ts';
import { showPath } from '../task-files.ts';
import { readTextFile } from '../text-file.ts';
import { isDoneWord } from '../words.ts';
import { readPriority } from '../priority.ts';
import { subtaskNeeds } from './subtasks.ts';
import { tasksShape } from './tasks.ts';
import type { Task } from './tasks.ts';
import type { ListRequest } from '../list-request.ts';

/** Without a tag in the path, the current one of `state.json` counts, else `master`, else the only one. */
export const readTaskmaster = async (request: ListRequest): Promise<Part> => {
  const [, path = '', wanted = null] = /^(.*?)(?:#([^#/]+))?$/s.exec(request.path) ?? [];
  const file = await readListFile({ path, cwd: request.cwd, what: 'the list of tasks' });
  const json = parseJsonText(file.text, file.shown);
  const { tag, tasks, others } = chooseTag(json, wanted ?? (await currentTag(file.path)), file.shown);
  const read = tasksShape.safeParse(tasks);
  if (!read.success) throw wrongShape(read.error.issues[0], { text: file.text, file: file.shown, tag });
  const ref = showPath(file.path, request.root);
  const { needs, warnings } = subtaskNeeds(read.data);
  const gathered = gather(
    read.data.map((task) => toEntry(task, { ref, tag, shown: file.shown, needs: needs.get(task.id) ?? [] })),
    { noun: 'task', prose: false, patterns: request.patterns },
  );
  return {
    ...gathered,
    warnings: [...warnings, ...gathered.warnings],
    notices: [
      ...(others.length === 0
        ? []
        : [`the tag ${tag ?? ''} is read; other tags: ${others.join(', ')} (${path}#TAG reads another)`]),
      ...gathered.notices,
    ],
  };
};

interface Chosen {
  /** Null: the old form, without tags. */
  readonly tag: string | null;
  readonly tasks: unknown;
  readonly others: readonly string[];
}

const chooseTag = (json: unknown, wanted: string | null, shown: string): Chosen => {
  if (Array.isArray(json)) return { tag: null, tasks: json, others: [] };
  if (isObject(json) && Array.isArray(json['tasks'])) return { tag: null, tasks: json['tasks'], others: [] };
  const tags = isObject(json) ? Object.keys(json).filter((name) => isObject(json[name]) && 'tasks' in json[name]) : [];
  const tag = wanted ?? (tags.includes('master') ? 'master' : tags.length === 1 ? (tags[0] ?? null) : null);
  if (tags.length === 0)
    throw new Problem({
      what: 'this file holds no tasks of task-master',
      where: shown,
      hint: 'name its tasks.json: {"master": {"tasks": […]}}',
      code: 'refused',
    });
  if (tag === null || !tags.includes(tag))
    throw new Problem({
      what: tag === null ? 'the file has several tags, and none is the current one' : `the file has no tag ${tag}`,
      where: shown,
      hint: `name one: ${tags
        .slice(0, 20)
        .map((each) => `taskmaster=${shown}#${each}`)
        .join(', ')}`,
      code: 'refused',
    });
  return {
    tag,
    tasks: ((json as Record<string, unknown>)[tag] as { readonly tasks: unknown }).tasks,
    others: tags.filter((each) => each !== tag),
  };
};

/** Of `.taskmaster/state.json`, beside the folder of `tasks.json`. */
const currentTag = async (file: string): Promise<string | null> => {
  const state =
    basename(dirname(file)) === 'tasks'
      ? join(dirname(dirname(file)), 'state.json')
      : join(dirname(file), 'state.json');
  const read = readTextFile(state);
  if (read.kind !== 'text') return null;
  try {
    const { currentTag: tag } = JSON.parse(read.text) as { readonly currentTag?: unknown };
    return typeof tag === 'string' ? tag : null;
  } catch {
    return null;
  }
};

const wrongShape = (
  issue: { readonly path: readonly PropertyKey[]; readonly message: string } | undefined,
  { text, file, tag }: { readonly text: string; readonly file: string; readonly tag: string | null },
): Problem => {
  const inner = (issue?.path ?? []).filter((step) => typeof step !== 'symbol');
  const path = [...(tag === null ? [] : [tag]), 'tasks', ...inner];
  return problemAt({
    text,
    file,
    path,
    at: 'value',
    what: `the tasks cannot be used: \`${formatPath(path)}\`: ${issue?.message ?? 'something else'} is expected`,
    hint: 'correct this value',
  });
};

interface Context {
  readonly ref: string;
  readonly tag: string | null;
  readonly shown: string;
  readonly needs: readonly string[];
}

const toEntry = (task: Task, { ref, tag, shown, needs }: Context): Entry => {
  const own = (task.dependencies ?? []).map((each) => each.trim());
  return {
    draft: {
      id: isWorkId(task.id) ? task.id : makeId(task.id),
      title: (task.title ?? `Task ${task.id}`).slice(0, 500),
      body: bodyOf(task),
      group: tag === 'master' ? null : tag,
      priority: readPriority(String(task.priority ?? '')) ?? 3,
      params: {},
      labels: [],
      dependencies: [...new Set([...own, ...needs].map(topOf))].filter((each) => each !== task.id) as WorkId[],
      conflicts: [],
      estimate_seconds: null,
      workflow: null,
      base: null,
      max_run_seconds: null,
      uses: [],
    },
    source: { type: 'taskmaster', ref: `${ref}#${tag === null ? '' : `${tag}:`}${task.id}` },
    writtenId: task.id,
    shown: `${shown}: task ${task.id}`,
    names: [],
    state: stateOf(task.status ?? 'pending'),
  };
};

/** `21` of `21.4`: a subtask belongs to its task. */
const topOf = (id: string): string => id.split('.')[0] ?? id;

const stateOf = (status: string): EntryState => {
  if (isDoneWord(status)) return isDone;
  return /^(?:cancelled|canceled|deferred)$/i.test(status.trim())
    ? { kind: 'held', why: `is ${status.trim()}` }
    : isOpen;
};

const bodyOf = ({ description, details, testStrategy, subtasks }: Task): string =>
  [
    description ?? '',
    details ?? '',
    (testStrategy ?? '') === '' ? '' : `## How to test it\n\n${testStrategy ?? ''}`,
    (subtasks ?? []).length === 0
      ? ''
      : `## Steps\n\n${(subtasks ?? [])
          .map(
            ({ id, title, description: what, details: how, status }) =>
              `- [${isDoneWord(status ?? '') ? 'x' : ' '}] ${id}. ${[title, what, how].filter((each) => (each ?? '') !== '').join('\n  ')}`,
          )
          .join('\n')}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
