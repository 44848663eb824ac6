/** References among the works of a schedule, once more works have come: `01` may name one now. */
import type { Work, WorkId } from '../core/work.ts';
import { makeBook, type Book } from '../protocol/reference-book.ts';

export interface Resolver {
  /** The work with references that lead to works; the same object if nothing changes. `isRead`: ids are those of the reading. */
  settle(work: Work, isRead: boolean): Work;
  /** References that could mean several works, a sentence each; they stay as written. */
  warnings(): readonly string[];
}

export interface Resolving {
  readonly works: readonly Work[];
  /** Ids of the reading, and what these works are called here. */
  readonly renamed: ReadonlyMap<WorkId, WorkId>;
  /** Ids of works that are elsewhere or were here: a reference to one is not given to another. */
  readonly known: ReadonlySet<string>;
}

export const makeResolver = ({ works, renamed, known: elsewhere }: Resolving): Resolver => {
  const ids = new Set<string>([...elsewhere, ...works.map(({ id }) => id)]);
  const warnings: string[] = [];
  let book: Book | null = null;

  const resolve = (work: Work, reference: WorkId, isRead: boolean): WorkId => {
    const known = isRead ? renamed.get(reference) : undefined;
    if (known !== undefined) return known;
    if (ids.has(reference)) return reference;
    book ??= bookOf(works);
    const target = book.find(reference);
    if (target.kind === 'one' && target.id !== work.id) return target.id as WorkId;
    if (target.kind === 'many')
      warnings.push(`${work.id}: ${reference} could be ${target.ids.join(' or ')}; it is kept as written`);
    return reference;
  };
  const resolveAll = (work: Work, list: readonly WorkId[], isRead: boolean): readonly WorkId[] => {
    if (list.length === 0) return list;
    const resolved = [...new Set(list.map((reference) => resolve(work, reference, isRead)))];
    return resolved.length === list.length && resolved.every((id, i) => id === list[i]) ? list : resolved;
  };
  return {
    settle: (work, isRead) => {
      const dependencies = resolveAll(work, work.dependencies, isRead);
      const conflicts = resolveAll(work, work.conflicts, isRead);
      const isSame = dependencies === work.dependencies && conflicts === work.conflicts;
      return isSame ? work : { ...work, dependencies, conflicts };
    },
    warnings: () => [...new Set(warnings)],
  };
};

/** Every name that a work of the schedule has: its id, its number, the name of its file. */
export const bookOf = (works: readonly Work[]): Book =>
  makeBook(works.map(({ id, source }) => ({ id, aliases: [source.ref, source.ref.replace(/^.*[\\/]/, '')] })));
