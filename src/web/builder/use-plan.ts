/** The plan of what is chosen, made by the server a moment after the last change. */
import { useEffect, useState } from 'react';
import type { PlanRequest } from '../../protocol/api-request.ts';
import type { PlanAnswer } from '../../view/api.ts';
import { asApiError, call, type ApiError } from '../data/api.ts';

export interface PlanState {
  /** The newest that came; its request is the one that a start repeats. */
  readonly plan: { readonly answer: PlanAnswer; readonly request: PlanRequest } | null;
  readonly problem: ApiError | null;
  /** The plan is not of what is chosen now: another is on its way. */
  readonly isStale: boolean;
}

/** So long after the last change it is asked for. */
const settleMs = 250;

/** Null asks nothing: nothing is chosen. Another `turn` asks again. */
export const usePlan = (request: PlanRequest | null, turn: number): PlanState => {
  const [state, setState] = useState<PlanState>({ plan: null, problem: null, isStale: request !== null });
  useEffect(() => {
    if (request === null) {
      setState({ plan: null, problem: null, isStale: false });
      return undefined;
    }
    setState((before) => ({ ...before, isStale: true }));
    const leaving = new AbortController();
    const timer = setTimeout(() => {
      call<PlanAnswer>('/plan', { body: request, signal: leaving.signal }).then(
        (answer) => setState({ plan: { answer, request }, problem: null, isStale: false }),
        (cause: unknown) => {
          if (!leaving.signal.aborted)
            setState((before) => ({ ...before, problem: asApiError(cause), isStale: false }));
        },
      );
    }, settleMs);
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [request, turn]);
  return state;
};
