/**
 * A batch as the server tells it: a snapshot, then changes.
 *
 *     connecting ──snapshot──► live ──the stream ends, or is silent──► lost ──tail from the last number──► live
 *
 * The stream is read with `fetch`, not with `EventSource`: that one hides heartbeats and the status of a refusal, and
 * whoever cannot see the heartbeats cannot say since when it is behind.
 */
import type { ChangeMessage, SnapshotMessage, StatusAnswer } from '../../view/api.ts';
import type { ItemStatus } from '../../view/status.ts';
import type { ApiError } from './api.ts';
import { asApiError, segment, send } from './api.ts';
import { applyChange, isTorn } from './apply-change.ts';
import { makeEventStreamReader, type ServerEvent } from './event-stream.ts';
import { addStages, type Stages } from './stages.ts';

export interface Connection {
  readonly state: 'connecting' | 'live' | 'lost';
  /** Milliseconds since the epoch of the last word from the server. */
  readonly lastHeard: number;
  readonly problem: ApiError | null;
}

export interface LiveState {
  /** Null before the first snapshot. */
  readonly status: StatusAnswer | null;
  readonly stages: Stages;
  readonly connection: Connection;
}

export interface Live {
  get(): LiveState;
  subscribe(listener: () => void): () => void;
  close(): void;
}

/** The server says something every 15 seconds. */
const silenceMs = 40_000;
const retryMs = { first: 250, most: 3000 };

/** Follows a batch until it is closed. */
export const followBatch = (batch: string): Live => {
  const listeners = new Set<() => void>();
  const closing = new AbortController();
  let state: LiveState = {
    status: null,
    stages: { since: 0, marks: [] },
    connection: { state: 'connecting', lastHeard: Date.now(), problem: null },
  };
  let isDrawing = false;
  const set = (next: Partial<LiveState>): void => {
    state = { ...state, ...next };
    if (isDrawing) return;
    isDrawing = true;
    // Many changes between two frames are one change to those who look.
    const tell = (): void => {
      isDrawing = false;
      for (const listener of listeners) listener();
    };
    if (document.hidden) setTimeout(tell, 100);
    else requestAnimationFrame(tell);
  };
  const hear = (): void => {
    const next = state.status === null ? 'connecting' : 'live';
    set({ connection: { state: next, lastHeard: Date.now(), problem: null } });
  };

  const take = (event: ServerEvent): 'go on' | 'start over' => {
    if (event.event === 'snapshot') {
      const status = remembered(JSON.parse(event.data) as SnapshotMessage);
      set({ status, stages: { since: status.seq, marks: [] } });
    } else if (event.event === 'change' && state.status !== null) {
      const change = JSON.parse(event.data) as ChangeMessage;
      for (const item of change.items ?? []) seenAt.set(item, Date.now());
      const status = applyChange(state.status, change);
      set({ status, ...(change.stages === undefined ? {} : { stages: addStages(state.stages, change.stages) }) });
      if (isTorn(status)) return 'start over';
    }
    hear();
    return 'go on';
  };

  const follow = async (): Promise<void> => {
    let wait = retryMs.first;
    let after: number | null = null;
    while (!closing.signal.aborted) {
      let problem: ApiError | null = null;
      const heardBefore = state.connection.lastHeard;
      try {
        const end = await readStream(
          `/${segment(batch)}/events${after === null ? '' : `?after=${after}`}`,
          closing.signal,
          {
            hear,
            take,
          },
        );
        after = end === 'start over' ? null : (state.status?.seq ?? null);
        if (end === 'start over') continue;
      } catch (cause) {
        problem = asApiError(cause);
        // What the server does not know by this number it tells whole.
        after = problem.status >= 400 ? null : (state.status?.seq ?? null);
      }
      if (closing.signal.aborted) return;
      set({ connection: { ...state.connection, state: 'lost', problem } });
      if (state.connection.lastHeard > heardBefore) wait = retryMs.first;
      await pause(wait, closing.signal);
      wait = Math.min(wait * 2, retryMs.most);
    }
  };
  void follow();

  return {
    get: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => closing.abort(),
  };
};

interface Listener {
  /** Called with every sign of life, heartbeats among them. */
  hear(): void;
  take(event: ServerEvent): 'go on' | 'start over';
}

/** Reads a stream until it ends, is silent for too long, or its listener wants another one. Throws what a call throws. */
const readStream = async (
  path: string,
  closing: AbortSignal,
  { hear, take }: Listener,
): Promise<'ended' | 'start over'> => {
  const quiet = new AbortController();
  let silence = setTimeout(() => quiet.abort(), silenceMs);
  try {
    const response = await send(path, { signal: AbortSignal.any([closing, quiet.signal]) });
    const reader = makeEventStreamReader();
    const bytes = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = (await bytes?.read()) ?? { done: true, value: undefined };
      if (done) return 'ended';
      clearTimeout(silence);
      silence = setTimeout(() => quiet.abort(), silenceMs);
      hear();
      if (reader.take(value ?? '').some((event) => take(event) === 'start over')) {
        quiet.abort();
        return 'start over';
      }
    }
  } finally {
    clearTimeout(silence);
  }
};

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    addEventListener('online', done, { once: true });
  });

/** When the page heard of an item; its running time goes on from there. */
const seenAt = new WeakMap<ItemStatus, number>();

const remembered = (status: SnapshotMessage): SnapshotMessage => {
  for (const item of status.items) seenAt.set(item, Date.now());
  return status;
};

/** The running time of a work at this moment, in milliseconds; null before it has begun. */
export const runningMs = (item: ItemStatus, now: number): number | null => {
  if (item.duration_ms === null || item.state !== 'running') return item.duration_ms;
  return item.duration_ms + Math.max(0, now - (seenAt.get(item) ?? now));
};
