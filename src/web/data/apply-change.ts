/** What a page knows of a batch after one more message of the server. Pure. */
import type { ChangeMessage, StatusAnswer } from '../../view/api.ts';

/** So many entries of the feed are kept. */
const keptActivity = 300;

/** A message that is not newer than what is known changes nothing but what pulses tell. */
export const applyChange = (status: StatusAnswer, change: ChangeMessage): StatusAnswer => ({
  ...status,
  ...change.batch,
  at: change.at,
  seq: Math.max(status.seq, change.seq),
  items: withReasons(
    change.items === undefined ? status.items : replaceItems(status.items, change.items),
    change.reasons ?? {},
  ),
  activity: change.activity === undefined ? status.activity : append(status.activity, change.activity),
});

/** Whether works were taken out, which no message of changes tells: only a new snapshot has the rest in order. */
export const isTorn = ({ counts, items }: StatusAnswer): boolean => counts.total !== items.length;

const replaceItems = (items: StatusAnswer['items'], changed: StatusAnswer['items']): StatusAnswer['items'] => {
  const next = [...items];
  const places = new Map(next.map(({ id }, i) => [id, i]));
  for (const item of changed) {
    const place = places.get(item.id);
    if (place === undefined) places.set(item.id, next.push(item) - 1);
    else next[place] = item;
  }
  return next;
};

const withReasons = (
  items: StatusAnswer['items'],
  reasons: NonNullable<ChangeMessage['reasons']>,
): StatusAnswer['items'] => {
  if (Object.keys(reasons).length === 0) return items;
  return items.map((item) => {
    const reason = reasons[item.id];
    return reason === undefined ? item : { ...item, reason };
  });
};

const append = (known: StatusAnswer['activity'], added: StatusAnswer['activity']): StatusAnswer['activity'] => {
  const newest = known.at(-1)?.seq ?? -1;
  return [...known, ...added.filter(({ seq }) => seq > newest)].slice(-keptActivity);
};
