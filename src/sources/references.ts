/**
 * From what a work's author wrote (`03`, `#12`, `PROJ-7`, `03-api.md`, `task-100.1`) to the id that is meant.
 * A reference that could mean two works is left as written and reported with both; so is one that means none.
 */
import type { Work, WorkId } from '../core/work.ts';
import { makeBook } from '../protocol/reference-book.ts';
import type { Book, NamedWork } from '../protocol/reference-book.ts';
import { findTextReferences } from './text-references.ts';

/** A work that its source calls done: others may refer to it, and such a dependency is satisfied. */
export type DoneWork = NamedWork;

export interface ReferenceOptions {
  readonly works: readonly Work[];
  /** By id: the other names of a work, such as its number, key, file name, address. */
  readonly aliases: ReadonlyMap<string, readonly string[]>;
  readonly done: readonly DoneWork[];
  /** Regular expressions (config `batch.dependency_patterns`) besides the built-in ones. */
  readonly patterns: readonly string[];
  /** Whether bodies are searched for the built-in phrases, too; true if absent. */
  readonly prose?: boolean;
}

export interface Resolved {
  readonly works: readonly Work[];
  /** Ambiguous references, a sentence each. Unresolved ones stay in the works, for `validate` to name. */
  readonly warnings: readonly string[];
  /** Dependencies that are satisfied, a sentence each. */
  readonly notices: readonly string[];
}

/** Resolves dependencies and conflicts of works, and adds the dependencies that their bodies name. */
export const resolveReferences = (options: ReferenceOptions): Resolved => {
  const open = options.works.map(({ id }) => ({ id, aliases: options.aliases.get(id) ?? [] }));
  // Most catalogues and many manifests have no reference at all: for 5,000 works the book would be a fifth of the time.
  let made: Book | null = null;
  const book = (): Book => (made ??= makeBook(open, options.done));
  const warnings: string[] = [];
  const notices: string[] = [];

  const settle = (work: Work, references: readonly string[], field: string): WorkId[] =>
    references.flatMap((reference) => {
      const target = book().find(reference);
      if (target.kind === 'one') return [target.id as WorkId];
      if (target.kind === 'done') {
        notices.push(`${work.id}: ${field} ${reference} is satisfied: ${target.id} is done`);
        return [];
      }
      if (target.kind === 'many')
        warnings.push(`${work.id}: ${field} ${reference} could be ${target.ids.join(' or ')}; it is kept as written`);
      return [reference as WorkId];
    });

  const works = options.works.map((work) => {
    const isBare = work.dependencies.length === 0 && work.conflicts.length === 0 && work.body === '';
    if (isBare) return work;
    const fields = settle(work, work.dependencies, 'its dependency');
    const prose = findTextReferences(work.body, options.patterns, options.prose)
      .filter(({ reference, isCertain }) => book().isMeant(reference, isCertain, work.id))
      .map(({ reference }) => reference);
    const texts = settle(work, prose, 'the dependency in its text,').filter((id) => id !== work.id);
    return {
      ...work,
      dependencies: [...new Set([...fields, ...texts])],
      conflicts: [...new Set(settle(work, work.conflicts, 'its conflict'))],
    };
  });
  return { works, warnings: [...new Set(warnings)], notices: [...new Set(notices)] };
};
