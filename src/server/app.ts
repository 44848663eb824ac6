/**
 * The router and what stands before every route: name and origin, session, limits, method, body.
 *
 *     request ─► gate 403 ─► token 303 / session 401 ─► limit 429 ─► path 404, method 405 ─► read-only 403 ─► body 415 413 422 ─► route
 */
import { getConnInfo } from '@hono/node-server/conninfo';
import { Hono, type Context } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import type { App, Variables } from './app-type.ts';
import type { Buckets } from './buckets.ts';
import { readBody } from './body.ts';
import type { Gate } from './gate.ts';
import type { PlacedRoute } from './openapi.ts';
import { pageRoutes, type PageFiles } from './pages.ts';
import { errorAnswer, Refused, toRefused, type RefusedParts } from './refused.ts';
import type { Route } from './route.ts';
import { readOnly } from './routes/plan.ts';
import { timeNow, type Scope } from './scope.ts';
import type { Sessions } from './sessions.ts';

export const prefixes = ['/api/v1/batch', '/api/v1/indexlab/batch'] as const;

export interface AppOptions {
  readonly scope: Scope;
  readonly gate: Gate;
  readonly sessions: Sessions;
  readonly buckets: Buckets;
  readonly table: readonly PlacedRoute[];
  readonly files: PageFiles;
  readonly isSecure: boolean;
  /** A bug: kept where a person finds it. */
  onBug(error: unknown): void;
}

export const makeApp = (options: AppOptions): App => {
  const app: App = new Hono<{ Variables: Variables }>();
  app.onError((error, context) => {
    const parts = toRefused(error) ?? bug(options, error);
    return refuse(context, options.scope, parts);
  });
  app.notFound((context) => refuse(context, options.scope, unknownPath(context.req.path)));
  app.use(async (context, next) => {
    await next();
    const { answers } = options.scope;
    answers.set(context.res.status, (answers.get(context.res.status) ?? 0) + 1);
  });
  app.use(headers(options.isSecure));
  app.use(async (context, next) => {
    context.header('cache-control', 'no-store');
    checkOrigin(options.gate, context);
    const login = takeToken(options, context);
    if (login !== null) return login;
    context.set('asker', findAsker(options, context));
    return next();
  });
  const { table } = options;
  for (const { path, route } of table)
    for (const each of path.endsWith('/batch') ? [path, `${path}/`] : [path])
      app.on(route.method.toUpperCase(), each, (context) => answer(options, route, context));
  for (const path of new Set(table.map((each) => each.path))) {
    const methods = table.filter((each) => each.path === path).map(({ route }) => route.method.toUpperCase());
    app.all(path, (context) => refuse(context, options.scope, wrongMethod(context, methods)));
  }
  pageRoutes(app, options.files);
  return app;
};

const headers = (isSecure: boolean) =>
  secureHeaders({
    contentSecurityPolicy: {
      ...{ defaultSrc: ["'none'"], scriptSrc: ["'self'"], styleSrc: ["'self'"], imgSrc: ["'self'", 'data:'] },
      ...{ fontSrc: ["'self'"], connectSrc: ["'self'"], frameAncestors: ["'none'"], baseUri: ["'none'"] },
      formAction: ["'none'"],
    },
    strictTransportSecurity: isSecure ? 'max-age=15552000' : false,
    referrerPolicy: 'no-referrer',
    xFrameOptions: 'DENY',
  });

const checkOrigin = (gate: Gate, context: Context): void => {
  const header = (name: string): string | undefined => context.req.header(name);
  const why = gate.refuses({
    host: header('host'),
    origin: header('origin'),
    fetchSite: header('sec-fetch-site'),
  });
  if (why !== null)
    throw new Refused({
      status: 403,
      what: why,
      where: context.req.path,
      hint: 'open the address that the server printed',
    });
};

const loginLimit = { burst: 30, perSecond: 5 } as const;

/** The first request of a browser: its token is changed for a cookie, and goes out of the address. */
const takeToken = ({ sessions, buckets }: AppOptions, context: Context): Response | null => {
  const token = context.req.query('token');
  if (token === undefined || context.req.path !== '/' || context.req.method !== 'GET') return null;
  limit(buckets.take(addressOf(context), loginLimit, 'login'));
  const cookie = sessions.redeem(token);
  // A page that is loaded again has its session already.
  if (cookie === null && sessions.find(context.req.header('cookie')) === null) throw noSession();
  if (cookie !== null) context.header('set-cookie', cookie);
  return context.redirect('/', 303);
};

/** The session, or the program that reads metrics. */
const findAsker = ({ sessions }: AppOptions, context: Context): string => {
  const session = sessions.find(context.req.header('cookie'));
  if (session !== null) return session;
  const [, token = ''] = /^Bearer ([\w-]{1,200})$/i.exec(context.req.header('authorization') ?? '') ?? [];
  const isForMetrics = context.req.path.endsWith('/metrics') && context.req.method === 'GET';
  if (isForMetrics && token !== '' && sessions.isMetricsToken(token)) return 'metrics';
  throw noSession();
};

const addressOf = (context: Context): string => getConnInfo(context).remote.address ?? '';

const noSession = (): Refused =>
  new Refused({
    status: 401,
    what: 'there is no session here',
    where: 'cookie',
    hint: 'open the address that `wf0-batch serve` printed; it works once, then start the server again',
  });

const limit = (waitSeconds: number): void => {
  if (waitSeconds > 0)
    throw new Refused({
      status: 429,
      what: 'too many requests',
      where: 'this session',
      hint: `ask again in ${waitSeconds} s`,
      headers: { 'retry-after': String(waitSeconds) },
    });
};

const answer = async (
  { scope, buckets }: AppOptions,
  route: Route,
  context: Context<{ Variables: Variables }>,
): Promise<Response> => {
  limit(buckets.take(context.get('asker'), route.limit, `${route.method} ${route.path}`));
  if (route.changes && scope.isReadOnly) throw readOnly();
  return route.handle(context, route.body === undefined ? null : await readBody(context, route.body));
};

const refuse = (context: Context, scope: Scope, parts: RefusedParts): Response => {
  const answered = errorAnswer(parts, timeNow(scope));
  for (const [name, value] of Object.entries(parts.headers ?? {})) context.header(name, value);
  context.header('cache-control', 'no-store');
  if (isPage(context)) return context.text(`${answered.error.what}\n${answered.error.hint}\n`, parts.status);
  return context.json(answered, parts.status);
};

/** A person's browser that opens an address gets words. */
const isPage = ({ req }: Context): boolean =>
  !req.path.startsWith('/api/') && /\btext\/html\b/.test(req.header('accept') ?? '');

const unknownPath = (path: string): RefusedParts => ({
  status: 404,
  what: 'there is nothing here',
  where: path,
  hint: 'GET /api/v1/openapi.json lists what there is',
});

const wrongMethod = (context: Context, methods: readonly string[]): RefusedParts => {
  const allowed = [...new Set(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))];
  return {
    status: 405,
    what: `${context.req.method} is not taken here`,
    where: context.req.path,
    hint: `allowed: ${allowed.join(', ')}`,
    headers: { allow: allowed.join(', ') },
  };
};

const bug = ({ onBug }: AppOptions, error: unknown): RefusedParts => {
  onBug(error);
  return {
    status: 500,
    what: 'this is a bug in wf0-batch',
    where: 'the server',
    hint: 'see what the server printed; the batch is intact',
  };
};
