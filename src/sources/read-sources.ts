/** Several sources as one list of works. Each kind is read by its own folder, loaded when it is asked for. */
import { lstat, readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Work } from '../core/work.ts';
import type { SourcesRequest, SourceWorks } from '../ports/sources.ts';
import type { Surroundings } from './surroundings.ts';

export interface ReadOptions {
  /** Relative paths start here. */
  readonly cwd: string;
  /** What a work's `source.ref` is relative to. */
  readonly root: string;
  /** Config `batch.dependency_patterns`. */
  readonly patterns: readonly string[];
  /** For sources on a network. */
  openNetwork(): Promise<Surroundings>;
}

/** Reads all paths of task files together, so that they may refer to each other, then the lists of ids. */
export const readSources = async ({ sources, exclude }: SourcesRequest, options: ReadOptions): Promise<SourceWorks> => {
  const given = sources.flatMap((source) => (source.type === 'markdown' ? source.paths : []));
  const paths = (await Promise.all(given.map((path) => expand(path, options.cwd)))).flat();
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
  parts.push(...(await readRemote(sources, options)));
  return combine(parts);
};

/** Sources on a network: all queries of one kind are read together. */
const remoteKinds = {
  github: async (request: RemoteRequest) => (await import('./github/read-github.ts')).readGithub(request),
  jira: async (request: RemoteRequest) => (await import('./jira/read-jira.ts')).readJira(request),
};

interface RemoteRequest {
  /** One for each word of the person. */
  readonly queries: readonly string[];
  readonly patterns: readonly string[];
  readonly surroundings: Surroundings;
}

const readRemote = async (
  sources: SourcesRequest['sources'],
  options: ReadOptions,
): Promise<readonly SourceWorks[]> => {
  const parts: SourceWorks[] = [];
  for (const [kind, read] of Object.entries(remoteKinds)) {
    const queries = sources.flatMap((source) => (source.type === kind && 'query' in source ? source.query : []));
    if (queries.length === 0) continue;
    parts.push(await read({ queries, patterns: options.patterns, surroundings: await options.openNetwork() }));
  }
  return parts;
};

/**
 * `md=tasks/*.md` reaches us as it is written: a shell looks for files whose names begin with `md=`. Stars and question
 * marks of the last part of a path are for us, unless a file has that very name. What matches nothing stays.
 */
const expand = async (path: string, cwd: string): Promise<readonly string[]> => {
  const pattern = basename(path);
  if (!/[*?]/.test(pattern) || (await lstat(resolve(cwd, path)).catch(() => null)) !== null) return [path];
  const source = pattern
    .replace(/[\\^$.+()[\]{}|]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const names = await readdir(resolve(cwd, dirname(path))).catch(() => []);
  const matching = names.filter(
    (name) => new RegExp(`^${source}$`, 'su').test(name) && (!name.startsWith('.') || pattern.startsWith('.')),
  );
  const order = new Intl.Collator('en', { numeric: true });
  return matching.length === 0 ? [path] : matching.sort(order.compare).map((name) => join(dirname(path), name));
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
