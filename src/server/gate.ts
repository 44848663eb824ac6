/**
 * Where a request comes from. A page of another site can make the browser send requests here, and a name that it
 * controls can be made to lead here (DNS rebinding): so the names by which this server may be called are a list, and
 * what a browser says of the page that asks must be this server itself. Programs that are no browsers say nothing.
 */
import { isWildcard, urlHost } from '../protocol/host.ts';

export interface Gate {
  /** Why a request is refused, in a few words; null: it may go on. */
  refuses(headers: RequestHeaders): string | null;
}

export interface RequestHeaders {
  readonly host: string | null | undefined;
  readonly origin: string | null | undefined;
  readonly fetchSite: string | null | undefined;
}

export interface GateOptions {
  readonly host: string;
  readonly port: number;
  readonly isSecure: boolean;
  /** Addresses and name of the machine; they count where the server listens on all of them. */
  readonly machine: readonly string[];
}

export const makeGate = ({ host, port, isSecure, machine }: GateOptions): Gate => {
  const scheme = isSecure ? 'https' : 'http';
  const names = ['127.0.0.1', 'localhost', '::1', ...(isWildcard(host) ? machine : [host])].map(urlHost);
  const isUsual = port === (isSecure ? 443 : 80);
  const hosts = new Set(
    names.flatMap((name) => [`${name}:${port}`, ...(isUsual ? [name] : [])]).map((name) => name.toLowerCase()),
  );
  return {
    refuses: ({ host: called, origin, fetchSite }) => {
      const name = (called ?? '').toLowerCase();
      if (!hosts.has(name)) return 'this server does not go by that name (Host)';
      if (origin != null && origin.toLowerCase() !== `${scheme}://${name}`)
        return 'the request comes from a page of another origin (Origin)';
      if (fetchSite != null && fetchSite !== 'same-origin' && fetchSite !== 'none')
        return 'the request comes from another site (Sec-Fetch-Site)';
      return null;
    },
  };
};
