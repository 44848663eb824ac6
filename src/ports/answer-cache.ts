/** Answers of servers that can be asked whether they still hold, so that asking again costs next to nothing. */

/** One answer as the server gave it, decoded. */
export interface CachedAnswer {
  readonly etag: string;
  /** Of the headers, those that matter for reading it: `content-type`, `link`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface AnswerCache {
  /** Null without one, and for one that is not surely ours. */
  get(key: string): Promise<CachedAnswer | null>;
  /** Never rejects: an answer that cannot be kept is asked for again. */
  put(key: string, answer: CachedAnswer): Promise<void>;
}
