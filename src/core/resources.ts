/** Resources: whether a work may take what it and its next stage use. Law 13. */
import { freshResource, type BatchState } from './state.ts';

/** Why something cannot be had now. */
export type Shortage =
  /** All slots are taken. */
  | { readonly kind: 'slots'; readonly resource: string; readonly until: null }
  /** Fewer may hold it than it has slots, since its quota was hit. */
  | { readonly kind: 'narrowed'; readonly resource: string; readonly to: number; readonly until: null }
  /** It cools down after a quota. */
  | { readonly kind: 'cooling'; readonly resource: string; readonly until: number }
  /** As many starts as a minute allows have been made. */
  | { readonly kind: 'rate'; readonly resource: string; readonly until: number };

/** What an index uses at a stage: the work's own resources and the stage's. */
export const usesOf = (state: Pick<BatchState, 'plan' | 'works'>, i: number, stageIndex: number): readonly string[] => {
  const work = state.works[i];
  if (work === undefined) return [];
  const stage = state.plan.workflows[work.workflow]?.stages[stageIndex];
  if (stage === undefined || stage.uses.length === 0) return work.uses;
  return work.uses.length === 0 ? stage.uses : [...new Set([...work.uses, ...stage.uses])];
};

/** What a resource has given out: to how many works at once, and to how many that are about to start. */
export interface Use {
  readonly held: number;
  readonly starting: number;
}

/** What active works hold of each resource, `except` left out. */
export const countUses = (
  state: Pick<BatchState, 'plan' | 'works' | 'active' | 'records'>,
  except: number,
): Map<string, Use> => {
  const uses = new Map<string, Use>();
  for (const i of state.active) {
    const record = state.records[i];
    if (i === except || record === undefined) continue;
    addUses(uses, usesOf(state, i, record.stage_index), record.state.status === 'assigned');
  }
  return uses;
};

/** Counts one more work that holds these. */
export const addUses = (uses: Map<string, Use>, names: readonly string[], isStarting: boolean): void => {
  for (const name of names) {
    const { held, starting } = uses.get(name) ?? { held: 0, starting: 0 };
    uses.set(name, { held: held + 1, starting: starting + Number(isStarting) });
  }
};

/** The first of these resources that cannot be had now beside what others use, or null. */
export const findShortage = (
  state: BatchState,
  names: readonly string[],
  uses: ReadonlyMap<string, Use>,
  now: number,
): Shortage | null => {
  for (const resource of names) {
    const limit = state.plan.settings.resources[resource];
    const { cooled_until, narrowed_to, starts } = state.resources.get(resource) ?? freshResource;
    if (cooled_until > now) return { kind: 'cooling', resource, until: cooled_until };
    const { held, starting } = uses.get(resource) ?? { held: 0, starting: 0 };
    const slots = limit?.slots ?? Infinity;
    if (held >= slots) return { kind: 'slots', resource, until: null };
    if (narrowed_to !== null && held >= narrowed_to)
      return { kind: 'narrowed', resource, to: narrowed_to, until: null };
    const rate = findRateShortage(starts, starting, limit?.per_minute ?? null, now);
    if (rate !== null) return { kind: 'rate', resource, until: rate };
  }
  return null;
};

/** When a start is allowed again, or null if it is now. Works that have not begun their stage count as starts. */
const findRateShortage = (
  allStarts: readonly number[],
  starting: number,
  perMinute: number | null,
  now: number,
): number | null => {
  if (perMinute === null) return null;
  const starts = allStarts.filter((at) => at > now - 60_000);
  return starts.length + starting < perMinute ? null : (starts[0] ?? now) + 60_000;
};
