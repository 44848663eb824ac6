/** Task files: each Markdown file is a work. */
import { readdir, stat } from 'node:fs/promises';
import { basename, relative, resolve, sep } from 'node:path';
import { compareNaturally } from '../../core/natural.ts';
import type { Work } from '../../core/work.ts';
import { Problem } from '../../ports/problem.ts';
import { distinctIds } from '../../protocol/id.ts';
import { workLimit } from '../../protocol/work.ts';
import { resolveReferences } from '../references.ts';
import { whyIndex } from './index-file.ts';
import { parseTask } from './task.ts';
import type { Task } from './task.ts';
import { readTextFile } from './text-file.ts';

export interface MarkdownRequest {
  /** Folders (all `.md` files in them, not in folders below) and files, absolute or from `cwd`. */
  readonly paths: readonly string[];
  readonly cwd: string;
  /** The folder that `source.ref` is relative to; `cwd` if absent. */
  readonly root?: string;
  /** Names or stems of files in folders that are left out; `*` stands for any characters. */
  readonly exclude?: readonly string[];
  /** Config `batch.dependency_patterns`. */
  readonly patterns?: readonly string[];
}

export interface MarkdownWorks {
  readonly works: Work[];
  /** What a person should mend, a sentence each: skipped and doubtful files, ambiguous references. */
  readonly warnings: string[];
  /** What was left out on purpose, a sentence each: indexes, works that are done, satisfied dependencies. */
  readonly notices: string[];
}

/**
 * Reads task files. Paths come in the order given, a folder's files in natural order of their names. Bad and
 * missing files are skipped with a warning; if nothing is left, or a folder holds no task file, that is a
 * Problem (refused). Works that are done are left out; if all are, the list is empty.
 */
export const readMarkdown = async (request: MarkdownRequest): Promise<MarkdownWorks> => {
  const report: Report = { warnings: [], notices: [] };
  const files: TaskFile[] = [];
  for (const path of request.paths) files.push(...(await readPath(path, request, report)));
  const tasks = withoutDoubles(files);
  if (tasks.length === 0) throw nothingLeft(request.paths, report);
  return { ...toWorks(tasks, request, report), warnings: report.warnings, notices: report.notices };
};

interface Report {
  readonly warnings: string[];
  readonly notices: string[];
}

interface TaskFile {
  /** As messages name it. */
  readonly shown: string;
  readonly path: string;
  readonly realPath: string;
  readonly task: Task;
}

const readPath = async (path: string, request: MarkdownRequest, report: Report): Promise<readonly TaskFile[]> => {
  const absolute = resolve(request.cwd, path);
  if (!(await isFolder(absolute))) {
    const file = await readTaskFile(absolute, request, report);
    return file === null ? [] : [file];
  }
  const names = await listTasks(absolute, request, report);
  if (names.length === 0) throw emptyFolder(path, request);
  const files: TaskFile[] = [];
  for (const name of names) {
    const file = await readTaskFile(resolve(absolute, name), request, report);
    if (file !== null) files.push(file);
  }
  return leaveOutIndexes(files, path, report);
};

const isFolder = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
};

const listTasks = async (
  folder: string,
  { exclude = [], cwd }: MarkdownRequest,
  report: Report,
): Promise<readonly string[]> => {
  const excluded = exclude.map(toPattern);
  const isExcluded = (name: string): boolean =>
    excluded.some((pattern) => pattern.test(name) || pattern.test(stemOf(name)));
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new Problem(
      {
        what: 'the folder of task files cannot be read',
        where: show(folder, cwd),
        hint: 'check its permissions',
        code: 'refused',
      },
      { cause },
    );
  });
  const names = entries
    .filter((entry) => !entry.isDirectory() && /^[^.].*\.md$/i.test(entry.name))
    .map(({ name }) => name);
  for (const name of names.filter(isExcluded)) report.notices.push(`${show(resolve(folder, name), cwd)} is excluded`);
  if (names.length > workLimit) {
    const what = `the folder holds ${names.length.toLocaleString('en')} task files, and ${workLimit.toLocaleString('en')} are the limit`;
    throw new Problem({ what, where: show(folder, cwd), hint: 'split it, or name the files', code: 'refused' });
  }
  return names.filter((name) => !isExcluded(name)).sort(compareNaturally);
};

const toPattern = (glob: string): RegExp =>
  new RegExp(
    `^${glob
      .split('*')
      .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
      .join('.*')}$`,
    'i',
  );

