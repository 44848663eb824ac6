/** A feed as server-sent events: messages in order, a comment now and then, an end when the reader is too slow. */
import type { SSEStreamingApi } from 'hono/streaming';
import type { Feed, FeedMessage } from './feed.ts';
import type { Scope } from './scope.ts';

const heartbeatMs = 15_000;
/** Who is so many messages behind is let go, and comes back with the number of the last event that it has. */
const queueLimit = 200;

export interface FeedStream {
  readonly feed: Feed;
  readonly after: number | null;
}

export const streamFeed = async (
  { client, closing }: Pick<Scope, 'client' | 'closing'>,
  stream: SSEStreamingApi,
  { feed, after }: FeedStream,
): Promise<void> => {
  const ended = new AbortController();
  const end = (): void => ended.abort();
  closing.addEventListener('abort', end, { once: true });
  stream.onAbort(end);
  const queue: FeedMessage[] = [];
  let wake = (): void => undefined;
  const take = (message: FeedMessage): void => {
    queue.push(message);
    if (queue.length > queueLimit) end();
    wake();
  };
  const leave = await feed.subscribe(after, { take, end });
  try {
    while (!ended.signal.aborted) {
      const message = queue.shift();
      if (message !== undefined) {
        await stream.writeSSE({
          event: message.event,
          id: String(message.seq),
          data: JSON.stringify(message.data),
        });
        continue;
      }
      const woken = new AbortController();
      wake = () => woken.abort();
      await client.clock.sleep(heartbeatMs, AbortSignal.any([woken.signal, ended.signal]));
      if (queue.length === 0 && !ended.signal.aborted) await stream.write(': still here\n\n');
    }
  } finally {
    leave();
    closing.removeEventListener('abort', end);
  }
};
