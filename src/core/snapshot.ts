/** The state as JSON and back, without the plan and without what can be derived. */
import type { Plan } from './plan.ts';
import { derive, type BatchState, type Recorded, type ResourceRecord } from './state.ts';

/** Changes when the shape does: an older snapshot is then not used, and the journal is folded instead. */
const snapshotVersion = 3;

export const toSnapshot = (state: BatchState): unknown => {
  const { batch, scheduler, workers, records, resources, seq, at } = state;
  const works = state.works === state.plan.works ? null : state.works;
  return { version: snapshotVersion, batch, scheduler, workers, records, resources: [...resources], works, seq, at };
};

/** Null for anything that `toSnapshot` of this version did not write for this plan. */
export const fromSnapshot = (plan: Plan, snapshot: unknown): BatchState | null => {
  if (
    typeof snapshot !== 'object' ||
    snapshot === null ||
    (snapshot as { version?: unknown }).version !== snapshotVersion
  )
    return null;
  const saved = snapshot as Omit<Recorded, 'plan' | 'resources' | 'works'> & {
    readonly resources: readonly (readonly [string, ResourceRecord])[];
    readonly works: Recorded['works'] | null;
  };
  const { batch, scheduler, workers, records, seq, at } = saved;
  const works = saved.works ?? plan.works;
  if (!Array.isArray(records) || records.length !== works.length) return null;
  return derive({ plan, batch, scheduler, workers, works, records, resources: new Map(saved.resources), seq, at });
};
