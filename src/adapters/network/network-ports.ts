import { createServer } from 'node:net';
import type { NetworkPorts } from '../../ports/network-ports.ts';

/** Whether ports are free is tried by listening on them for a moment. */
export const makeNetworkPorts = (): NetworkPorts => ({
  areFree: async (first, count) => {
    for (let port = first; port < first + count; port++) if (!(await isFree(port))) return false;
    return true;
  },
});

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
