/** What is known of the server itself: metrics, and the description of its API. */
import { metricsText } from '../../view/metrics.ts';
import { openapiDocument, type PlacedRoute } from '../openapi.ts';
import { limits, type Route } from '../route.ts';
import type { Scope } from '../scope.ts';

export const metricsRoute = (scope: Scope): Route => ({
  method: 'get',
  path: '/metrics',
  summary: 'The newest batch in the text format of Prometheus; also for the bearer that the server printed',
  answer: { status: 200, content: 'text/plain; version=0.0.4; charset=utf-8' },
  changes: false,
  limit: limits.read,
  handle: async (context) => {
    const look = await (await scope.feeds.openLatest())?.look();
    const { version, answers } = scope;
    return context.body(
      metricsText({ version, answers, status: look?.status ?? null, seq: look?.state.seq ?? 0 }),
      200,
      { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
    );
  },
});

/** `table`: all routes, this one included. */
export const openapiRoute = (scope: Scope, table: () => readonly PlacedRoute[]): Route => ({
  method: 'get',
  path: '/api/v1/openapi.json',
  summary: 'This description',
  answer: { status: 200, content: 'application/json' },
  changes: false,
  limit: limits.read,
  handle: (context) => Promise.resolve(context.json(openapiDocument(table(), scope.version))),
});
