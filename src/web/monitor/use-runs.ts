/** The stages that ran and run: asked for once, then carried on by what the stream tells. */
import { useEffect, useMemo } from 'react';
import type { RunsAnswer } from '../../view/api.ts';
import { segment } from '../data/api.ts';
import { followRuns } from '../data/follow-runs.ts';
import type { Stages } from '../data/stages.ts';
import { useFetched } from '../data/use.ts';

const retryMs = 500;

export const useRuns = (batch: string, stages: Stages): RunsAnswer | null => {
  const { answer, isLoading, reload } = useFetched<RunsAnswer>(`/${segment(batch)}/runs`);
  const followed = useMemo(() => (answer === null ? null : followRuns(answer)), [answer]);
  const runs = useMemo(() => followed?.take(stages) ?? null, [followed, stages]);
  const hasGap = followed !== null && runs === null && !isLoading;
  useEffect(() => {
    if (!hasGap) return undefined;
    const timer = setTimeout(reload, retryMs);
    return () => clearTimeout(timer);
  }, [hasGap, reload]);
  return runs ?? answer;
};
