/**
 * A choice among many works as a base, rules and exceptions, so that fifty thousand chosen rows travel in a few bytes.
 * Pure: the page and the server find the same works from it.
 */

/** What a rule looks at. All members that are given must hold; an empty filter holds for every work. */
export interface WorkFilter {
  /** In id, title, group, model or variant; case is folded, words are all sought. */
  readonly text?: string;
  readonly groups?: readonly string[];
  readonly models?: readonly string[];
  readonly variants?: readonly string[];
}

export interface SelectionRule {
  readonly set: 'include' | 'exclude' | 'invert';
  readonly filter: WorkFilter;
}

export interface Selection {
  readonly base: 'all' | 'none';
  /** Applied in order to the base. */
  readonly rules: readonly SelectionRule[];
  /** Ids that are chosen the other way than base and rules say. */
  readonly exceptions: readonly string[];
}

/** What a filter sees of a work; null where it has none. */
export interface Selectable {
  readonly id: string;
  readonly title: string;
  readonly group: string | null;
  readonly model: string | null;
  readonly variant: string | null;
}

export const nothingSelected: Selection = { base: 'none', rules: [], exceptions: [] };
export const everythingSelected: Selection = { base: 'all', rules: [], exceptions: [] };

/** A test for works; made once, cheap for each work. */
export const makeFilter = ({ text, groups, models, variants }: WorkFilter): ((work: Selectable) => boolean) => {
  const words = (text ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const tests: ((work: Selectable) => boolean)[] = [];
  if (groups !== undefined) tests.push(isIn(groups, ({ group }) => group));
  if (models !== undefined) tests.push(isIn(models, ({ model }) => model));
  if (variants !== undefined) tests.push(isIn(variants, ({ variant }) => variant));
  if (words.length > 0)
    tests.push((work) => {
      const haystack = textOf(work);
      return words.every((word) => haystack.includes(word));
    });
  return (work) => tests.every((test) => test(work));
};

const isIn = (list: readonly string[], pick: (work: Selectable) => string | null): ((work: Selectable) => boolean) => {
  const known = new Set(list);
  return (work) => known.has(pick(work) ?? '');
};

const textOf = ({ id, title, group, model, variant }: Selectable): string =>
  `${id}\n${title}\n${group ?? ''}\n${model ?? ''}\n${variant ?? ''}`.toLowerCase();

/** Tells of each work whether it is chosen; made once for a selection. */
export const makeSelector = ({ base, rules, exceptions }: Selection): ((work: Selectable) => boolean) => {
  const tests = rules.map(({ set, filter }) => ({ set, holds: makeFilter(filter) }));
  const flipped = new Set(exceptions);
  return (work) => {
    let chosen = base === 'all';
    for (const { set, holds } of tests) if (holds(work)) chosen = set === 'invert' ? !chosen : set === 'include';
    return flipped.has(work.id) ? !chosen : chosen;
  };
};

/** The opposite of a selection: every work changes sides. */
export const invert = ({ base, rules, exceptions }: Selection): Selection => ({
  base: base === 'all' ? 'none' : 'all',
  rules: rules.map(({ set, filter }) => ({
    set: set === 'include' ? 'exclude' : set === 'exclude' ? 'include' : 'invert',
    filter,
  })),
  exceptions,
});
