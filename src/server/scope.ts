/** What all routes share. */
import type { Client } from '../client/client.ts';
import type { PastBatch } from '../client/last-states.ts';
import type { PastBatches } from '../client/past-batches.ts';
import type { Feeds } from './feeds.ts';
import type { Previews } from './previews.ts';

export interface Scope {
  readonly client: Client;
  readonly version: string;
  readonly isReadOnly: boolean;
  readonly feeds: Feeds;
  readonly previews: Previews;
  readonly past: PastBatches<PastBatch>;
  /** By status, how often this server has answered so. */
  readonly answers: Map<number, number>;
  /** Aborts when the server ends: streams end with it. */
  readonly closing: AbortSignal;
}

export const timeNow = ({ client }: Pick<Scope, 'client'>): string => new Date(client.clock.now()).toISOString();
