/** `md=a.md b.md local=X,Y`: the words of `create` as sources. */
import type { FileSourceType, SourceRequest } from '../../ports/sources.ts';
import { Problem } from '../../ports/problem.ts';
import { nearest } from '../../protocol/nearest.ts';

/** Kinds that are one file or folder, by the words for them. */
const fileKinds: Readonly<Record<string, FileSourceType>> = {
  manifest: 'manifest',
  catalog: 'catalog',
  catalogue: 'catalog',
  beads: 'beads',
  taskmaster: 'taskmaster',
  'task-master': 'taskmaster',
  speckit: 'speckit',
  'spec-kit': 'speckit',
  ccpm: 'ccpm',
  backlog: 'backlog',
};
/** Kinds whose value is a query in words of their own. */
const queried = ['github', 'jira'] as const;
const kinds = ['md', 'markdown', 'local', ...queried, ...Object.keys(fileKinds)];

/** Words after `md=…` that name no kind are further paths. Throws a Problem (usage). */
export const readSourceWords = (words: readonly string[]): readonly SourceRequest[] => {
  const sources: SourceRequest[] = [];
  let paths: string[] | null = null;
  for (const word of words) {
    const [kind, value] = splitWord(word);
    if (kind === null || (paths !== null && !isKindLike(kind))) {
      if (paths === null) throw notASource(word);
      paths.push(word);
    } else if (kind === 'md' || kind === 'markdown') {
      paths = value === '' ? [] : [value];
      sources.push({ type: 'markdown', paths });
    } else if (kind === 'local') {
      paths = null;
      sources.push({ type: 'local', list: value });
    } else if (Object.hasOwn(fileKinds, kind)) {
      paths = null;
      if (value === '') throw notASource(`${kind}=`);
      sources.push({ type: fileKinds[kind] as FileSourceType, path: value });
    } else {
      const type = queried.find((each) => each === kind);
      if (type === undefined) throw unknownKind(kind, word);
      paths = null;
      sources.push({ type, query: value });
    }
  }
  if (sources.some((source) => source.type === 'markdown' && source.paths.length === 0)) throw notASource('md=');
  return sources;
};

const splitWord = (word: string): readonly [string | null, string] => {
  const parts = /^([A-Za-z][A-Za-z_-]*)=(.*)$/s.exec(word);
  return parts === null ? [null, word] : [(parts[1] ?? '').toLowerCase(), parts[2] ?? ''];
};

const isKindLike = (kind: string): boolean => kinds.includes(kind);

const notASource = (word: string): Problem => {
  const isEmpty = word.endsWith('=') && isKindLike(word.slice(0, -1));
  return new Problem({
    what: isEmpty ? `${word} names no path` : `${JSON.stringify(word)} names no source`,
    where: 'wf0-schedule create',
    hint: isEmpty
      ? word === 'md='
        ? 'name a folder of task files, or files: md=tasks/'
        : `name a file or a folder: ${word}PATH`
      : `for task files write md=${/^[\w./-]+$/.test(word) ? word : 'PATH'}; for ids write local=ID,ID`,
    code: 'usage',
  });
};

const unknownKind = (kind: string, word: string): Problem => {
  const near = nearest(kind, kinds);
  return new Problem({
    what: `there is no kind of source ${kind}=`,
    where: word.length > 120 ? `${word.slice(0, 119)}…` : word,
    hint:
      near !== null
        ? `did you mean ${near}=?`
        : 'kinds there are: md=PATH…, github=QUERY, jira=JQL, manifest=FILE, catalog=PATH, beads=FILE, taskmaster=FILE, speckit=PATH, ccpm=DIR, backlog=DIR, local=ID,ID',
    code: 'usage',
  });
};
