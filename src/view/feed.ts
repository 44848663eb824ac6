/** Recent Activity: what running works print and what happens to works, interleaved as it came. */
import { clip } from './clean.ts';
import type { StatusDocument } from './status.ts';

export interface FeedEntry {
  /** The work; null for the batch. */
  readonly id: string | null;
  readonly text: string;
}

export interface Feed {
  /** Oldest first, at most 200. */
  readonly entries: readonly FeedEntry[];
  /** What each running work had printed at the last look. */
  readonly printed: ReadonlyMap<string, readonly string[]>;
  /** The newest event that is in it. */
  readonly seq: number;
}

export const emptyFeed: Feed = { entries: [], printed: new Map(), seq: 0 };

const keptEntries = 200;
/** Of a work that is seen for the first time. */
const firstLines = 3;

/** The feed with what is new in a status: events first, then the lines that running works have printed since. */
export const growFeed = (feed: Feed, { activity, items }: StatusDocument): Feed => {
  const running = items.filter(({ state }) => state === 'running');
  const events = activity.filter(({ seq }) => seq > feed.seq).map(({ id, text }): FeedEntry => ({ id, text }));
  const printed = running.flatMap(({ id, last_output }) =>
    newLines(feed.printed.get(id), last_output).map((text): FeedEntry => ({ id, text: clip(text, 500) })),
  );
  if (events.length + printed.length === 0 && running.length === feed.printed.size) return feed;
  return {
    entries: [...feed.entries, ...events, ...printed].slice(-keptEntries),
    printed: new Map(running.map(({ id, last_output }) => [id, last_output])),
    seq: activity.at(-1)?.seq ?? feed.seq,
  };
};

/** The lines behind the longest end of `before` with which `now` begins; all of them if nothing is shared. */
const newLines = (before: readonly string[] | undefined, now: readonly string[]): readonly string[] => {
  if (before === undefined) return now.slice(-firstLines);
  for (let shared = Math.min(before.length, now.length); shared > 0; shared--) {
    const end = before.slice(-shared);
    if (end.every((text, i) => text === now[i])) return now.slice(shared);
  }
  return now;
};
