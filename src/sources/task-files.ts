/** Folders of task files, one task a file: which files there are, and what they say. */
import { readdir, stat } from 'node:fs/promises';
import { basename, relative, sep } from 'node:path';
import { compareNaturally } from '../core/natural.ts';
import { Problem } from '../ports/problem.ts';
import { workLimit } from '../protocol/work.ts';
import { parseTask } from './task.ts';
import type { Task } from './task.ts';
import { readTextFile } from './text-file.ts';

export interface TaskFile {
  /** As messages name it. */
  readonly shown: string;
  readonly path: string;
  /** As in `TextFile`. */
  readonly inode: string;
  readonly task: Task;
}

export interface Report {
  readonly warnings: string[];
  readonly notices: string[];
}

export const isFolder = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
};

/** Names of the `.md` files in a folder, not in folders below, in natural order. Throws a Problem if it cannot be read or holds too many. */
export const listTaskFiles = async (folder: string, cwd: string): Promise<readonly string[]> => {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new Problem(
      {
        what: 'the folder of task files cannot be read',
        where: showPath(folder, cwd),
        hint: 'check its permissions',
        code: 'refused',
      },
      { cause },
    );
  });
  const names = entries
    .filter((entry) => !entry.isDirectory() && /^[^.].*\.md$/i.test(entry.name))
    .map(({ name }) => name);
  if (names.length > workLimit) {
    const what = `the folder holds ${names.length.toLocaleString('en')} task files, and ${workLimit.toLocaleString('en')} are the limit`;
    throw new Problem({ what, where: showPath(folder, cwd), hint: 'split it, or name the files', code: 'refused' });
  }
  return names.sort(compareNaturally);
};

/** A task file, or null with a warning that names file, line and column: one bad file does not stop the others. */
export const readTaskFile = async (
  path: string,
  { cwd, isForeign = false }: { readonly cwd: string; readonly isForeign?: boolean },
  report: Report,
): Promise<TaskFile | null> => {
  const shown = showPath(path, cwd);
  const file = readTextFile(path);
  if (file.kind !== 'text') {
    report.warnings.push(`${shown} ${file.kind === 'bad' ? file.why : 'does not exist'}; skipped`);
    return null;
  }
  const parsed = await parseTask(file.text, stemOf(basename(path)), isForeign);
  if (!parsed.ok) {
    const { line, column, why } = parsed;
    report.warnings.push(
      /^(?:is|has) /.test(why) ? `${shown} ${why}; skipped` : `${shown}:${line}:${column}: ${why}; skipped`,
    );
    return null;
  }
  for (const why of file.warnings) report.warnings.push(`${shown} ${why}`);
  for (const { line, column, why } of parsed.task.warnings) report.warnings.push(`${shown}:${line}:${column}: ${why}`);
  return { shown, path, inode: file.inode, task: parsed.task };
};

export const stemOf = (name: string): string => name.replace(/\.md$/i, '');

/** A path from a folder on, with `/`; absolute if it lies outside. */
export const showPath = (path: string, from: string): string => {
  const inside = relative(from, path);
  return (inside === '' ? '.' : inside === '..' || inside.startsWith(`..${sep}`) ? path : inside).split(sep).join('/');
};

/** What a task file is called besides its id: its name, its stem, its id as written. */
export const namesOf = ({ path, task }: TaskFile): readonly string[] => [
  basename(path),
  task.stem,
  task.draft.id,
  ...(task.writtenId === null ? [] : [task.writtenId]),
];

/** The refusal if no file of what was given is a task; `hint`: what is. */
export const nothingLeft = (paths: readonly string[], { warnings, notices }: Report, hint: string): Problem => {
  const reasons = [...warnings, ...notices];
  return new Problem({
    what: 'no task file can be used',
    where:
      reasons.length === 0
        ? paths.join(', ')
        : `${reasons.slice(0, 5).join(' · ')}${reasons.length > 5 ? ` · and ${reasons.length - 5} more` : ''}`,
    hint,
    code: 'refused',
  });
};
