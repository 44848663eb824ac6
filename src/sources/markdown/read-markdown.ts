/** Task files: each Markdown file is a work. */
import { realpathSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { Problem } from '../../ports/problem.ts';
import { gather, isDone, isOpen } from '../gather.ts';
import type { Entry, Gathered } from '../gather.ts';
import { isFolder, listTaskFiles, namesOf, nothingLeft, readTaskFile, showPath, stemOf } from '../task-files.ts';
import type { Report, TaskFile } from '../task-files.ts';
import { whyIndex } from './index-file.ts';

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

/**
 * Reads task files. Paths come in the order given, a folder's files in natural order of their names. Bad and
 * missing files are skipped with a warning; if nothing is left, or a folder holds no task file, that is a
 * Problem (refused). Works that are done are left out; if all are, the list is empty.
 */
export const readMarkdown = async (request: MarkdownRequest): Promise<Gathered> => {
  const report: Report = { warnings: [], notices: [] };
  const files: TaskFile[] = [];
  for (const path of request.paths) files.push(...(await readPath(path, request, report)));
  const tasks = withoutDoubles(files);
  if (tasks.length === 0)
    throw nothingLeft(request.paths, report, 'give a folder of `.md` files, or the files themselves');
  const root = resolve(request.cwd, request.root ?? '.');
  const gathered = gather(
    tasks.map((file) => toEntry(file, root)),
    { noun: 'file', prose: true, patterns: request.patterns ?? [] },
  );
  return {
    ...gathered,
    warnings: [...report.warnings, ...gathered.warnings],
    notices: [...report.notices, ...gathered.notices],
  };
};

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

const listTasks = async (
  folder: string,
  { exclude = [], cwd }: MarkdownRequest,
  report: Report,
): Promise<readonly string[]> => {
  const excluded = exclude.map(toPattern);
  const isExcluded = (name: string): boolean =>
    excluded.some((pattern) => pattern.test(name) || pattern.test(stemOf(name)));
  const names = await listTaskFiles(folder, cwd);
  for (const name of names.filter(isExcluded))
    report.notices.push(`${showPath(resolve(folder, name), cwd)} is excluded`);
  return names.filter((name) => !isExcluded(name));
};

const toPattern = (glob: string): RegExp =>
  new RegExp(
    `^${glob
      .split('*')
      .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
      .join('.*')}$`,
    'i',
  );

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

/** A file that is given twice, also by a symbolic link, is one work; hard links are files of their own. */
const withoutDoubles = (files: readonly TaskFile[]): readonly TaskFile[] => {
  const inodes = new Set<string>();
  const shared = new Set<string>();
  for (const { inode } of files) (inodes.has(inode) ? shared : inodes).add(inode);
  const seen = new Set<string>();
  return files.filter((file) => {
    if (!shared.has(file.inode)) return true;
    const real = realPathOf(file.path);
    return !seen.has(real) && seen.add(real);
  });
};

const realPathOf = (path: string): string => {
  try {
    return realpathSync.native(path);
  } catch {
    // It is gone since it was read; what it said counts.
    return path;
  }
};

const toEntry = (file: TaskFile, root: string): Entry => ({
  draft: file.task.draft,
  source: { type: 'markdown', ref: showPath(file.path, root) },
  writtenId: file.task.writtenId,
  shown: file.shown,
  names: namesOf(file),
  state: file.task.isDone ? isDone : isOpen,
});

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
