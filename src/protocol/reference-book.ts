/**
 * Who is meant by `03`, `#12`, `PROJ-7`, `03-api.md` or `task-100.1`: every name of every work. Sources ask it when they
 * read, the schedule when works join it or a person names one.
 */

/** A work by all that it may be called. */
export interface NamedWork {
  readonly id: string;
  /** Besides the id: its number, key, file name, address. */
  readonly aliases: readonly string[];
}

export type Target =
  | { readonly kind: 'one'; readonly id: string }
  | { readonly kind: 'done'; readonly id: string }
  | { readonly kind: 'many'; readonly ids: readonly string[] }
  | { readonly kind: 'none' };

export interface Book {
  find(reference: string): Target;
  /** Whether a reference in prose counts: it leads to another work, or it is surely one and may belong here. */
  isMeant(reference: string, isCertain: boolean, from: string): boolean;
}

interface Entry {
  readonly id: string;
  readonly isDone: boolean;
}

/** Every name of every work, at four degrees of nearness; the first degree that has an answer decides. */
export const makeBook = (works: readonly NamedWork[], done: readonly NamedWork[] = []): Book => {
  const degrees: readonly Map<string, Set<Entry>>[] = [new Map(), new Map(), new Map(), new Map()];
  const enter = (entry: Entry, names: readonly string[]): void => {
    for (const [degree, keysOf] of keyMakers.entries()) {
      for (const name of names) {
        for (const key of keysOf(name)) {
          const index = degrees[degree] as Map<string, Set<Entry>>;
          const entries = index.get(key);
          if (entries === undefined) index.set(key, new Set([entry]));
          else entries.add(entry);
        }
      }
    }
  };
  for (const { id, aliases } of works) enter({ id, isDone: false }, [id, ...aliases]);
  for (const { id, aliases: names } of done) enter({ id, isDone: true }, [id, ...names]);
  const projects = new Set(
    [...works, ...done].flatMap(({ id, aliases }) => [id, ...aliases]).map((name) => projectOf(name)),
  );

  const find = (reference: string): Target => {
    const names = spellings(reference);
    for (const [degree, index] of degrees.entries()) {
      for (const name of names) {
        const entries = new Set((queryMakers[degree] as KeyMaker)(name).flatMap((key) => [...(index.get(key) ?? [])]));
        if (entries.size > 0) return toTarget([...entries]);
      }
    }
    return { kind: 'none' };
  };
  const isMeant = (reference: string, isCertain: boolean, from: string): boolean => {
    const target = find(reference);
    if (target.kind === 'one' || target.kind === 'done') return target.id !== from;
    if (target.kind === 'many') return isCertain;
    const project = projectOf(reference);
    return isCertain && (project === '' || projects.has(project));
  };
  return { find, isMeant };
};

type KeyMaker = (name: string) => readonly string[];

const fold = (name: string): string => name.trim().toLowerCase();

/** The number that a name begins with, such as `03` of `03-api`, `12` of `#12`. */
const numberOf = (name: string): string | null => /^#?(\d+(?:\.\d+)*)(?=$|[-_ ]|\.(?!\d))/.exec(name)?.[1] ?? null;

/** `PROJ` of `PROJ-7`; empty for names without one. */
const projectOf = (name: string): string => /^([A-Z][A-Z0-9]+)-\d/i.exec(name)?.[1]?.toUpperCase() ?? '';

/** What follows a prefix of letters: `100.1` of `task-100.1` and of `BACK-100.1 - Create`. */
const afterLetters = (name: string): string | null => /^[A-Za-z]+-(\d+(?:\.\d+)*)(?=$|[-_ ])/.exec(name)?.[1] ?? null;

/** Whether a name's letters say only what kind of thing it is: `task-7` may be `BACK-7`, and `OTHER-7` is not `PROJ-7`. */
const isGeneric = (name: string): boolean => /^(?:task|issue|ticket|story|item|todo|work)-/i.test(name);

const dotted = (number: string): string =>
  number
    .split('.')
    .map((part, index) => (index === 0 ? part.replace(/^0+(?=\d)/, '') : part))
    .join('.');

/** Keys under which a name is entered, by degree: itself; its leading parts; its number; its number after another prefix. */
const keyMakers: readonly KeyMaker[] = [
  (name) => [fold(name)],
  (name) => leadingParts(fold(name)),
  (name) => [numberOf(name)].filter((number) => number !== null).map(dotted),
  (name) => {
    const number = afterLetters(name);
    if (number === null) return [];
    return [`any ${dotted(number)}`, ...(isGeneric(name) ? [`generic ${dotted(number)}`] : [])];
  },
];

/** Keys under which a reference is looked for, by degree. */
const queryMakers: readonly KeyMaker[] = [
  (name) => [fold(name)],
  (name) => [fold(name)],
  (name) => (/^#?\d+(\.\d+)*$/.test(name) ? [dotted(name.replace('#', ''))] : []),
  (name) => {
    if (/^#?\d+(\.\d+)*$/.test(name)) return [`any ${dotted(name.replace('#', ''))}`];
    const number = /^[A-Za-z]+-\d+(\.\d+)*$/.test(name) ? afterLetters(name) : null;
    return number === null ? [] : [`${isGeneric(name) ? 'any' : 'generic'} ${dotted(number)}`];
  },
];

/** `back`, `back-100.2` of `back-100.2-create`: what stands before a separator, if it holds a digit. */
const leadingParts = (name: string): string[] => {
  const parts: string[] = [];
  for (const { index } of name.slice(0, 80).matchAll(/[-_ ]/g)) {
    const part = name.slice(0, index);
    if (/\d/.test(part)) parts.push(part);
  }
  return parts;
};

/** A reference as written, then without what only decorates it. Another repository's issue stays what it is. */
const spellings = (reference: string): string[] => {
  const written = reference.trim();
  const bare = written.replace(/^[[\]"'`*\s]+|[[\]"'`*\s]+$/g, '');
  const all = [written, bare];
  if (/\.md$/i.test(bare)) all.push(bare.replace(/^.*[\\/]/, ''), bare.replace(/^.*[\\/]/, '').replace(/\.md$/i, ''));
  if (/^#[A-Za-z0-9]/.test(bare)) all.push(bare.slice(1));
  const first = /^\S+/.exec(bare)?.[0];
  if (first !== undefined && first !== bare && /\d/.test(first)) all.push(first.replace(/[:,;]$/, ''));
  return [...new Set(all)].filter((name) => name !== '');
};

const toTarget = (entries: readonly Entry[]): Target => {
  const [first] = entries;
  if (first === undefined) return { kind: 'none' };
  if (entries.length > 1) return { kind: 'many', ids: entries.map(({ id }) => id) };
  return { kind: first.isDone ? 'done' : 'one', id: first.id };
};
