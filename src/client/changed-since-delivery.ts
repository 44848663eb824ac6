/** Works that an earlier batch delivered and that say something else now: they run again only when asked. */
import type { Work, WorkId } from '../core/work.ts';
import { Problem } from '../ports/problem.ts';
import type { Config } from '../protocol/config.ts';
import type { Client } from './client.ts';
import { sourceOf, type EarlierWork } from './earlier.ts';
import { contentHash } from './plan-batch.ts';

/** A sentence each, as `start` says it. None while the config cannot be read: `start` refuses then anyway. */
export const changedSinceDelivery = async (
  client: Pick<Client, 'readConfig'>,
  works: readonly Work[],
  earlier: ReadonlyMap<WorkId, EarlierWork>,
): Promise<readonly string[]> => {
  const delivered = works.flatMap((work) => {
    const before = earlier.get(work.id);
    return before !== undefined && before.was_completed && before.source === sourceOf(work) ? [{ work, before }] : [];
  });
  const config = delivered.length === 0 ? null : await readOrNull(client);
  if (config === null) return [];
  return delivered
    .filter(({ work, before }) => contentHash(work, config) !== before.content_hash)
    .map(({ work: { id } }) => `${id} was delivered and has changed since; it runs again only with start --rerun`);
};

const readOrNull = async (client: Pick<Client, 'readConfig'>): Promise<Config | null> => {
  try {
    return await client.readConfig();
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
};
