/** A real server on a free port of this machine. */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

export interface LocalServer {
  readonly address: string;
  /** `GET /path?query`, in the order of their coming. */
  readonly asked: string[];
  readonly close: () => Promise<void>;
}

/** What a server says: an answer, or a function that has the connection to itself. */
export type Reply =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      /** Anything but text is sent as JSON. */
      readonly body: unknown;
    }
  | ((response: ServerResponse) => void);

export const startServer = async (
  answer: (request: IncomingMessage, url: URL, body: string) => Reply | Promise<Reply>,
): Promise<LocalServer> => {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
    void respond(request, response, answer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

const respond = async (
  request: IncomingMessage,
  response: ServerResponse,
  answer: Parameters<typeof startServer>[0],
): Promise<void> => {
  try {
    let text = '';
    for await (const part of request.setEncoding('utf8')) text += part as string;
    const reply = await answer(request, new URL(request.url ?? '/', 'http://127.0.0.1'), text);
    if (typeof reply === 'function') {
      reply(response);
      return;
    }
    const body = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body);
    response.writeHead(reply.status, { 'content-type': 'application/json; charset=utf-8', ...reply.headers });
    response.end(reply.status === 304 ? undefined : body);
  } catch (error) {
    // Not to be taken for what the test wants: it shows in the message of the error that follows.
    response.writeHead(418);
    response.end(String((error as Error).stack));
  }
};
