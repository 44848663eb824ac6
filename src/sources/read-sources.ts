/** Several sources as one list of works. Each kind is read by its own folder, loaded when it is asked for. */
import type { Work } from '../core/work.ts';
import type { SourcesRequest, SourceWorks } from '../ports/sources.ts';

export interface ReadOptions {
  /** Relative paths start here. */
  readonly cwd: string;
  /** What a work's `source.ref` is relative to. */
  readonly root: string;
  /** Config `batch.dependency_patterns`. */
  readonly patterns: readonly string[];
}

/** Reads all paths of task files together, so that they may refer to each other, then the lists of ids. */
export const readSources = async ({ sources, exclude }: SourcesRequest, options: ReadOptions): Promise<SourceWorks> => {
  const paths = sources.flatMap((source) => (source.type === 'markdown' ? source.paths : []));
  const parts: SourceWorks[] = [];
  if (paths.length > 0) {
    const { readMarkdown } = await import('./markdown/read-markdown.ts');
    parts.push(await readMarkdown({ paths, exclude, ...options }));
  }
  for (const source of sources) {
    if (source.type !== 'local') continue;
    const { readLocal } = await import('./local/read-local.ts');
    parts.push({ ...readLocal(source.list), notices: [] });
  }
  return combine(parts);
};

/** The id of a list that a task file has, too, means that file. */
const combine = (parts: readonly SourceWorks[]): SourceWorks => {
  const works: Work[] = [];
  const seen = new Set<string>();
  const notices = parts.flatMap((part) => part.notices);
  for (const work of parts.flatMap((part) => part.works)) {
    if (!seen.has(work.id.toLowerCase())) works.push(work);
    else notices.push(`${work.id} is given twice; the first one counts`);
    seen.add(work.id.toLowerCase());
  }
  return { works, warnings: parts.flatMap((part) => part.warnings), notices };
};
