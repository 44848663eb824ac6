/** Sources as the schedule names them: the same words wherever the command was given. */
import { relative, resolve } from 'node:path';
import type { Schedule } from '../core/work.ts';
import type { SourceRequest } from '../ports/sources.ts';
import { queryMark } from '../protocol/reading.ts';

type Place = { readonly cwd: string; readonly root: string };
type Query = Schedule['sources'][number];

/** One source as one entry of `sources`; paths are relative to the folder that holds `.wf`. */
export const queryOf = (source: SourceRequest, place: Place): Query => ({
  type: source.type,
  query: partsOf(source, place).join(source.type === 'local' ? ',' : ' '),
});

/** By kind of source, a word for each path or query that is read. */
export const marksOf = (sources: readonly SourceRequest[], place: Place): ReadonlyMap<string, readonly string[]> => {
  const marks = new Map<string, readonly string[]>();
  for (const source of sources) {
    const words = partsOf(source, place).map((part) => queryMark(source.type, part));
    marks.set(source.type, [...new Set([...(marks.get(source.type) ?? []), ...words])]);
  }
  return marks;
};

const partsOf = (source: SourceRequest, place: Place): readonly string[] => {
  switch (source.type) {
    case 'markdown':
      return source.paths.map((path) => fromRoot(path, place));
    case 'local':
      return source.list
        .split(',')
        .map((id) => id.trim())
        .filter((id) => id !== '');
    case 'github':
    case 'jira':
      return [source.query];
    default:
      return [fromRoot(source.path, place)];
  }
};

const fromRoot = (path: string, { cwd, root }: Place): string => relative(root, resolve(cwd, path)) || '.';
