/**
 * Which works are chosen. Pure. Two forms of one truth: the selection, which travels in a few bytes, and a byte a work,
 * which is read for each drawn row. Every change makes a new value and costs at most a walk over the works.
 */
import {
  everythingSelected,
  invert,
  makeFilter,
  makeSelector,
  nothingSelected,
  type Selectable,
  type Selection,
  type WorkFilter,
} from '../../protocol/selection.ts';

export interface Chosen {
  readonly selection: Selection;
  /** 1 for each chosen work, by its place in the catalogue. */
  readonly bits: Uint8Array;
  readonly count: number;
}

type Works = readonly Selectable[];

/** What a selection means for these works. Exceptions of works that are gone are dropped. */
export const chooseBy = (works: Works, selection: Selection): Chosen => {
  const isChosen = makeSelector(selection);
  const known = new Set(selection.exceptions.length === 0 ? [] : works.map(({ id }) => id));
  return counted(
    { ...selection, exceptions: selection.exceptions.filter((id) => known.has(id)) },
    Uint8Array.from(works, (work) => (isChosen(work) ? 1 : 0)),
  );
};

export const chooseAll = (works: Works): Chosen => ({
  selection: everythingSelected,
  bits: new Uint8Array(works.length).fill(1),
  count: works.length,
});

export const chooseNone = (works: Works): Chosen => ({
  selection: nothingSelected,
  bits: new Uint8Array(works.length),
  count: 0,
});

/** Every work changes sides; with a filter, those that it holds for. */
export const invertChosen = (works: Works, chosen: Chosen, filter: WorkFilter | null): Chosen => {
  if (filter !== null) return applyRule(works, chosen, { set: 'invert', filter });
  return {
    selection: invert(chosen.selection),
    bits: chosen.bits.map((bit) => 1 - bit),
    count: works.length - chosen.count,
  };
};

/** Past so many rules they are written anew: a rule is tried on every work. */
const mostRules = 24;

/** Includes, excludes or inverts all works that the filter holds for, whatever was said of one of them before. */
export const applyRule = (works: Works, chosen: Chosen, rule: Selection['rules'][number]): Chosen => {
  const holds = makeFilter(rule.filter);
  const bits = Uint8Array.from(chosen.bits);
  const ruled = new Set<string>();
  works.forEach((work, i) => {
    if (!holds(work)) return;
    bits[i] = rule.set === 'include' ? 1 : rule.set === 'exclude' ? 0 : 1 - (bits[i] ?? 0);
    if (rule.set !== 'invert') ruled.add(work.id);
  });
  const { base, rules, exceptions } = chosen.selection;
  const selection = {
    base,
    rules: [...rules, rule],
    exceptions: exceptions.filter((id) => !ruled.has(id)),
  };
  return tidy(works, counted(selection, bits));
};

/** Sets the works at these places. */
export const setPlaces = (works: Works, chosen: Chosen, places: Iterable<number>, isWanted: boolean): Chosen => {
  const bits = Uint8Array.from(chosen.bits);
  const exceptions = new Set(chosen.selection.exceptions);
  for (const i of places) {
    const work = works[i];
    if (work === undefined || bits[i] === (isWanted ? 1 : 0)) continue;
    bits[i] = isWanted ? 1 : 0;
    if (!exceptions.delete(work.id)) exceptions.add(work.id);
  }
  return tidy(works, counted({ ...chosen.selection, exceptions: [...exceptions] }, bits));
};

const counted = (selection: Selection, bits: Uint8Array): Chosen => ({
  selection,
  bits,
  count: bits.reduce((sum, bit) => sum + bit, 0),
});

/** Writes a selection of many rules or exceptions anew: the groups that are mostly chosen, and what differs from them. */
const tidy = (works: Works, chosen: Chosen): Chosen => {
  const { rules, exceptions } = chosen.selection;
  if (rules.length <= mostRules && exceptions.length <= works.length / 2) return chosen;
  const groups = new Map<string, { chosen: number; all: number }>();
  works.forEach(({ group }, i) => {
    const sum = groups.get(group ?? '') ?? { chosen: 0, all: 0 };
    groups.set(group ?? '', { chosen: sum.chosen + (chosen.bits[i] ?? 0), all: sum.all + 1 });
  });
  const mostly = new Set([...groups].filter(([, sum]) => sum.chosen * 2 > sum.all).map(([group]) => group));
  return {
    ...chosen,
    selection: {
      base: 'none',
      rules: mostly.size === 0 ? [] : [{ set: 'include', filter: { groups: [...mostly] } }],
      exceptions: works
        .filter(({ group }, i) => mostly.has(group ?? '') !== (chosen.bits[i] === 1))
        .map(({ id }) => id),
    },
  };
};
