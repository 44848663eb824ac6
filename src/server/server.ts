/** The server: it listens, says its address, and ends cleanly. It holds no truth: all is in the files of `.wf`. */
import { createServer as createPlain, type Server } from 'node:http';
import { hostname, networkInterfaces } from 'node:os';
import { getRequestListener } from '@hono/node-server';
import { summarizeBatch } from '../client/last-states.ts';
import { makePastBatches } from '../client/past-batches.ts';
import type { ServeOptions, WebServer } from '../client/web-server.ts';
import { Problem } from '../ports/problem.ts';
import type { ServerSecret } from '../ports/server-secret.ts';
import type { Viewer } from '../ports/viewer.ts';
import { isWildcard, urlHost } from '../protocol/host.ts';
import { makeApp, prefixes } from './app.ts';
import { makeBuckets } from './buckets.ts';
import { makeFeeds } from './feeds.ts';
import { makeGate } from './gate.ts';
import type { PageFiles } from './pages.ts';
import { makePreviews } from './previews.ts';
import type { PlacedRoute } from './openapi.ts';
import { metricsRoute, openapiRoute } from './routes/around.ts';
import { batchRoutes } from './routes/batches.ts';
import { controlRoutes } from './routes/control.ts';
import { itemRoutes } from './routes/items.ts';
import { plansRoutes } from './routes/plans.ts';
import { planRoutes } from './routes/plan.ts';
import { watchRoutes } from './routes/watch.ts';
import type { Route } from './route.ts';
import type { Scope } from './scope.ts';
import { makeSessions } from './sessions.ts';
import { serveTerminals } from './terminals.ts';
import { makeSecureServer } from './tls.ts';

export interface ServerWorld {
  readonly secret: ServerSecret;
  readonly viewer: Viewer;
  readPages(): Promise<PageFiles>;
}

export const startServer = async (world: ServerWorld, options: ServeOptions): Promise<WebServer> => {
  const { client, host, tls } = options;
  const server = tls === null ? createPlain(limitsOf) : makeSecureServer(tls, limitsOf);
  const secret = await world.secret.read();
  const port = await listen(server, options);
  const isSecure = tls !== null;
  const ending = new AbortController();
  const feeds = makeFeeds(client);
  const scope: Scope = {
    ...{ client, feeds, version: options.version, isReadOnly: options.isReadOnly, closing: ending.signal },
    previews: makePreviews(),
    answers: new Map(),
    past: makePastBatches(client, summarizeBatch),
  };
  const sessions = makeSessions({ secret, root: client.root, port, isSecure, now: client.clock.now });
  const gate = makeGate({ host, port, isSecure, machine: machineNames() });
  const table = placeRoutes(scope);
  const app = makeApp({
    ...{ scope, sessions, isSecure },
    gate,
    buckets: makeBuckets(client.clock.now),
    table,
    files: await world.readPages(),
    onBug: (error) => client.say(`bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`),
  });
  const respond = getRequestListener(app.fetch);
  server.on('request', (request, response) => void respond(request, response));
  serveTerminals(server, { scope, gate, sessions, viewer: world.viewer });
  const shown = isWildcard(host) ? '127.0.0.1' : urlHost(host);
  return {
    address: `${isSecure ? 'https' : 'http'}://${shown}:${port}/?token=${sessions.issueToken()}`,
    port,
    metricsToken: sessions.metricsToken,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      ending.abort();
      await feeds.close();
      server.closeIdleConnections();
      // Streams have ended; what is still being answered gets a moment.
      const late = setTimeout(() => server.closeAllConnections(), 1000);
      await closed;
      clearTimeout(late);
    },
  };
};

/** Every route at its whole paths. */
const placeRoutes = (scope: Scope): readonly PlacedRoute[] => {
  const metrics = metricsRoute(scope);
  const openapi = openapiRoute(scope, () => table);
  const table: readonly PlacedRoute[] = [
    ...prefixes.flatMap((prefix) =>
      [metrics, ...batchesRoutes(scope)].map((route) => ({
        path: route.path === '/' ? prefix : `${prefix}${route.path}`,
        route,
      })),
    ),
    { path: metrics.path, route: metrics },
    { path: openapi.path, route: openapi },
  ];
  return table;
};

/** Fixed paths before those that begin with the id of a batch. */
const batchesRoutes = (scope: Scope): readonly Route[] => [
  ...batchRoutes(scope),
  ...planRoutes(scope),
  ...controlRoutes(scope),
  ...plansRoutes(scope),
  ...watchRoutes(scope),
  ...itemRoutes(scope),
];

/** A request that dawdles is ended; streams answer for as long as they like. */
const limitsOf = { headersTimeout: 30_000, requestTimeout: 60_000, maxHeaderSize: 16 * 1024 };

const machineNames = (): readonly string[] => [
  hostname(),
  ...Object.values(networkInterfaces()).flatMap((each) => (each ?? []).map(({ address }) => address)),
];

const listen = (server: Server, { host, port }: ServeOptions): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, host, port)));
    server.listen({ host: host.replace(/^\[|\]$/g, ''), port }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });

const cannotListen = (error: NodeJS.ErrnoException, host: string, port: number): Problem =>
  new Problem(
    {
      what: `the server cannot listen: ${error.code === 'EADDRINUSE' ? `port ${port} is in use` : error.message}`,
      where: `${urlHost(host)}:${port}`,
      hint: error.code === 'EADDRINUSE' ? 'take another one, or any that is free: --port 0' : 'see --host and --port',
      code: 'environment',
    },
    { cause: error },
  );
