/** The works of several sources as one list: distinct ids, and references from one source into another. */
import type { Work, WorkId } from '../core/work.ts';
import type { SourceWorks } from '../ports/sources.ts';
import { distinctIds } from '../protocol/id.ts';
import { makeBook } from '../protocol/reference-book.ts';
import { condense } from './gather.ts';
import type { DoneWork } from './references.ts';

/** What one source gave, with what references from others may mean. */
export interface Part extends SourceWorks {
  readonly done?: readonly DoneWork[];
  readonly aliases?: ReadonlyMap<string, readonly string[]>;
}

/**
 * An id of a list (`local=`) that another source has, too, means that work. Other works that share an id get distinct
 * ones, the later source's ones the new. A reference that its own source could not resolve is looked for in the others.
 */
export const combine = (parts: readonly Part[]): SourceWorks => {
  const notices = parts.flatMap((part) => part.notices);
  const warnings = parts.flatMap((part) => part.warnings);
  const workflows = Object.assign({}, ...parts.map((part) => part.workflows ?? {})) as SourceWorks['workflows'];
  const known = withoutNamesAgain(parts, notices);
  const distinct = makeDistinct(known, warnings);
  const works = parts.length > 1 ? resolveAcross(distinct, warnings, notices) : distinct.flatMap((part) => part.works);
  return {
    works,
    warnings,
    notices,
    ...(workflows === undefined || Object.keys(workflows).length === 0 ? {} : { workflows }),
  };
};

const withoutNamesAgain = (parts: readonly Part[], notices: string[]): readonly Part[] => {
  const seen = new Set<string>();
  return parts.map((part) => ({
    ...part,
    works: part.works.filter((work) => {
      const isAgain = seen.has(work.id.toLowerCase()) && work.source.type === 'local';
      if (isAgain) notices.push(`${work.id} is given twice; the first one counts`);
      seen.add(work.id.toLowerCase());
      return !isAgain;
    }),
  }));
};

const makeDistinct = (parts: readonly Part[], warnings: string[]): readonly Part[] => {
  const all = parts.flatMap((part) => part.works.map(({ id }) => id));
  if (new Set(all.map((id) => id.toLowerCase())).size === all.length) return parts;
  const ids = distinctIds(all);
  let at = 0;
  return parts.map((part) => {
    const renamed = new Map<WorkId, WorkId>();
    for (const { id } of part.works) renamed.set(id, ids[at++] ?? id);
    const rename = (list: readonly WorkId[]): readonly WorkId[] => list.map((id) => renamed.get(id) ?? id);
    for (const [id, name] of renamed)
      if (id !== name)
        warnings.push(
          `another source has a work ${id}; that of ${part.works.find((work) => work.id === id)?.source.type ?? ''} is ${name}`,
        );
    return {
      ...part,
      aliases: new Map([...renamed].map(([id, name]) => [name, [id, ...(part.aliases?.get(id) ?? [])]])),
      works: part.works.map((work) => ({
        ...work,
        id: renamed.get(work.id) ?? work.id,
        dependencies: rename(work.dependencies),
        conflicts: rename(work.conflicts),
      })),
    };
  });
};

const resolveAcross = (parts: readonly Part[], warnings: string[], notices: string[]): readonly Work[] => {
  const works = parts.flatMap((part) => part.works);
  const ids = new Set<string>(works.map(({ id }) => id));
  const book = makeBook(
    parts.flatMap((part) => part.works.map(({ id }) => ({ id, aliases: part.aliases?.get(id) ?? [] }))),
    parts.flatMap((part) => part.done ?? []),
  );
  const satisfied: string[] = [];
  const settle = (work: Work, references: readonly WorkId[]): readonly WorkId[] =>
    references.flatMap((reference) => {
      if (ids.has(reference)) return [reference];
      const target = book.find(reference);
      if (target.kind === 'one' && target.id !== work.id) return [target.id as WorkId];
      if (target.kind === 'done') {
        satisfied.push(`${work.id}: ${reference} is satisfied: ${target.id} is done`);
        return [];
      }
      if (target.kind === 'many')
        warnings.push(`${work.id}: ${reference} could be ${target.ids.join(' or ')}; it is kept as written`);
      return [reference];
    });
  const settled = works.map((work) => ({
    ...work,
    dependencies: [...new Set(settle(work, work.dependencies))],
    conflicts: [...new Set(settle(work, work.conflicts))],
  }));
  notices.push(...condense(satisfied));
  return settled;
};
