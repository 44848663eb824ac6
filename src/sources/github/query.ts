/** The words of `github="label:a,label:b,milestone:x,state:open,assignee:y"`. */
import { Problem } from '../../ports/problem.ts';
import { nearest } from '../../protocol/nearest.ts';

export interface GithubQuery {
  /** As it was written. */
  readonly text: string;
  /** An issue has all of them. */
  readonly labels: readonly string[];
  /** A title or a number; `*` any, `none` none. */
  readonly milestone: string | null;
  readonly state: 'open' | 'closed' | 'all';
  /** A login; `*` anybody, `none` nobody. */
  readonly assignee: string | null;
  readonly creator: string | null;
  readonly mentioned: string | null;
  /** The name of an issue type; `*` any, `none` none. */
  readonly type: string | null;
  /** Null: the repository that the remote names. */
  readonly repo: { readonly owner: string; readonly name: string } | null;
}

const keys = ['label', 'milestone', 'state', 'assignee', 'creator', 'mentioned', 'type', 'repo'] as const;
type Key = (typeof keys)[number];
const synonyms: Readonly<Record<string, Key>> = { labels: 'label', author: 'creator', repository: 'repo' };

/** Reads a query. A value with a comma stands in double quotes. Throws a Problem (usage). */
export const parseQuery = (text: string): GithubQuery => {
  const found = new Map<Key, string[]>();
  for (const part of splitParts(text)) {
    const [key, value] = readPart(part, text);
    found.set(key, [...(found.get(key) ?? []), value]);
  }
  if (found.size === 0) throw usage('the query names no issues', text, 'for all that are open: github="state:open"');
  const one = (key: Key): string | null => {
    const [value = null, ...more] = found.get(key) ?? [];
    if (more.length > 0) throw usage(`${key} is given ${more.length + 1} times`, text, `keep one ${key}:`);
    return value;
  };
  return {
    text,
    labels: found.get('label') ?? [],
    milestone: one('milestone'),
    state: readState(one('state'), text),
    assignee: one('assignee')?.replace(/^@(?!me$)/, '') ?? null,
    creator: one('creator')?.replace(/^@(?!me$)/, '') ?? null,
    mentioned: one('mentioned')?.replace(/^@(?!me$)/, '') ?? null,
    type: one('type'),
    repo: readRepo(one('repo'), text),
  };
};

/** At commas outside of double quotes; quotes around a value fall away. */
const splitParts = (text: string): readonly string[] => {
  if ((text.match(/"/g) ?? []).length % 2 === 1)
    throw usage('a quotation mark is not closed', text, 'put values with commas into double quotes: label:"a, b"');
  return [...text.matchAll(/(?:[^,"]|"[^"]*")+/g)].map(([part]) => part.replaceAll('"', '').trim()).filter(Boolean);
};

const readPart = (part: string, text: string): readonly [Key, string] => {
  const colon = part.indexOf(':');
  if (colon === -1) throw usage(`${JSON.stringify(part)} has no key`, text, `for a label: label:${part}`);
  const written = part.slice(0, colon).trim().toLowerCase();
  const value = part.slice(colon + 1).trim();
  const key = keys.find((each) => each === written) ?? synonyms[written];
  if (key === undefined || !Object.hasOwn({ ...synonyms, [key]: key }, written)) throw unknownKey(written, text);
  if (value === '') throw usage(`${key}: has no value`, text, `for example: ${examples[key]}`);
  return [key, value];
};

const examples: Readonly<Record<Key, string>> = {
  label: 'label:ready',
  milestone: 'milestone:v2',
  state: 'state:open',
  assignee: 'assignee:octocat',
  creator: 'creator:octocat',
  mentioned: 'mentioned:octocat',
  type: 'type:Bug',
  repo: 'repo:owner/name',
};

const unknownKey = (written: string, text: string): Problem => {
  const near = nearest(written, [...keys, ...Object.keys(synonyms)]);
  const hint = near === null ? `known: ${keys.join(', ')}` : `did you mean ${near}:? Known: ${keys.join(', ')}`;
  return usage(`there is no key ${JSON.stringify(written)} in a query`, text, hint);
};

const readState = (state: string | null, text: string): GithubQuery['state'] => {
  const word = state?.toLowerCase() ?? 'open';
  if (word === 'open' || word === 'closed' || word === 'all') return word;
  throw usage(`there is no state ${JSON.stringify(state)}`, text, 'use state:open, state:closed or state:all');
};

const readRepo = (repo: string | null, text: string): GithubQuery['repo'] => {
  if (repo === null) return null;
  const [, owner, name] = /^([\w.-]{1,100})\/([\w.-]{1,100}?)(?:\.git)?$/.exec(repo) ?? [];
  if (owner === undefined || name === undefined || isDots(owner) || isDots(name))
    throw usage(`${JSON.stringify(repo)} is no repository`, text, 'write repo:owner/name');
  return { owner, name };
};

const isDots = (name: string): boolean => /^\.+$/.test(name);

const usage = (what: string, text: string, hint: string): Problem =>
  new Problem({ what, where: `github=${text}`, hint, code: 'usage' });
