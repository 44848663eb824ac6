/**
 * Terminals of running works over WebSocket. What shows the session is a client of tmux of its own, which ends with the
 * connection; the session never does. Keys go out in write mode alone, and how many there were is an event. On the
 * engine without sessions the log is shown as it grows, and nothing can be typed.
 *
 *     page ── 0x00 keys ─────────► tmux client ──► session
 *          ── 0x01 {columns,rows} ─►
 *          ◄── bytes ───────────── (text frames: ready, refused, closed)
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { findView } from '../client/attach.ts';
import { findIndex } from '../client/find-work.ts';
import { readSecrets } from '../client/secrets.ts';
import { isGrowing } from '../client/stage-log.ts';
import { accept } from '../core/accept.ts';
import type { WorkId } from '../core/work.ts';
import type { Size, View, Viewer } from '../ports/viewer.ts';
import { captureEnvironment } from '../protocol/environment.ts';
import type { Feed } from './feed.ts';
import type { Gate } from './gate.ts';
import { makeMaskedBytes } from '../protocol/mask-bytes.ts';
import { Refused, toRefused } from './refused.ts';
import type { Scope } from './scope.ts';
import type { Sessions } from './sessions.ts';

export interface TerminalOptions {
  readonly scope: Scope;
  readonly gate: Gate;
  readonly sessions: Sessions;
  readonly viewer: Viewer;
}

/** So many may be open at once. */
const terminalLimit = 32;
/** One frame of keys: a large paste. */
const frameLimitBytes = 256 * 1024;
/** A page that does not read is let go. */
const unreadLimitBytes = 8 * 1024 * 1024;
/** Typing is noted at most so often. */
const noteMs = 2000;

const addressPattern = /^\/api\/v1\/(?:indexlab\/)?batch\/([^/]+)\/items\/([^/]+)\/terminal$/;

interface Seat {
  readonly feed: Feed;
  readonly id: WorkId;
  readonly mayType: boolean;
  readonly size: Size;
}

export const serveTerminals = (server: Server, options: TerminalOptions): void => {
  const { scope } = options;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: frameLimitBytes, perMessageDeflate: false });
  scope.closing.addEventListener('abort', () => {
    for (const socket of sockets.clients) socket.close(1001, 'the server ends');
    setTimeout(() => sockets.clients.forEach((socket) => socket.terminate()), 500).unref();
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    findSeat(options, request, sockets.clients.size).then(
      (seat) => sockets.handleUpgrade(request, socket, head, (opened) => void sit(options, opened, seat)),
      (error: unknown) => refuse(socket, error),
    );
  });
};

