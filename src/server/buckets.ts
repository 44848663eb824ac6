/** Token buckets: how many requests of a kind one asker may make. Limits keep an error in a page from taking the machine. */

export interface Limit {
  /** So many at once. */
  readonly burst: number;
  readonly perSecond: number;
}

export interface Buckets {
  /** Seconds to wait; 0: the request may go on, and is counted. */
  take(asker: string, limit: Limit, kind: string): number;
}

interface Bucket {
  left: number;
  at: number;
}

/** More askers than this are forgotten, oldest first. */
const askerLimit = 10_000;

/** `now`: milliseconds. */
export const makeBuckets = (now: () => number): Buckets => {
  const buckets = new Map<string, Bucket>();
  return {
    take: (asker, { burst, perSecond }, kind) => {
      const key = `${kind} ${asker}`;
      const at = now();
      const bucket = buckets.get(key) ?? { left: burst, at };
      bucket.left = Math.min(burst, bucket.left + ((at - bucket.at) / 1000) * perSecond);
      bucket.at = at;
      buckets.delete(key);
      buckets.set(key, bucket);
      if (buckets.size > askerLimit) buckets.delete(buckets.keys().next().value as string);
      if (bucket.left < 1) return Math.max(1, Math.ceil((1 - bucket.left) / perSecond));
      bucket.left -= 1;
      return 0;
    },
  };
};
