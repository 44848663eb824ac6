/** What all lists of tasks have in common: distinct ids, what is done or in other hands left out, references resolved. */
import type { Work, WorkSource } from '../core/work.ts';
import { distinctIds } from '../protocol/id.ts';
import { bodyLimitBytes, bodyShape, referenceShape } from '../protocol/work.ts';
import { resolveReferences } from './references.ts';
import type { DoneWork } from './references.ts';
import { withoutHeld } from './held.ts';

/** One task of a source, before it is known what the others are called. */
export interface Entry {
  /** Its id may be another's, too; references are as written. */
  readonly draft: Omit<Work, 'source'>;
  readonly source: WorkSource;
  /** The id as its author wrote it; null if it was made. */
  readonly writtenId: string | null;
  /** How messages name it: a file, or a file with a line. */
  readonly shown: string;
  /** What else references call it. */
  readonly names: readonly string[];
  readonly state: EntryState;
}

export type EntryState =
  | { readonly kind: 'open' }
  | { readonly kind: 'done' }
  /** Not ours to run, and not done: claimed by somebody, put off, called off. `why` ends a sentence that begins with its id. */
  | { readonly kind: 'held'; readonly why: string };

export const isOpen: EntryState = { kind: 'open' };
export const isDone: EntryState = { kind: 'done' };

export interface GatherOptions {
  /** What messages call an entry: `file`, `entry`, `task`. */
  readonly noun: string;
  /** Whether bodies are searched for "depends on …"; false where the source has fields for it. */
  readonly prose: boolean;
  /** Config `batch.dependency_patterns`. */
  readonly patterns: readonly string[];
}

export interface Gathered {
  readonly works: readonly Work[];
  readonly warnings: readonly string[];
  readonly notices: readonly string[];
  /** For references from other sources. */
  readonly done: readonly DoneWork[];
  readonly aliases: ReadonlyMap<string, readonly string[]>;
}

/**
 * Works of the open entries, in their order. Ids are the same each time: written ones first, made ones never take a
 * written one. A work that waits for a held one is left out with it, and that is a warning.
 */
export const gather = (entries: readonly Entry[], { noun, prose, patterns }: GatherOptions): Gathered => {
  const { ids, warnings: renamed } = nameEntries(entries, noun);
  const warnings = [...renamed];
  const works: Work[] = [];
  const done: DoneWork[] = [];
  const held = new Map<string, string>();
  const aliases = new Map<string, readonly string[]>();
  const leftOut: string[] = [];
  for (const [index, { draft, source, names, shown, state }] of entries.entries()) {
    const id = ids[index] as Work['id'];
    const others = [...new Set(names)].filter((name) => name !== id);
    if (state.kind === 'done') {
      done.push({ id, aliases: others });
      leftOut.push(noun === 'file' ? shown : id);
      continue;
    }
    if (state.kind === 'held') held.set(id, state.why);
    aliases.set(id, others);
    works.push({ ...within(draft, shown, warnings), id, source });
  }
  const resolved = resolveReferences({ works, aliases, done, patterns, prose });
  const free = withoutHeld(resolved.works, held);
  return {
    works: free.works,
    warnings: [...warnings, ...resolved.warnings, ...free.warnings],
    notices: [...sayDone(leftOut, noun), ...free.notices, ...condense(resolved.notices)],
    done,
    aliases,
  };
};

/** A few files are named each; lists of another tool are full of what is done. */
const sayDone = (done: readonly string[], noun: string): readonly string[] => {
  if (done.length === 0) return [];
  if (noun === 'file' && done.length <= shownLimit) return done.map((each) => `${each} is done; it is left out`);
  const few = done.length > 5 ? `${done.slice(0, 5).join(', ')} and ${done.length - 5} more` : done.join(', ');
  return [`${done.length} done ${done.length === 1 ? `${noun} is` : `${noun}s are`} left out: ${few}`];
};

/** A task within the limits of a schedule: what goes beyond them is cut or passed over, and said. */
const within = (draft: Entry['draft'], shown: string, warnings: string[]): Entry['draft'] => {
  const strange = [...draft.dependencies, ...draft.conflicts].find((reference) => referenceShape(reference) !== null);
  const isLong = bodyShape(draft.body) !== null;
  if (strange === undefined && !isLong) return draft;
  const isUsable = (reference: string): boolean => referenceShape(reference) === null;
  if (strange !== undefined)
    warnings.push(`${shown}: ${JSON.stringify(strange.slice(0, 60))} is no reference to a work; it is passed over`);
  if (isLong) warnings.push(`${shown}: its text is longer than 256 KiB; it is cut`);
  return {
    ...draft,
    body: isLong ? cut(draft.body) : draft.body,
    dependencies: draft.dependencies.filter(isUsable),
    conflicts: draft.conflicts.filter(isUsable),
  };
};

/** A character has at most three bytes. */
const cut = (body: string): string => `${body.slice(0, bodyLimitBytes / 3 - 1)}…`;

/** Sentences of one kind: the first ones, then how many more there are. */
const shownLimit = 20;

export const condense = (sentences: readonly string[]): readonly string[] =>
  sentences.length <= shownLimit
    ? sentences
    : [...sentences.slice(0, shownLimit), `… and ${sentences.length - shownLimit} more of this kind`];

const nameEntries = (
  entries: readonly Entry[],
  noun: string,
): { readonly ids: readonly Work['id'][]; readonly warnings: readonly string[] } => {
  const written = entries.flatMap(({ writtenId }, index) => (writtenId === null ? [] : [index]));
  const made = entries.flatMap(({ writtenId }, index) => (writtenId === null ? [index] : []));
  const order = [...written, ...made];
  const distinct = distinctIds(order.map((index) => (entries[index] as Entry).draft.id));
  const ids: Work['id'][] = [];
  const warnings: string[] = [];
  for (const [place, index] of order.entries()) {
    const { draft, shown } = entries[index] as Entry;
    const id = distinct[place] as Work['id'];
    if (id !== draft.id) warnings.push(`${shown}: another ${noun} has the id ${draft.id}; this one is ${id}`);
    ids[index] = id;
  }
  return { ids, warnings: condense(warnings) };
};
