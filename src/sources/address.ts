/** Addresses of servers. */

/** Whether a host is this machine, so that nothing of a request leaves it. */
export const isLoopback = (host: string): boolean => /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i.test(host);

/** Why an address cannot be a server's to which a token goes; null if it can. */
export const whyNoServer = (address: string): string | null => {
  if (!URL.canParse(address)) return 'is no address';
  const { protocol, username, password, search, hash, hostname } = new URL(address);
  if (!/^https?:$/.test(protocol) || username + password + search + hash !== '') return 'is no address of a server';
  return protocol === 'http:' && !isLoopback(hostname) ? 'would have a token travel in clear' : null;
};

/** An address without the slashes at its end. */
export const trimmed = (address: string): string => new URL(address).href.replace(/\/+$/, '');
