/** What changed between two looks at a batch: what the event channel sends instead of the whole status. */
import type { Event } from '../core/event.ts';
import type { BatchState } from '../core/state.ts';
import { makeActivity } from './activity.ts';
import type { ChangeMessage } from './api.ts';
import { stageMark } from './stage-runs.ts';
import type { ItemStatus, StatusDocument } from './status.ts';

export interface StatusLook {
  readonly state: BatchState;
  readonly status: StatusDocument;
  /** ISO 8601. */
  readonly at: string;
}

/** Whether works joined or left: then their order is another, and only a new snapshot tells it. */
export const hasOtherWorks = (before: StatusLook, after: StatusLook): boolean =>
  before.state.works !== after.state.works &&
  before.status.items.map(({ id }) => id).join('\n') !== after.status.items.map(({ id }) => id).join('\n');

export interface ChangeOptions {
  /** Those between the two looks. */
  readonly events: readonly Event[];
  /** Whether what only time changes is given as well: reasons that name times and places in line, the estimate. */
  readonly isSlow: boolean;
}

export interface Change {
  /** Null: nothing to tell. */
  readonly message: ChangeMessage | null;
  /** What a reader knows who knew `before` and got the message: `after`, but for what was held back. */
  readonly known: StatusLook;
}

/**
 * The change between two looks at the same works. Of items of which only the reason is another (in a line of thousands
 * every start changes all of them) the reason alone is given, and only when `isSlow`.
 */
export const changeBetween = (before: StatusLook, after: StatusLook, { events, isSlow }: ChangeOptions): Change => {
  const items: ItemStatus[] = [];
  const reasons: Record<string, string | null> = {};
  const known = after.status.items.map((item, i) => {
    const old = before.status.items[i] as ItemStatus;
    if (isOther(old, item, before.state.records[i] === after.state.records[i])) items.push(item);
    else if (old.reason !== item.reason) {
      if (!isSlow) return { ...item, reason: old.reason };
      reasons[item.id] = item.reason;
    }
    return item;
  });
  const batch = batchChange(before.status, after.status);
  const activity = makeActivity(events);
  const stages = marksOf(events);
  const isNews = before.state.seq !== after.state.seq || items.length > 0;
  const isLate = Object.keys(batch).length + Object.keys(reasons).length > 0;
  if (!isNews && !(isSlow && isLate)) return { message: null, known: before };
  return {
    message: {
      at: after.at,
      seq: after.state.seq,
      ...(Object.keys(batch).length === 0 ? {} : { batch }),
      ...(items.length === 0 ? {} : { items }),
      ...(Object.keys(reasons).length === 0 ? {} : { reasons }),
      ...(activity.length === 0 ? {} : { activity }),
      ...(stages.length === 0 ? {} : { stages }),
    },
    known: { ...after, status: { ...after.status, items: known } },
  };
};

/**
 * Everything that a reader who knew the state at an earlier event cannot know: the works that `events` (all since then)
 * name, those that run, the reasons of the others, and the batch.
 */
export const changeSince = ({ state, status, at }: StatusLook, events: readonly Event[]): ChangeMessage => {
  const touched = new Set(events.flatMap((event) => namedBy(event)));
  const items = status.items.filter(({ id, state: shown }) => touched.has(id) || shown === 'running');
  const given = new Set(items);
  const others = status.items.filter((item) => !given.has(item) && item.reason !== null);
  const { items: _items, activity: _activity, ...batch } = status;
  return {
    at,
    seq: state.seq,
    batch,
    items,
    reasons: Object.fromEntries(others.map(({ id, reason }) => [id, reason])),
    activity: makeActivity(events),
    stages: marksOf(events),
  };
};

const marksOf = (events: readonly Event[]): NonNullable<ChangeMessage['stages']> =>
  events.flatMap((event) => stageMark(event) ?? []);

const namedBy = (event: Event): readonly string[] => {
  if (event.type === 'stop_requested') return event.ids ?? [];
  return 'id' in event && event.id !== null ? [event.id] : [];
};

/** A work that does not run and whose record is the same differs in its reason alone, unless its state is derived. */
const isOther = (old: ItemStatus, item: ItemStatus, isSameRecord: boolean): boolean => {
  if (old.state !== item.state) return true;
  if (isSameRecord && item.state !== 'running') return false;
  return asText(old) !== asText(item);
};

/** Without what only time changes: a reader counts a duration on by itself. */
const asText = (item: ItemStatus): string =>
  JSON.stringify({ ...item, reason: null, duration_ms: item.state === 'running' ? null : item.duration_ms });

const batchChange = (before: StatusDocument, after: StatusDocument): NonNullable<ChangeMessage['batch']> =>
  Object.fromEntries(
    Object.entries(after).filter(
      ([name, value]) =>
        name !== 'items' &&
        name !== 'activity' &&
        JSON.stringify(value) !== JSON.stringify(before[name as keyof StatusDocument]),
    ),
  );
