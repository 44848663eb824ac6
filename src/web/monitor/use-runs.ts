/** The stages that ran and run, asked for again after works changed, never more often than their number bears. */
import { useEffect, useRef } from 'react';
import type { RunsAnswer, StatusAnswer } from '../../view/api.ts';
import { segment } from '../data/api.ts';
import { useFetched } from '../data/use.ts';

export const useRuns = (batch: string, status: StatusAnswer): RunsAnswer | null => {
  const { answer, isLoading, reload } = useFetched<RunsAnswer>(`/${segment(batch)}/runs`);
  const askedAt = useRef(Date.now());
  const isBehind = answer !== null && answer.seq < status.seq;
  useEffect(() => {
    if (!isBehind || isLoading) return undefined;
    const restMs = 700 + answer.runs.length * 2;
    const timer = setTimeout(
      () => {
        askedAt.current = Date.now();
        reload();
      },
      Math.max(0, askedAt.current + restMs - Date.now()),
    );
    return () => clearTimeout(timer);
  }, [isBehind, isLoading, answer, reload]);
  return answer;
};
