/** The operator's order of groups: pinned ones first, moved by one place or dragged to one. Pure. */

export interface GroupWish {
  /** Every group in the order in which it would run; the pinned ones lead. */
  readonly order: readonly string[];
  readonly pinned: readonly string[];
  /** Without a wish priorities order the works, whatever their group. */
  readonly isWish: boolean;
}

/** The wish of the schedule, with the groups that it does not name behind, naturally sorted. */
export const wishOf = (
  groups: { readonly order: readonly string[]; readonly pinned: readonly string[] },
  present: readonly string[],
): GroupWish => {
  const others = [...present].sort(new Intl.Collator('en', { numeric: true }).compare);
  const known = new Set(present);
  return {
    order: [...new Set([...groups.pinned, ...groups.order, ...others])].filter((group) => known.has(group)),
    pinned: groups.pinned.filter((group) => known.has(group)),
    isWish: groups.order.length + groups.pinned.length > 0,
  };
};

/** Puts a group where another one stands; pinned ones stay before the others. */
export const moveGroup = (wish: GroupWish, group: string, target: string): GroupWish => {
  const from = wish.order.indexOf(group);
  const to = wish.order.indexOf(target);
  if (from < 0 || to < 0 || from === to) return wish;
  const rest = wish.order.filter((each) => each !== group);
  return arranged({ ...wish, order: [...rest.slice(0, to), group, ...rest.slice(to)], isWish: true });
};

/** Up (-1) or down (1) among the shown groups; nothing at an end or at the border of the pinned ones. */
export const stepGroup = (wish: GroupWish, shown: readonly string[], group: string, step: -1 | 1): GroupWish => {
  const target = shown[shown.indexOf(group) + step];
  if (target === undefined || wish.pinned.includes(group) !== wish.pinned.includes(target)) return wish;
  return moveGroup(wish, group, target);
};

/** Pins a group, or takes the pin away. */
export const pinGroup = (wish: GroupWish, group: string): GroupWish => {
  const isPinned = wish.pinned.includes(group);
  const pinned = isPinned ? wish.pinned.filter((each) => each !== group) : [...wish.pinned, group];
  return arranged({ ...wish, pinned, isWish: true });
};

const arranged = (wish: GroupWish): GroupWish => {
  const pinned = new Set(wish.pinned);
  const leading = wish.order.filter((group) => pinned.has(group));
  return { ...wish, order: [...leading, ...wish.order.filter((group) => !pinned.has(group))], pinned: leading };
};
