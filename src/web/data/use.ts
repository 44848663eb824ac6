/** Hooks that fetch, follow and tick. */
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { ApiError } from './api.ts';
import { asApiError, call } from './api.ts';
import { followBatch, type Live, type LiveState } from './live.ts';

export interface Fetched<Answer> {
  /** The newest answer; stays while a newer one is on its way, and when that one fails. */
  readonly answer: Answer | null;
  readonly problem: ApiError | null;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

/** Asks when it appears and whenever the path changes; `null` asks nothing. */
export const useFetched = <Answer>(path: string | null): Fetched<Answer> => {
  const [state, setState] = useState<Omit<Fetched<Answer>, 'reload'> & { readonly path: string | null }>({
    ...{ answer: null, problem: null, isLoading: path !== null, path },
  });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (path === null) return undefined;
    const leaving = new AbortController();
    setState((before) => ({ ...before, answer: before.path === path ? before.answer : null, isLoading: true, path }));
    call<Answer>(path, { signal: leaving.signal }).then(
      (answer) => setState({ answer, problem: null, isLoading: false, path }),
      (cause: unknown) => {
        if (!leaving.signal.aborted)
          setState((before) => ({ ...before, problem: asApiError(cause), isLoading: false }));
      },
    );
    return () => leaving.abort();
  }, [path, turn]);
  const reload = useCallback(() => setTurn((before) => before + 1), []);
  return { ...state, reload };
};

const nothingYet: LiveState = {
  status: null,
  stages: { since: 0, marks: [] },
  connection: { state: 'connecting', lastHeard: Date.now(), problem: null },
};

/** Follows a batch for as long as the page shows it; `null` follows none. */
export const useBatch = (batch: string | null): LiveState => {
  const [live, setLive] = useState<Live | null>(null);
  useEffect(() => {
    if (batch === null) return undefined;
    const followed = followBatch(batch);
    setLive(followed);
    return () => {
      followed.close();
      setLive(null);
    };
  }, [batch]);
  return useSyncExternalStore(
    useCallback((listener) => live?.subscribe(listener) ?? (() => undefined), [live]),
    () => live?.get() ?? nothingYet,
  );
};

/** The time, renewed every so many milliseconds while `isTicking`. */
export const useNow = (everyMs: number, isTicking = true): number => {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!isTicking) return undefined;
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, isTicking]);
  return now;
};

/** A value that follows once it has stood still for so long. */
export const useSettled = <Value>(value: Value, ms: number): Value => {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
};

/** A function that stays the same and does what the newest one does. */
export const useLatest = <Arguments extends readonly unknown[], Result>(
  newest: (...given: Arguments) => Result,
): ((...given: Arguments) => Result) => {
  const held = useRef(newest);
  useEffect(() => {
    held.current = newest;
  });
  return useCallback((...given) => held.current(...given), []);
};

/** The size of an element's inside, in CSS pixels; zero before it is on the page. */
export const useSize = (): readonly [
  (element: Element | null) => void,
  { readonly width: number; readonly height: number },
] => {
  const [size, setSize] = useState({ width: 0, height: 0 });
  const observer = useRef<ResizeObserver | null>(null);
  const watch = useCallback((element: Element | null) => {
    observer.current?.disconnect();
    if (element === null) return;
    observer.current = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setSize({ width: entry.contentRect.width, height: entry.contentRect.height });
    });
    observer.current.observe(element);
  }, []);
  return [watch, size];
};
