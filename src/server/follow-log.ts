/** A log as it grows, in server-sent events: whole characters, secrets masked also where they come in two parts. */
import type { SSEStreamingApi } from 'hono/streaming';
import type { LogFiles } from '../ports/log-files.ts';
import { makeMaskedBytes } from '../protocol/mask-bytes.ts';

export interface LogFollowing {
  readonly files: LogFiles;
  readonly path: string;
  readonly from: number;
  readonly secrets: readonly string[];
  /** Asked before a last reading. */
  mayGrow(): Promise<boolean>;
  readonly closing: AbortSignal;
}

/** Bytes of one event. */
const portion = 64 * 1024;
const lookMs = 500;

export const followLog = async (stream: SSEStreamingApi, following: LogFollowing): Promise<void> => {
  const { files, path, secrets, closing } = following;
  const left = new AbortController();
  stream.onAbort(() => left.abort());
  const signal = AbortSignal.any([left.signal, closing]);
  let at = Math.min(following.from, await files.size(path));
  const masked = makeMaskedBytes(secrets, openCharacter);
  const send = async (bytes: Buffer): Promise<void> => {
    if (bytes.length === 0) return;
    await stream.writeSSE({ event: 'bytes', data: JSON.stringify({ from: at, text: bytes.toString('utf8') }) });
    at += bytes.length;
  };
  while (!signal.aborted) {
    const isLast = !(await following.mayGrow());
    for await (const part of files.read(path, at + masked.waiting())) {
      for (let i = 0; i < part.length && !signal.aborted; i += portion)
        await send(masked.take(part.subarray(i, i + portion)));
    }
    if (isLast) {
      await send(masked.end());
      return stream.writeSSE({ event: 'end', data: JSON.stringify({ at }) });
    }
    await files.changed(path, { timeoutMs: lookMs, signal });
  }
};

/** Bytes at the end that are the beginning of a character of UTF-8. */
const openCharacter = (bytes: Buffer): number => {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
};
