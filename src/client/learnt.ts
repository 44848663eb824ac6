/** Durations learnt from `history.jsonl`: the median of the newest works of the same workflow and group. */
import type { Client } from './client.ts';

export interface Durations {
  /** Seconds that such a work is expected to take: learnt, declared, or the default. */
  of(work: {
    readonly workflow: string;
    readonly group: string | null;
    readonly estimate_seconds: number | null;
  }): number;
}

/** Without history and without a declared estimate. */
const defaultSeconds = 300;
/** How many of the newest works count. */
const newest = 50;

interface Line {
  readonly workflow: string;
  readonly group: string | null;
  readonly duration_ms: number;
}

export const learnDurations = async ({ store }: Pick<Client, 'store'>): Promise<Durations> => {
  const byGroup = new Map<string, number[]>();
  for (const line of await store.readHistory()) {
    if (!isLine(line)) continue;
    for (const key of [keyOf(line.workflow, line.group), keyOf(line.workflow, null)]) {
      const list = byGroup.get(key);
      if (list === undefined) byGroup.set(key, [line.duration_ms]);
      else if (list.push(line.duration_ms) > newest) list.shift();
    }
  }
  return {
    of: ({ workflow, group, estimate_seconds }) => {
      const learnt = byGroup.get(keyOf(workflow, group)) ?? byGroup.get(keyOf(workflow, null));
      // A person's estimate of this very work says more than the median of others, until this kind has a history.
      return (
        (learnt !== undefined && learnt.length >= 3 ? median(learnt) / 1000 : null) ??
        estimate_seconds ??
        defaultSeconds
      );
    },
  };
};

const keyOf = (workflow: string, group: string | null): string => JSON.stringify([workflow, group]);

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] as number;

const isLine = (line: unknown): line is Line => {
  const { workflow, group, duration_ms } = (line ?? {}) as Partial<Record<keyof Line, unknown>>;
  return (
    typeof workflow === 'string' &&
    (group === null || typeof group === 'string') &&
    typeof duration_ms === 'number' &&
    duration_ms >= 0
  );
};
