/**
 * Who may talk to the server: a token in the printed address, good for one request, is changed for a cookie. The cookie
 * is signed with the person's secret, for this folder and this port, so that a restart keeps it and another server on
 * another port, which gets it too (cookies know no ports), can do nothing with it.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** A session lasts this long. */
const sessionSeconds = 30 * 86_400;

export interface SessionOptions {
  readonly secret: Uint8Array;
  readonly root: string;
  readonly port: number;
  readonly isSecure: boolean;
  /** Milliseconds since the epoch. */
  now(): number;
}

export interface Sessions {
  /** A new token for an address. */
  issueToken(): string;
  /** The `Set-Cookie` of a new session; null if the token is none, or was used. Nothing is waited for between look and use. */
  redeem(token: string): string | null;
  /** The id of the session that a `Cookie` header carries; null if it carries none that is good. */
  find(cookies: string | null | undefined): string | null;
  /** For programs that only read metrics. */
  readonly metricsToken: string;
  isMetricsToken(token: string): boolean;
}

export const makeSessions = ({ secret, root, port, isSecure, now }: SessionOptions): Sessions => {
  const tokens = new Set<string>();
  const name = `wf0_batch_${port}`;
  const sign = (kind: string, text: string): string =>
    createHmac('sha256', secret)
      .update(JSON.stringify([kind, root, port, text]))
      .digest('base64url');
  const metricsToken = createHmac('sha256', secret)
    .update(JSON.stringify(['metrics', root]))
    .digest('base64url');
  return {
    issueToken: () => {
      const token = randomBytes(32).toString('base64url');
      tokens.add(hashOf(token));
      return token;
    },
    redeem: (token) => {
      const wanted = hashOf(token);
      const found = [...tokens].find((each) => isSame(each, wanted));
      if (found === undefined) return null;
      tokens.delete(found);
      const body = `${randomBytes(16).toString('base64url')}.${Math.floor(now() / 1000) + sessionSeconds}`;
      const flags = `Path=/; HttpOnly; SameSite=Strict; Max-Age=${sessionSeconds}${isSecure ? '; Secure' : ''}`;
      return `${name}=${body}.${sign('session', body)}; ${flags}`;
    },
    find: (cookies) => {
      for (const value of valuesOf(cookies ?? '', name)) {
        const [, id = '', expires = '', signature = ''] = /^([\w-]{22})\.(\d{1,12})\.([\w-]{43})$/.exec(value) ?? [];
        if (id === '' || !isSame(signature, sign('session', `${id}.${expires}`))) continue;
        if (Number(expires) * 1000 > now()) return id;
      }
      return null;
    },
    metricsToken,
    isMetricsToken: (token) => isSame(token, metricsToken),
  };
};

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** In constant time: the hashes of both are compared. */
const isSame = (one: string, other: string): boolean =>
  timingSafeEqual(createHash('sha256').update(one).digest(), createHash('sha256').update(other).digest());

const valuesOf = (cookies: string, name: string): readonly string[] =>
  cookies
    .split(';')
    .map((each) => each.trim())
    .filter((each) => each.startsWith(`${name}=`))
    .map((each) => each.slice(name.length + 1));
