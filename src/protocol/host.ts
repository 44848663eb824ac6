/** Names of hosts, as they stand in addresses. */

/** Whether only this machine can reach what listens there. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);

/** As it stands in a URL: an IPv6 address in brackets. */
export const urlHost = (host: string): string => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host);

/** Whether it means every address of the machine. */
export const isWildcard = (host: string): boolean => ['0.0.0.0', '::', '[::]'].includes(host);