const readTaskFile = async (path: string, { cwd }: MarkdownRequest, report: Report): Promise<TaskFile | null> => {
  const shown = show(path, cwd);
  const file = await readTextFile(path);
  if (file.kind !== 'text') {
    report.warnings.push(`${shown} ${file.kind === 'bad' ? file.why : 'does not exist'}; skipped`);
    return null;
  }
  const parsed = await parseTask(file.text, stemOf(basename(path)));
  if (!parsed.ok) {
    const { line, column, why } = parsed;
    report.warnings.push(
      /^(?:is|has) /.test(why) ? `${shown} ${why}; skipped` : `${shown}:${line}:${column}: ${why}; skipped`,
    );
    return null;
  }
  for (const why of file.warnings) report.warnings.push(`${shown} ${why}`);
  for (const { line, column, why } of parsed.task.warnings) report.warnings.push(`${shown}:${line}:${column}: ${why}`);
  return { shown, path, realPath: file.realPath, task: parsed.task };
};

const leaveOutIndexes = (files: readonly TaskFile[], folder: string, report: Report): readonly TaskFile[] => {
  const candidates = files.map(({ path, task }) => ({
    name: basename(path),
    stem: task.stem,
    body: task.draft.body,
    hasFrontMatter: task.hasFrontMatter,
  }));
  const kept = files.filter((file, index) => {
    const why = whyIndex(candidates[index] as (typeof candidates)[number], candidates);
    if (why !== null) report.notices.push(`${file.shown} ${why}; it is left out (name the file to run it)`);
    return why === null;
  });
  if (kept.length === 0 && files.length > 0) report.notices.push(`${folder} holds nothing but indexes`);
  return kept;
};

/** A file that is given twice, also by a link, is one work. */
const withoutDoubles = (files: readonly TaskFile[]): readonly TaskFile[] => {
  const seen = new Set<string>();
  return files.filter(({ realPath }) => !seen.has(realPath) && seen.add(realPath));
};

const toWorks = (files: readonly TaskFile[], request: MarkdownRequest, report: Report): { readonly works: Work[] } => {
  const ids = nameWorks(files, report);
  const names = files.map(({ path, task }) => [
    basename(path),
    task.stem,
    task.draft.id,
    ...(task.writtenId === null ? [] : [task.writtenId]),
  ]);
  const works: Work[] = [];
  const done: { readonly id: string; readonly aliases: readonly string[] }[] = [];
  const aliases = new Map<string, readonly string[]>();
  for (const [index, { path, shown, task }] of files.entries()) {
    const id = ids[index] as Work['id'];
    if (task.isDone) {
      done.push({ id, aliases: names[index] ?? [] });
      report.notices.push(`${shown} is done; it is left out`);
      continue;
    }
    aliases.set(id, names[index] ?? []);
    works.push({
      ...task.draft,
      id,
      source: { type: 'markdown', ref: show(path, resolve(request.cwd, request.root ?? '.')) },
    });
  }
  const resolved = resolveReferences({ works, aliases, done, patterns: request.patterns ?? [] });
  report.warnings.push(...resolved.warnings);
  report.notices.push(...resolved.notices);
  return { works: [...resolved.works] };
};

/** Ids that their authors wrote are given first, then those of stems: a stem never takes a written id. */
const nameWorks = (files: readonly TaskFile[], report: Report): readonly Work['id'][] => {
  const order = files
    .map((_, index) => index)
    .sort((left, right) => rankOf(files[left]) - rankOf(files[right]) || left - right);
  const distinct = distinctIds(order.map((index) => (files[index] as TaskFile).task.draft.id));
  const ids: Work['id'][] = [];
  for (const [place, index] of order.entries()) {
    const file = files[index] as TaskFile;
    const id = distinct[place] as Work['id'];
    if (id !== file.task.draft.id)
      report.warnings.push(`${file.shown}: another file has the id ${file.task.draft.id}; this one is ${id}`);
    ids[index] = id;
  }
  return ids;
};

const rankOf = (file: TaskFile | undefined): number => (file?.task.writtenId === null ? 1 : 0);

const stemOf = (name: string): string => name.replace(/\.md$/i, '');

/** A path from a folder on, with `/`; absolute if it lies outside. */
const show = (path: string, from: string): string => {
  const inside = relative(from, path);
  return (inside === '' ? '.' : inside === '..' || inside.startsWith(`..${sep}`) ? path : inside).split(sep).join('/');
};

const emptyFolder = (path: string, { exclude = [] }: MarkdownRequest): Problem =>
  new Problem({
    what: 'the folder holds no task file',
    where: path,
    hint:
      exclude.length > 0
        ? 'put `.md` files into it, or exclude fewer'
        : 'put one `.md` file a task into it; folders below it are not searched',
    code: 'refused',
  });

const nothingLeft = (paths: readonly string[], { warnings, notices }: Report): Problem => {
  const reasons = [...warnings, ...notices];
  return new Problem({
    what: 'no task file can be used',
    where:
      reasons.length === 0
        ? paths.join(', ')
        : `${reasons.slice(0, 5).join(' · ')}${reasons.length > 5 ? ` · and ${reasons.length - 5} more` : ''}`,
    hint: 'give a folder of `.md` files, or the files themselves',
    code: 'refused',
  });
};
