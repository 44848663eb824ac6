/** A real HTTP server that keeps what it is sent and answers as it is told. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** `silent`: the connection stays open and nothing is said. */
export type Reply = { readonly status: number; readonly location?: string } | 'silent';

export interface WebAddress {
  readonly url: string;
  readonly host: string;
  readonly received: readonly Received[];
  readonly close: () => Promise<void>;
}

/** `reply`: for the n-th request, from 1. */
export const openWebAddress = async (
  reply: (n: number, path: string) => Reply = () => ({ status: 204 }),
): Promise<WebAddress> => {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      received.push({ method, path: url, headers, body: Buffer.concat(parts).toString('utf8') });
      const answer = reply(received.length, url);
      if (answer === 'silent') return;
      response.writeHead(answer.status, answer.location === undefined ? {} : { location: answer.location }).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}/hook?token=address-secret`,
    host,
    received,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
