/** Ids: their one rule, and the branches, folders and ids that are made from texts. */
import { asWorkId } from '../core/work.ts';
import type { Work, WorkId } from '../core/work.ts';

/** An id that keeps the rule, or one sentence that says why the text is none. */
export type ParsedId = { readonly ok: true; readonly value: WorkId } | { readonly ok: false; readonly why: string };

/** The longest id, in characters. */
export const idLimit = 80;

const pattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/;

/** Whether a value is a work's id (SPEC 4): `[A-Za-z0-9][A-Za-z0-9._-]{0,79}`, no `..`, not ending in `.` or `.lock`. */
export const isWorkId = (value: unknown): value is WorkId =>
  typeof value === 'string' &&
  pattern.test(value) &&
  !value.includes('..') &&
  !value.endsWith('.') &&
  !/\.lock$/i.test(value);

/** Reads a work's id; otherwise says which part of the rule it breaks. */
export const parseWorkId = (value: string): ParsedId =>
  isWorkId(value) ? { ok: true, value } : { ok: false, why: whyNot(value) };

const whyNot = (value: string): string => {
  if (value === '') return 'an id has at least one character';
  if (value.length > idLimit) return `an id has at most ${idLimit} characters, this one has ${value.length}`;
  if (!/^[A-Za-z0-9]/.test(value)) return 'an id begins with a letter or a digit (A–Z, a–z, 0–9)';
  const strange = /[^A-Za-z0-9._-]/u.exec(value);
  if (strange !== null) return `an id has only letters, digits, ".", "_" and "-", not ${JSON.stringify(strange[0])}`;
  if (value.includes('..')) return 'an id has no ".."';
  return 'an id does not end in "." or ".lock"';
};

/**
 * A valid id from any text, the same one each time: letters lose their accents, everything else that an id
 * cannot hold becomes `-`, and the case stays. A text without one usable character gives `work`.
 */
export const makeId = (source: string, limit: number = idLimit): WorkId => {
  const plain = source
    .replace(/ß/g, 'ss')
    .replace(/[æÆ]/g, 'ae')
    .replace(/[øØ]/g, 'o')
    .replace(/[łŁ]/g, 'l')
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/-{2,}/g, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/-*\.-+|-+\.-*/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '');
  const short = trimEnd(plain.slice(0, limit));
  return asWorkId(short === '' ? 'work' : short);
};

/** What a branch or a folder must not end in goes, however often it is there. */
const trimEnd = (id: string): string => {
  const shorter = id.replace(/(?:[-._]|\.lock)+$/i, '');
  return shorter === id ? id : trimEnd(shorter);
};

/**
 * Makes ids distinct ignoring case, in the order given: the first keeps its own, later ones get `-2`, `-3`, …
 * (never one that is given already). The same list always gives the same ids.
 */
export const distinctIds = (ids: readonly WorkId[]): WorkId[] => {
  const given = new Set(ids.map((id) => id.toLowerCase()));
  const taken = new Set<string>();
  return ids.map((id) => {
    const free = taken.has(id.toLowerCase()) ? nextFree(id, (name) => given.has(name) || taken.has(name)) : id;
    taken.add(free.toLowerCase());
    return free;
  });
};

const nextFree = (id: WorkId, isTaken: (lowerCase: string) => boolean): WorkId => {
  for (let number = 2; ; number++) {
    const suffix = `-${number}`;
    const name = `${trimEnd(id.slice(0, idLimit - suffix.length))}${suffix}`;
    if (!isTaken(name.toLowerCase())) return asWorkId(name);
  }
};

/**
 * The branch of a work: `FEAT-123-add-auth` gives `feat/123-add-auth` if `prefixes` (config `branch_prefix`)
 * knows `FEAT`; every other id, and that of a task file, gives `wf/<id>`. The case of such an id stays, and so does that
 * of a key: `FEAT-PROJ-7-add-auth` gives `feat/PROJ-7-add-auth`, by which Jira finds the branch of its issue.
 */
export const branchOf = (
  { id, source }: Pick<Work, 'id' | 'source'>,
  prefixes: Readonly<Record<string, string>>,
): string => {
  const parts = source.type === 'markdown' ? null : (source.type === 'jira' ? keyed : numbered).exec(id);
  const word = parts?.[1];
  return parts === null || word === undefined || !Object.hasOwn(prefixes, word)
    ? `wf/${id}`
    : `${prefixes[word]}/${parts[2] ?? ''}${(parts[3] ?? '').toLowerCase()}`;
};

const numbered = /^([A-Z][A-Z0-9]*)-([0-9]+)(-.*)?$/;
const keyed = /^([A-Z][A-Z0-9]*)-([A-Z][A-Z0-9_]+-[0-9]+)(-.*)?$/;

/** The name of a work's folder under the root of worktrees: its id in lower case. */
export const folderOf = (id: string): string => id.toLowerCase();
