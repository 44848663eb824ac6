/** Two states of a list of works: what came, what went, and which fields of the others differ. */
import type { Work } from './work.ts';

/** The fields of a work that a source gives and a person may change, in the order in which they are shown. */
export const givenFields = [
  'title',
  'group',
  'priority',
  'workflow',
  'dependencies',
  'conflicts',
  'labels',
  'params',
  'estimate_seconds',
  'max_run_seconds',
  'base',
  'uses',
  'body',
] as const satisfies readonly (keyof Work)[];
export type GivenField = (typeof givenFields)[number];

export interface ChangedWork {
  readonly before: Work;
  readonly after: Work;
  /** At least one, or only its source differs. */
  readonly fields: readonly GivenField[];
}

export interface Changes {
  readonly added: readonly Work[];
  readonly removed: readonly Work[];
  readonly changed: readonly ChangedWork[];
}

/** Works are the same by their id, ignoring case. */
export const compareWorks = (before: readonly Work[], after: readonly Work[]): Changes => {
  const old = new Map(before.map((work) => [work.id.toLowerCase(), work]));
  const now = new Set(after.map(({ id }) => id.toLowerCase()));
  return {
    added: after.filter(({ id }) => !old.has(id.toLowerCase())),
    removed: before.filter(({ id }) => !now.has(id.toLowerCase())),
    changed: after.flatMap((work) => {
      const was = old.get(work.id.toLowerCase());
      return was === undefined ? [] : compare(was, work);
    }),
  };
};

const compare = (before: Work, after: Work): readonly ChangedWork[] => {
  if (before === after) return [];
  const fields = givenFields.filter((field) => !isSame(before[field], after[field]));
  const isMoved = before.source.type !== after.source.type || before.source.ref !== after.source.ref;
  return fields.length > 0 || isMoved ? [{ before, after, fields }] : [];
};

type Value = Work[GivenField];
type Bag = Readonly<Record<string, unknown>>;

/** Whether two values of a field are the same; the order of parameters does not count, that of lists does. */
export const isSame = (left: Value, right: Value): boolean => {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  const [a, b] = [left as unknown as Bag, right as unknown as Bag];
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && a[name] === b[name]);
};
