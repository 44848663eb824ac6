/**
 * GitHub, asked through Octokit: pages by their links, failures of the server tried again, rate limits waited for.
 * While a limit is waited for nothing else is sent either.
 */
import { Octokit } from '@octokit/core';
import { paginateRest } from '@octokit/plugin-paginate-rest';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { makeFetch } from '../http.ts';
import type { Fetch } from '../http.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Server } from './place.ts';
import { explain, statusOf } from './problems.ts';
import type { Asking } from './problems.ts';

export interface ServerOptions {
  readonly server: Server;
  readonly token: string | null;
  /** `owner/name`, for messages. */
  readonly repository: string;
  readonly surroundings: Surroundings;
}

export type Parameters = Readonly<Record<string, string | number>>;

export interface GithubServer {
  /** One answer. Throws a Problem; null for a 404 or 410 if `orNull` is set. */
  get(route: string, parameters: Parameters, orNull?: boolean): Promise<unknown>;
  /** The pages of a list, in their order; null for a 404 or 410 if `orNull` is set. */
  pages(route: string, parameters: Parameters, orNull?: boolean): AsyncIterable<unknown>;
}

/** Tries after the first, for a failure of the server and for a limit. */
const retries = 3;

export const openServer = (options: ServerOptions): GithubServer => {
  const octokit = makeOctokit(options);
  const asking = (route: string): Asking => ({
    where: `${route.replace(/^GET /, `GET ${options.server.baseUrl}`)} (${options.repository})`,
    repository: options.repository,
    token: options.token,
    maxWait: `${options.surroundings.config.github.max_wait_ms / 1000}s`,
  });
  return {
    get: async (route, parameters, orNull = false) => {
      try {
        return (await octokit.request(route, parameters)).data as unknown;
      } catch (error) {
        if (orNull && isAbsent(error)) return null;
        throw explain(error, asking(route));
      }
    },
    pages: (route, parameters, orNull = false) =>
      readPages(octokit, { route, parameters, orNull, asking: asking(route) }),
  };
};

interface Listing {
  readonly route: string;
  readonly parameters: Parameters;
  readonly orNull: boolean;
  readonly asking: Asking;
}

/** Of at most so many pages: a server whose links lead in circles is left alone. */
const pageLimit = 2000;

async function* readPages(
  octokit: InstanceType<typeof Client>,
  { route, parameters, orNull, asking }: Listing,
): AsyncIterable<unknown> {
  let page = 0;
  try {
    for await (const { data } of octokit.paginate.iterator(route, parameters)) {
      if (++page > pageLimit) return;
      yield data as unknown;
    }
  } catch (error) {
    if (!orNull || !isAbsent(error)) throw explain(error, asking);
    yield null;
  }
}

const isAbsent = (error: unknown): boolean => [404, 410].includes(statusOf(error) ?? 0);

const Client = Octokit.plugin(paginateRest, retry, throttling);

const makeOctokit = ({ server, token, surroundings }: ServerOptions): InstanceType<typeof Client> => {
  const limits = makeLimits(surroundings);
  const fetch = makeFetch({
    name: 'GitHub',
    baseUrl: server.baseUrl,
    cache: surroundings.cache('github'),
    identity: token ?? '',
  });
  return new Client({
    baseUrl: server.baseUrl,
    ...(token === null ? {} : { auth: token }),
    userAgent: 'wf0-batch',
    log: silent,
    request: { fetch: limits.gate(fetch) },
    retry: {
      retries,
      retryAfterBaseValue: surroundings.secondMs,
      doNotRetry: [400, 401, 403, 404, 410, 422, 429, 451],
    },
    throttle: {
      retryAfterBaseValue: surroundings.secondMs,
      onRateLimit: (seconds: number, _: object, __: unknown, count: number) => limits.mayWait('limit', seconds, count),
      onSecondaryRateLimit: (seconds: number, _: object, __: unknown, count: number) =>
        limits.mayWait('secondary limit', seconds, count),
    },
  });
};

const nothing = (): void => undefined;
/** What Octokit has to say is in its errors. */
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** Waits are said once, and hold back everything that would only be refused. */
const makeLimits = ({ say, now, secondMs, config }: Surroundings) => {
  let until = 0;
  return {
    mayWait: (name: string, seconds: number, count: number): boolean => {
      if (seconds * 1000 > config.github.max_wait_ms || count >= retries) return false;
      const end = now() + seconds * secondMs;
      if (end > until + secondMs) say(`GitHub's ${name} of requests is reached; waiting ${seconds} s`);
      until = Math.max(until, end);
      return true;
    },
    gate:
      (fetch: Fetch): Fetch =>
      async (url, init) => {
        while (now() < until) await pause(until - now());
        return fetch(url, init);
      },
  };
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
