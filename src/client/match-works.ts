/** Which works of a schedule the works of a reading are: the id of a work stays, whatever its source calls it now. */
import type { Work, WorkId } from '../core/work.ts';
import { distinctIds } from '../protocol/id.ts';

export interface Matched {
  /** By index of the reading. */
  readonly old: readonly (Work | undefined)[];
  /** By index of the reading: the old work's, or one that no other work has. */
  readonly ids: readonly WorkId[];
}

type Key = (work: Work) => string;

const byOrigin: Key = ({ id, source }) => JSON.stringify([id.toLowerCase(), source.type, source.ref]);
const byPlace: Key = ({ source }) => JSON.stringify([source.type, source.ref]);
const byName: Key = ({ id, source }) => JSON.stringify([id.toLowerCase(), source.type]);

/**
 * Same id and same place; else the same place, which gives another id now; else the same id, whose place is gone
 * (`isGone`): the file was moved. Everything else is new.
 */
export const matchWorks = (old: readonly Work[], read: readonly Work[], isGone: (work: Work) => boolean): Matched => {
  const found: (Work | undefined)[] = read.map(() => undefined);
  const taken = new Set<Work>();
  const match = (key: Key, may: (work: Work) => boolean): void => {
    if (taken.size === old.length || taken.size === read.length) return;
    const places = index(
      old.filter((work) => !taken.has(work) && may(work)),
      key,
    );
    const open = read.flatMap((work, i) => (found[i] === undefined ? [[i, key(work)] as const] : []));
    const wanted = count(open.map(([, name]) => name));
    for (const [i, name] of open) {
      const work = places.get(name);
      if (work === undefined || wanted.get(name) !== 1) continue;
      found[i] = work;
      taken.add(work);
    }
  };
  match(byOrigin, () => true);
  match(byPlace, () => true);
  match(byName, isGone);
  return { old: found, ids: chooseIds(old, read, found) };
};

const chooseIds = (
  old: readonly Work[],
  read: readonly Work[],
  found: readonly (Work | undefined)[],
): readonly WorkId[] => {
  const added = read.filter((_, i) => found[i] === undefined);
  const free = distinctIds([...old, ...added].map(({ id }) => id));
  let next = old.length;
  return read.map((_, i) => found[i]?.id ?? (free[next++] as WorkId));
};

/** What only one work has. */
const index = (works: readonly Work[], key: Key): ReadonlyMap<string, Work> => {
  const names = works.map(key);
  const often = count(names);
  return new Map(works.flatMap((work, i) => (often.get(names[i] as string) === 1 ? [[names[i] as string, work]] : [])));
};

const count = (names: readonly string[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
};
