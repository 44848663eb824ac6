/**
 * One server, asked over HTTP: answers are bounded in size and time, never come from another server than the one that
 * was asked (a redirect or a link that leads elsewhere would take the token along), and are asked for with the tag of
 * the answer that is already here. A 304 comes out as the 200 that it stands for.
 */
import type { AnswerCache } from '../ports/answer-cache.ts';
import { Problem } from '../ports/problem.ts';
import { oneLine } from './foreign-text.ts';

export interface ServerOptions {
  /** As messages name it: `GitHub`. */
  readonly name: string;
  /** Where the API begins. */
  readonly baseUrl: string;
  readonly cache: AnswerCache;
  /** Kept answers belong to whom this names: a hash's input, never stored. */
  readonly identity: string;
  /** Of one answer, decoded. */
  readonly bodyLimitBytes?: number;
  /** From asking to the last byte of the answer. */
  readonly timeLimitMs?: number;
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** A hundred issues with the longest bodies there can be are 26 MB. */
const defaultBodyLimitBytes = 64 * 1024 * 1024;
const defaultTimeLimitMs = 60_000;
const redirectLimit = 3;

/**
 * What another try would not mend. Octokit hands errors of this name on as they are, where all others count as a
 * failure of the server and are tried again.
 */
export class Hopeless extends Error {
  override readonly name = 'AbortError';
  constructor(readonly problem: Problem) {
    super(problem.what);
  }
}

/** A `fetch` for one server. Rejects with `Hopeless`, or with an error of the network. */
export const makeFetch =
  (options: ServerOptions): Fetch =>
  async (url, init) => {
    const key = `${init.method ?? 'GET'} ${url}\n${typeof init.body === 'string' ? init.body : ''}\n${options.identity}`;
    const kept = isReading(init) ? await options.cache.get(key) : null;
    const headers = new Headers(init.headers);
    if (kept !== null) headers.set('if-none-match', kept.etag);
    const answer = await ask(url, { ...init, headers }, options);
    if (answer.status === 304 && kept !== null) return respond(url, 200, new Headers({ ...kept.headers }), kept.body);
    const body = await readBody(answer, url, options);
    if (answer.status === 200 && !isJson(body)) throw notJson(url, options, body);
    const etag = answer.headers.get('etag');
    if (answer.status === 200 && isReading(init) && etag !== null)
      await options.cache.put(key, { etag, headers: worthKeeping(answer.headers), body });
    return respond(url, answer.status, answer.headers, body);
  };

const isReading = ({ method = 'GET' }: RequestInit): boolean => method === 'GET';

const ask = async (first: string, init: RequestInit, options: ServerOptions): Promise<Response> => {
  const signal = AbortSignal.timeout(options.timeLimitMs ?? defaultTimeLimitMs);
  let url = first;
  for (let hop = 0; hop <= redirectLimit; hop++) {
    if (new URL(url).origin !== new URL(options.baseUrl).origin) throw elsewhere(url, options);
    const answer = await send(url, { ...init, redirect: 'manual', signal }, options);
    const target = answer.headers.get('location');
    if (![301, 302, 307, 308].includes(answer.status) || target === null) return answer;
    await answer.body?.cancel();
    url = new URL(target, url).href;
  }
  throw hopeless(`${options.name} sends us in circles`, first, 'check the address of the server');
};

/** The library's own name for a time limit would hide what was waited for. */
const send = async (url: string, init: RequestInit, { name }: ServerOptions): Promise<Response> => {
  try {
    return await fetch(url, init);
  } catch (error) {
    throw (error as Error).name === 'TimeoutError' ? new TypeError(`${name} did not answer in time`) : error;
  }
};

const readBody = async (answer: Response, url: string, options: ServerOptions): Promise<string> => {
  const limit = options.bodyLimitBytes ?? defaultBodyLimitBytes;
  const reader = answer.body?.getReader();
  if (reader === undefined) return '';
  const parts: Uint8Array[] = [];
  let length = 0;
  if (Number(answer.headers.get('content-length') ?? 0) <= limit)
    while (length <= limit) {
      const { done, value } = await reader.read();
      if (done) return Buffer.concat(parts).toString('utf8');
      parts.push(value);
      length += value.length;
    }
  await reader.cancel();
  const what = `${options.name}'s answer is longer than ${Math.round(limit / 1024 / 1024)} MiB, which none of its pages is`;
  throw hopeless(what, url, 'check the address of the server; nothing was changed');
};

/** An API answers with an object or a list; a log-in page or nothing at all must not pass for "no issues". */
const isJson = (body: string): boolean => {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
};

const notJson = (url: string, { name }: ServerOptions, body: string): Hopeless =>
  hopeless(
    `${name}'s answer is ${body.trim() === '' ? 'empty' : `neither a list nor an object: ${JSON.stringify(oneLine(body, 80))}`}`,
    url,
    'check the address of the server; a proxy may have answered instead; nothing was changed',
  );

const worthKeeping = (headers: Headers): Record<string, string> =>
  Object.fromEntries(
    ['content-type', 'link'].flatMap((name) => {
      const value = headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );

/** Headers of the transport do not belong to a body that is decoded. */
const respond = (url: string, status: number, headers: Headers, body: string): Response => {
  const kept = new Headers(headers);
  for (const name of ['content-encoding', 'content-length', 'transfer-encoding']) kept.delete(name);
  const response = new Response([204, 205, 304].includes(status) ? null : body, { status, headers: kept });
  Object.defineProperty(response, 'url', { value: url });
  return response;
};

const elsewhere = (url: string, options: ServerOptions): Hopeless =>
  hopeless(
    `${options.name} sends us to another server, ${new URL(url).host}, which would get the token`,
    options.baseUrl,
    'name the server itself as its address',
  );

const hopeless = (what: string, where: string, hint: string): Hopeless =>
  new Hopeless(new Problem({ what, where, hint, code: 'environment' }));
