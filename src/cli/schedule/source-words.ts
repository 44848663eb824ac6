/** `md=a.md b.md local=X,Y`: the words of `create` as sources. */
import type { SourceRequest } from '../../ports/sources.ts';
import { Problem } from '../../ports/problem.ts';
import { nearest } from '../../protocol/nearest.ts';

/** Kinds of SPEC 10 that this version does not read. */
const later = ['manifest', 'catalog', 'beads', 'taskmaster', 'speckit', 'ccpm', 'backlog'];
const readable = ['md', 'markdown', 'local', 'github', 'jira'];
/** Kinds whose value is a query in words of their own. */
const queried = ['github', 'jira'] as const;

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

const isKindLike = (kind: string): boolean => [...readable, ...later].includes(kind);

const notASource = (word: string): Problem =>
  new Problem({
    what: word === 'md=' ? 'md= names no path' : `${JSON.stringify(word)} names no source`,
    where: 'wf0-schedule create',
    hint:
      word === 'md='
        ? 'name a folder of task files, or files: md=tasks/'
        : `for task files write md=${/^[\w./-]+$/.test(word) ? word : 'PATH'}; for ids write local=ID,ID`,
    code: 'usage',
  });

const unknownKind = (kind: string, word: string): Problem => {
  const isLater = later.includes(kind);
  const near = nearest(kind, readable);
  return new Problem({
    what: isLater
      ? `the source ${kind}= is not there yet: this version reads ${readable
          .filter((each) => each !== 'markdown')
          .map((each) => `${each}=`)
          .join(', ')}`
      : `there is no kind of source ${kind}=`,
    where: word.length > 120 ? `${word.slice(0, 119)}…` : word,
    hint:
      near !== null && !isLater
        ? `did you mean ${near}=?`
        : 'use md=PATH for task files, github=QUERY or jira=JQL for issues, or local=ID,ID for a list of ids',
    code: 'usage',
  });
};
