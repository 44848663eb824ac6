/** Durations learnt from `history.jsonl`, as plans keep them. */
import { learnDurations as learn, type DurationClass, type PastWork } from '../core/durations.ts';
import type { Client } from './client.ts';

export const learnDurations = async ({ store }: Pick<Client, 'store'>): Promise<readonly DurationClass[]> =>
  learn((await store.readHistory()).flatMap((line) => toPastWork(line) ?? []));

/** Longer than anything that is run, and far from what arithmetic cannot hold. */
const longestMs = 366 * 86_400_000;

/** Null for what is no line of a work: the file lies where anybody may edit it. */
const toPastWork = (line: unknown): PastWork | null => {
  const { workflow, group, duration_ms, stages_ms } = (line ?? {}) as Partial<Record<keyof PastWork, unknown>>;
  if (typeof workflow !== 'string' || (group !== null && typeof group !== 'string') || !isTime(duration_ms))
    return null;
  const stages = Object.entries(typeof stages_ms === 'object' && stages_ms !== null ? stages_ms : {});
  const known = stages.filter((entry): entry is [string, number] => isTime(entry[1])).slice(0, mostStages);
  return { workflow, group, duration_ms, stages_ms: new Map(known) };
};

const mostStages = 100;

const isTime = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= longestMs;
