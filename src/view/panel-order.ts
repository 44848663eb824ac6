/** The order of the panel's rows: what a person must see first, then the rest. */
import type { ItemStatus } from './status.ts';

/** So many of each urgent kind lead; more of them follow behind what runs and what is next, so that they hide nothing. */
const leading = 5;

/**
 * Who needs an answer, what failed (newest first), what runs, what is next; then the rest of these, the stopped, the
 * queued, the completed (newest first) and the skipped. Every work is there once.
 */
export const panelOrder = (items: readonly ItemStatus[]): readonly ItemStatus[] => {
  const kinds = sortIntoKinds(items);
  const head = (kind: Kind): readonly ItemStatus[] => kinds[kind].slice(0, leading);
  const rest = (kind: Kind): readonly ItemStatus[] => kinds[kind].slice(leading);
  return [
    ...[...head('attention'), ...head('failed'), ...kinds.running, ...head('queued')],
    ...[...rest('attention'), ...rest('failed'), ...kinds.stopped, ...rest('queued')],
    ...[...kinds.completed, ...kinds.skipped],
  ];
};

type Kind = ItemStatus['state'] | 'attention';

const sortIntoKinds = (items: readonly ItemStatus[]): Readonly<Record<Kind, ItemStatus[]>> => {
  const kinds: Record<Kind, ItemStatus[]> = {
    ...{ attention: [], failed: [], running: [], queued: [], stopped: [], completed: [], skipped: [] },
  };
  for (const item of items) kinds[item.needs_attention === null ? item.state : 'attention'].push(item);
  kinds.failed.sort(newestFirst);
  kinds.completed.sort(newestFirst);
  return kinds;
};

const newestFirst = (a: ItemStatus, b: ItemStatus): number =>
  (a.ended_at ?? '') < (b.ended_at ?? '') ? 1 : (a.ended_at ?? '') > (b.ended_at ?? '') ? -1 : 0;

/** The works of which id, title, group or state holds the words, upper and lower case folded; all for an empty filter. */
export const filterItems = (items: readonly ItemStatus[], filter: string): readonly ItemStatus[] => {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return items;
  return items.filter(({ id, title, group, state }) => {
    const text = `${id} ${title} ${group ?? ''} ${state}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
};
