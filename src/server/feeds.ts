/** The batches that somebody looks at: opened at the first look, closed when nobody has looked for a while. */
import type { Client } from '../client/client.ts';
import { makeFeed, type Feed } from './feed.ts';
import { notFound } from './refused.ts';

export interface Feeds {
  /** `latest` or an id. Throws a refusal where there is no such batch. */
  open(id: string): Promise<Feed>;
  /** Null if there is no batch at all. */
  openLatest(): Promise<Feed | null>;
  close(): Promise<void>;
}

/** Each holds a plan and a state in memory: those of 5,000 works take 20 MB. */
const keptFeeds = 8;

export const makeFeeds = (client: Client): Feeds => {
  const feeds = new Map<string, Promise<Feed | null>>();
  const make = async (id: string): Promise<Feed | null> => {
    const journal = await client.store.openBatch(id);
    return journal === null ? null : makeFeed(client, journal);
  };
  const find = async (id: string): Promise<Feed | null> => {
    const known = feeds.get(id) ?? make(id);
    feeds.delete(id);
    feeds.set(id, known);
    try {
      const feed = await known;
      if (feed === null) feeds.delete(id);
      await trim();
      return feed;
    } catch (error) {
      feeds.delete(id);
      throw error;
    }
  };
  /** The ones that were asked for longest ago go first; who is subscribed to stays. */
  const trim = async (): Promise<void> => {
    for (const [id, opening] of [...feeds]) {
      if (feeds.size <= keptFeeds) return;
      const feed = await opening.catch(() => null);
      if (feed?.isIdle() === false) continue;
      feeds.delete(id);
      await feed?.close();
    }
  };
  const openLatest = async (): Promise<Feed | null> => {
    const id = await client.store.newestBatch();
    return id === null ? null : find(id);
  };
  return {
    openLatest,
    open: async (id) => {
      const feed = id === 'latest' ? await openLatest() : await find(id);
      if (feed !== null) return feed;
      throw notFound(
        id === 'latest' ? 'there is no batch here' : `there is no batch ${JSON.stringify(id)}`,
        `${client.root}/.wf/batches`,
        'GET the list of batches at the root of the API',
      );
    },
    close: async () => {
      for (const opening of feeds.values()) await (await opening.catch(() => null))?.close();
      feeds.clear();
    },
  };
};
