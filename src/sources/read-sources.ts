/** Several sources as one list of works. Each kind is read by its own folder, loaded when it is asked for. */
import { lstat, readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { SourceRequest, SourcesRequest, SourceWorks } from '../ports/sources.ts';
import { combine } from './combine.ts';
import type { Part } from './combine.ts';
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

/** Reads all paths of task files together, so that they may refer to each other, then the other kinds, then the lists of ids. */
export const readSources = async ({ sources, exclude }: SourcesRequest, options: ReadOptions): Promise<SourceWorks> => {
  const given = sources.flatMap((source) => (source.type === 'markdown' ? source.paths : []));
  const paths = (await Promise.all(given.map((path) => expand(path, options.cwd)))).flat();
  const parts: Part[] = [];
  if (paths.length > 0) {
    const { readMarkdown } = await import('./markdown/read-markdown.ts');
    parts.push(await readMarkdown({ paths, exclude, ...options }));
  }
  for (const source of sources) if (isFileSource(source)) parts.push(await readFileSource(source, options));
  for (const source of sources) {
    if (source.type !== 'local') continue;
    const { readLocal } = await import('./local/read-local.ts');
    parts.push({ ...readLocal(source.list), notices: [] });
  }
  parts.push(...(await readRemote(sources, options)));
  return combine(parts);
};

type FileSource = Extract<SourceRequest, { readonly path: string }>;

const isFileSource = (source: SourceRequest): source is FileSource => 'path' in source;

/** One module a kind, loaded when it is asked for. */
const readFileSource = async ({ type, path }: FileSource, options: ReadOptions): Promise<Part> => {
  const request = { path, ...options };
  switch (type) {
    case 'manifest':
      return (await import('./manifest/read-manifest.ts')).readManifest(request);
    case 'catalog':
      return (await import('./catalog/read-catalog.ts')).readCatalog(request);
    case 'beads':
      return (await import('./beads/read-beads.ts')).readBeads(request);
    case 'taskmaster':
      return (await import('./taskmaster/read-taskmaster.ts')).readTaskmaster(request);
    case 'speckit':
      return (await import('./speckit/read-speckit.ts')).readSpeckit(request);
    case 'ccpm':
      return (await import('./ccpm/read-ccpm.ts')).readCcpm(request);
    case 'backlog':
      return (await import('./backlog/read-backlog.ts')).readBacklog(request);
  }
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
