/** A server that runs, talked to over real HTTP. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { request as send, type IncomingHttpHeaders } from 'node:http';
import type { CommandLine } from './command-line.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface Served {
  readonly child: ChildProcess;
  readonly port: number;
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** As printed, with the token. */
  readonly address: string;
  /** Of a session: `name=value`. */
  readonly cookie: string;
  /** What it has printed beside it. */
  readonly err: () => string;
  /** With nothing but what is given. */
  readonly raw: (path: string, ask?: Ask) => Promise<Answer>;
  readonly get: <T>(path: string) => Promise<T>;
  /** Of a JSON body, below the prefix of the API. */
  readonly post: (path: string, body: unknown) => Promise<{ readonly status: number; readonly answer: Json }>;
  readonly end: (signal?: NodeJS.Signals) => Promise<number | null>;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = any;

export const api = '/api/v1/batch';

/** Starts `wf0-batch serve`, and opens a session unless a cookie is given. */
export const serve = async (
  line: CommandLine,
  args: readonly string[] = [],
  given: { readonly cookie?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Served> => {
  const child = line.begin(['serve', ...(args.includes('--port') ? [] : ['--port', '0']), ...args], {
    env: { XDG_STATE_HOME: `${line.folder}/state`, ...given.env },
  });
  const said = { err: '' };
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  const address = await firstLine(child, said);
  const url = new URL(address);
  const port = Number(url.port);
  const raw: Served['raw'] = (path, ask = {}) => exchange(port, path, ask);
  const cookie = given.cookie ?? (await openSession(raw, url));
  const withSession = { cookie };
  return {
    err: () => said.err,
    ...{ child, port, host: url.host, address, cookie, raw },
    get: async <T>(path: string): Promise<T> => {
      const { status, text } = await raw(`${api}${path}`, { headers: withSession });
      assert.equal(status, 200, `${path}: ${text}`);
      return JSON.parse(text) as T;
    },
    post: async (path, body) => {
      const headers = { ...withSession, 'content-type': 'application/json' };
      const { status, text } = await raw(`${api}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
      return { status, answer: JSON.parse(text) as Json };
    },
    end: async (signal = 'SIGTERM') => {
      if (child.exitCode !== null) return child.exitCode;
      child.kill(signal);
      const [code] = (await once(child, 'exit')) as [number | null];
      return code;
    },
  };
};

const openSession = async (raw: Served['raw'], url: URL): Promise<string> => {
  const { status, headers } = await raw(`${url.pathname}${url.search}`);
  assert.deepEqual([status, headers.location], [303, '/']);
  return headers['set-cookie']?.[0]?.split(';')[0] ?? '';
};

const firstLine = async (child: ChildProcess, said: { readonly err: string }): Promise<string> => {
  const texts = { out: '' };
  child.stdout?.setEncoding('utf8');
  for await (const text of child.stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    texts.out += text as string;
    if (texts.out.includes('\n')) return texts.out.trim();
  }
  throw new Error(`the server did not start: ${said.err}`);
};

/** `fetch` would not let the Host be chosen. */
const exchange = (port: number, path: string, { method = 'GET', headers = {}, body }: Ask): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const request = send({ host: '127.0.0.1', port, path, method, headers: { ...headers }, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
      answer.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });

export interface Message {
  readonly event: string;
  readonly id: number;
  readonly data: Json;
}

export interface EventReader {
  readonly messages: readonly Message[];
  /** Resolves when the stream has ended, however. */
  readonly ended: Promise<void>;
  leave(): void;
}

/** Reads server-sent events. `after`: the `Last-Event-ID`. */
export const readEvents = ({ port, cookie }: Served, path: string, after: number | null = null): EventReader => {
  const messages: Message[] = [];
  let text = '';
  const headers = { cookie, ...(after === null ? {} : { 'last-event-id': String(after) }) };
  const request = send({ host: '127.0.0.1', port, path: `${api}${path}`, headers, agent: false });
  const ended = new Promise<void>((resolve) => {
    request.on('error', () => resolve());
    request.on('response', (answer) => {
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part;
        const parts = text.split('\n\n');
        text = parts.pop() ?? '';
        for (const each of parts) if (!each.startsWith(':')) messages.push(parseMessage(each));
      });
      answer.on('close', () => resolve());
      answer.on('error', () => resolve());
    });
  });
  request.end();
  return { messages, ended, leave: () => void request.destroy() };
};

const parseMessage = (text: string): Message => {
  const fields = new Map(
    text.split('\n').map((each) => [each.slice(0, each.indexOf(':')), each.slice(each.indexOf(':') + 2)]),
  );
  return {
    event: fields.get('event') ?? '',
    id: Number(fields.get('id')),
    data: JSON.parse(fields.get('data') ?? 'null') as Json,
  };
};

/** Everything of the sources and of the schedule. */
export const everything = { base: 'all', rules: [], exceptions: [] } as const;
