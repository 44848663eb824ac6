/** The lines of a log: its end first, then what is written while one looks, then earlier parts when asked. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { asApiError, send, type ApiError } from '../data/api.ts';
import { makeEventStreamReader } from '../data/event-stream.ts';

export interface LogLines {
  readonly lines: readonly string[];
  /** Bytes before the first line that are not loaded. */
  readonly earlierBytes: number;
  readonly isLoading: boolean;
  /** The stage has ended: nothing more will come. */
  readonly isEnded: boolean;
  readonly problem: ApiError | null;
  readonly loadEarlier: () => void;
}

const pieceBytes = 256 * 1024;
/** So many lines are kept in the page; the oldest go. */
const mostLines = 200_000;

type State = Omit<LogLines, 'loadEarlier'>;
const nothing: State = { lines: [], earlierBytes: 0, isLoading: true, isEnded: false, problem: null };

/** `path` is the log's address below the API's root; `bytes` its size as last told. */
export const useLog = (path: string, bytes: number): LogLines => {
  const [state, setState] = useState<State>(nothing);
  const sizeAtFirst = useRef(bytes);
  useEffect(() => {
    const leaving = new AbortController();
    setState(nothing);
    void follow(path, sizeAtFirst.current, leaving.signal, setState);
    return () => leaving.abort();
  }, [path]);
  const { earlierBytes } = state;
  const loadEarlier = useCallback(() => {
    const from = Math.max(0, earlierBytes - pieceBytes);
    readRange(path, from, earlierBytes).then(
      ({ text }) =>
        setState((before) => {
          const [first = '', ...rest] = before.lines;
          const earlier = text.split('\n');
          const joined = `${earlier.pop() ?? ''}${first}`;
          return { ...before, lines: [...earlier, joined, ...rest], earlierBytes: from };
        }),
      (cause: unknown) => setState((before) => ({ ...before, problem: asApiError(cause) })),
    );
  }, [path, earlierBytes]);
  return { ...state, loadEarlier };
};

const readRange = async (
  path: string,
  from: number,
  to: number,
  signal?: AbortSignal,
): Promise<{ readonly text: string; readonly from: number; readonly size: number }> => {
  const response = await send(`${path}?from=${from}&to=${to}`, signal === undefined ? {} : { signal });
  const size = Number(response.headers.get('x-log-bytes') ?? to);
  return { text: await response.text(), from: Number(response.headers.get('x-log-from') ?? from), size };
};

type Set = (change: (before: State) => State) => void;

const retryMs = 1000;

const follow = async (path: string, bytes: number, signal: AbortSignal, set: Set): Promise<void> => {
  let at: number | null = null;
  while (!signal.aborted) {
    try {
      if (at === null) {
        const from = Math.max(0, bytes - pieceBytes);
        const part = await readRange(path, from, bytes, signal);
        at = Math.max(bytes, part.from);
        set((before) => ({ ...before, lines: part.text.split('\n'), earlierBytes: part.from, isLoading: false }));
      }
      const end = await stream(path, at, signal, (from, text) => {
        at = from + new TextEncoder().encode(text).length;
        set((before) => ({ ...before, lines: append(before.lines, text), problem: null }));
      });
      if (end) {
        set((before) => ({ ...before, isEnded: true }));
        return;
      }
    } catch (cause) {
      if (signal.aborted) return;
      const problem = asApiError(cause);
      set((before) => ({ ...before, isLoading: false, problem }));
      if (problem.status === 404) return;
    }
    await new Promise((resolve) => setTimeout(resolve, retryMs));
  }
};

/** True when the stage has ended, false when the connection did. */
const stream = async (
  path: string,
  from: number,
  signal: AbortSignal,
  onText: (from: number, text: string) => void,
): Promise<boolean> => {
  const response = await send(`${path}/follow?from=${from}`, { signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const events = makeEventStreamReader();
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done) return false;
    for (const { event, data } of events.take(value ?? '')) {
      if (event === 'end') return true;
      if (event !== 'bytes') continue;
      const part = JSON.parse(data) as { readonly from: number; readonly text: string };
      onText(part.from, part.text);
    }
  }
};

const append = (lines: readonly string[], text: string): readonly string[] => {
  const [head = '', ...more] = text.split('\n');
  const joined = [...lines.slice(0, -1), `${lines.at(-1) ?? ''}${head}`, ...more];
  return joined.length > mostLines ? joined.slice(-mostLines) : joined;
};