const refuse = (socket: Duplex, error: unknown): void => {
  const { status, what, hint } = toRefused(error) ?? { status: 500, what: 'this is a bug', hint: '' };
  const text = `${what}\n${hint}\n`;
  socket.end(
    `HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
};

const refusal = (status: 401 | 403 | 404 | 429, what: string, hint: string): Refused =>
  new Refused({ status, what, where: 'the terminal', hint });

/** The same checks as those before every route. */
const findSeat = async (
  { scope, gate, sessions }: TerminalOptions,
  request: IncomingMessage,
  open: number,
): Promise<Seat> => {
  const { host, origin, cookie } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const why = gate.refuses({ host, origin, fetchSite: typeof site === 'string' ? site : null });
  if (why !== null) throw refusal(403, why, 'open the address that the server printed');
  if (sessions.find(cookie) === null)
    throw refusal(401, 'there is no session here', 'open the address that the server printed');
  const url = new URL(request.url ?? '/', 'http://server');
  const [, batch, work] = addressPattern.exec(url.pathname) ?? [];
  if (batch === undefined || work === undefined) throw refusal(404, 'there is nothing here', 'see the API');
  const mayType = url.searchParams.get('mode') === 'write';
  if (mayType && scope.isReadOnly) throw refusal(403, 'this server changes nothing', 'open it to read');
  if (open >= terminalLimit) throw refusal(429, 'too many terminals are open', 'close some');
  const feed = await scope.feeds.open(decode(batch));
  const state = await feed.journal.read();
  const id = state.works[await findIndex(scope.client, state, decode(work))]?.id as WorkId;
  return { feed, id, mayType, size: sizeOf(url.searchParams.get('columns'), url.searchParams.get('rows')) };
};

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refusal(404, 'there is nothing here', 'see the API');
  }
};

const sizeOf = (columns: unknown, rows: unknown): Size => ({
  columns: within(columns, 2, 500, 120),
  rows: within(rows, 2, 300, 30),
});

const within = (value: unknown, least: number, most: number, otherwise: number): number => {
  const number = Number(value ?? Number.NaN);
  return Number.isInteger(number) ? Math.max(least, Math.min(most, number)) : otherwise;
};

type Word = 'ready' | 'refused' | 'closed';

const say = (socket: WebSocket, type: Word, message: string): void => socket.send(JSON.stringify({ type, message }));

const sit = async (options: TerminalOptions, socket: WebSocket, seat: Seat): Promise<void> => {
  socket.on('error', () => socket.terminate());
  try {
    const command = await findView(options.scope.client, seat.feed.journal, { id: seat.id, isReader: !seat.mayType });
    if (command === null) await showLog(options, socket, seat);
    else await showSession(options, socket, { seat, command });
  } catch (error) {
    say(socket, 'refused', toRefused(error)?.what ?? 'the terminal cannot be shown');
    socket.close(1000);
  }
};

interface Session {
  readonly seat: Seat;
  readonly command: readonly [string, ...string[]];
}

const showSession = async (options: TerminalOptions, socket: WebSocket, { seat, command }: Session): Promise<void> => {
  const { client } = options.scope;
  const typed = countTyped((bytes) => void noteTyped(options, seat, bytes));
  const view = await options.viewer.open({
    argv: command,
    cwd: client.root,
    env: { ...captureEnvironment(client.env), TERM: 'xterm-256color' },
    size: seat.size,
    onOutput: (bytes) => send(socket, bytes),
    onEnd: () => {
      say(socket, 'closed', 'the session has ended, or was left');
      socket.close(1000);
    },
  });
  socket.on('message', (data, isBinary) => {
    if (isBinary) receive({ view, seat, typed }, bytesOf(data));
  });
  socket.on('close', () => {
    typed.end();
    view.close();
  });
  if (socket.readyState !== socket.OPEN) view.close();
  say(socket, 'ready', seat.mayType ? 'what is typed reaches the work' : 'read-only');
};

const send = (socket: WebSocket, bytes: Uint8Array): void => {
  if (socket.bufferedAmount > unreadLimitBytes) return socket.terminate();
  if (socket.readyState === socket.OPEN) socket.send(bytes);
};

const bytesOf = (data: RawData): Buffer => (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer));

interface Receiver {
  readonly view: View;
  readonly seat: Seat;
  readonly typed: Typed;
}

const receive = ({ view, seat, typed }: Receiver, bytes: Buffer): void => {
  const rest = bytes.subarray(1);
  if (bytes[0] === 0 && seat.mayType && rest.length > 0) {
    view.write(rest);
    typed.add(rest.length);
  }
  if (bytes[0] === 1) {
    const size = parseSize(rest);
    if (size !== null) view.resize(size);
  }
};

const parseSize = (bytes: Buffer): Size | null => {
  try {
    const { columns, rows } = JSON.parse(bytes.toString('utf8')) as Partial<Record<keyof Size, unknown>>;
    return sizeOf(columns, rows);
  } catch {
    return null;
  }
};

interface Typed {
  add(bytes: number): void;
  end(): void;
}

/** The first bytes are told at once, those that follow every two seconds. */
const countTyped = (tell: (bytes: number) => void): Typed => {
  let bytes = 0;
  let timer: NodeJS.Timeout | null = null;
  const flush = (): void => {
    timer = null;
    if (bytes === 0) return;
    tell(bytes);
    bytes = 0;
    timer = setTimeout(flush, noteMs).unref();
  };
  return {
    add: (count) => {
      bytes += count;
      if (timer === null) flush();
    },
    end: () => {
      if (timer !== null) clearTimeout(timer);
      flush();
      if (timer !== null) clearTimeout(timer);
    },
  };
};

/** A batch that is gone by now takes no notes; the terminal is not worth an error then. */
const noteTyped = async ({ scope }: TerminalOptions, { feed, id }: Seat, bytes: number): Promise<void> => {
  try {
    await feed.journal.transact('operator', (state) =>
      accept(state, { type: 'note_typed', id, bytes }, scope.client.clock.now()),
    );
  } catch (error) {
    scope.client.say(
      `warning: that somebody typed could not be noted: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
};

const showLog = async ({ scope }: TerminalOptions, socket: WebSocket, { feed, id, mayType }: Seat): Promise<void> => {
  const left = new AbortController();
  socket.on('close', () => left.abort());
  const signal = AbortSignal.any([left.signal, scope.closing]);
  const files = await scope.client.openLogFiles(feed.journal.directory);
  const masked = makeMaskedBytes(await readSecrets(scope.client));
  say(
    socket,
    mayType ? 'refused' : 'ready',
    mayType
      ? 'typing needs tmux: this batch runs on the engine process; here is its log, read-only'
      : 'the log, read-only: this batch has no sessions',
  );
  let path = '';
  let at = 0;
  while (!signal.aborted) {
    const logs = await files.stages(id);
    const log = logs.at(-1);
    const isLast = log === undefined || !isGrowing(await feed.journal.read(), { id, log, logs });
    if (log !== undefined) {
      if (log.path !== path) {
        send(socket, masked.end());
        [path, at] = [log.path, 0];
      }
      for await (const bytes of files.read(path, at)) {
        send(socket, masked.take(bytes));
        at += bytes.length;
      }
    }
    if (isLast) break;
    await files.changed(path, { timeoutMs: 500, signal });
  }
  if (socket.readyState !== socket.OPEN) return;
  send(socket, masked.end());
  say(socket, 'closed', 'the stage has ended');
  socket.close(1000);
};
