/** One look at the batch after another: the status, the feed that grows with it, and the work that is open. */
import type { Client } from '../client/client.ts';
import { observe, type Observation } from '../client/observe.ts';
import { openWorkDetails, type WorkDetails } from '../client/work-details.ts';
import type { BatchState } from '../core/state.ts';
import type { Journal } from '../ports/store.ts';
import { emptyFeed, growFeed, type Feed } from '../view/feed.ts';
import { makeForecaster } from '../view/forecast.ts';
import { makeStatus, type KnownItems, type StatusDocument } from '../view/status.ts';

export interface Look {
  readonly seen: Observation;
  readonly status: StatusDocument;
  readonly feed: Feed;
  /** Of the work that is open; null while none is, and until it was read. */
  readonly details: (WorkDetails & { readonly id: string }) | null;
}

/** `open`: the work whose details are wanted. Looks must not overlap. */
export type Looker = (open: string | null) => Promise<Look>;

export const makeLooker = (client: Client, journal: Journal<BatchState>): Looker => {
  const forecast = makeForecaster();
  const known: KnownItems = new WeakMap();
  let feed = emptyFeed;
  let before: Observation | null = null;
  let reader: { readonly id: string; readonly read: () => Promise<WorkDetails> } | null = null;
  return async (open) => {
    const seen = await observe(client, journal, before);
    before = seen;
    const status = makeStatus({ ...seen, eta: forecast(seen.state, seen.now), known });
    feed = growFeed(feed, status);
    if (open === null) reader = null;
    else if (reader?.id !== open) reader = { id: open, read: openWorkDetails(client, journal, open) };
    const details = reader === null ? null : { ...(await reader.read()), id: reader.id };
    return { seen, status, feed, details };
  };
};
