/** What there is: batches, and works to choose from. */
import { createHash } from 'node:crypto';
import { readCatalogue } from '../../client/catalogue.ts';
import { lastStates } from '../../client/last-states.ts';
import type { BatchListAnswer, CatalogueAnswer } from '../../view/api.ts';
import { limits, type Route } from '../route.ts';
import { timeNow, type Scope } from '../scope.ts';

export const batchRoutes = (scope: Scope): readonly Route[] => [
  {
    method: 'get',
    path: '/',
    summary: 'All batches, newest first',
    answer: { status: 200, schema: 'BatchListAnswer' },
    changes: false,
    limit: limits.read,
    handle: async (context) => {
      const batches = [...(await scope.past.readAll()).values()].map(({ entry }) => entry).reverse();
      return context.json({ at: timeNow(scope), batches } satisfies BatchListAnswer);
    },
  },
  {
    method: 'get',
    path: '/latest',
    summary: 'The id of the newest batch; null if there is none',
    answer: { status: 200, schema: 'LatestAnswer' },
    changes: false,
    limit: limits.read,
    handle: async (context) =>
      context.json({ at: timeNow(scope), batch_run_id: await scope.client.store.newestBatch() }),
  },
  {
    method: 'get',
    path: '/catalogue',
    summary: 'All works that could be chosen; with an ETag',
    answer: { status: 200, schema: 'CatalogueAnswer' },
    changes: false,
    limit: limits.plan,
    handle: async (context) => {
      const answer: CatalogueAnswer = {
        ...(await readCatalogue(scope.client, lastStates((await scope.past.readAll()).values()))),
        read_only: scope.isReadOnly,
      };
      const tag = tagOf({ ...answer, at: '' });
      if (context.req.header('if-none-match') === tag) return context.body(null, 304, { etag: tag });
      // A page may keep it, and has to ask whether it is still so.
      return context.json(answer, 200, { etag: tag, 'cache-control': 'private, no-cache' });
    },
  },
];

const tagOf = (answer: object): string =>
  `"${createHash('sha256').update(JSON.stringify(answer)).digest('base64url').slice(0, 22)}"`;
