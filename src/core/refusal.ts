/** Refusals: why a request was not granted. A value; `view/refusal.ts` has the words. */
import type { WorkId } from './work.ts';

export type Refusal =
  /** No work of that id is in the batch. */
  | { readonly reason: 'unknown_work'; readonly id: string }
  /** The work is in a state that the request cannot change. */
  | { readonly reason: 'wrong_state'; readonly id: WorkId; readonly state: string; readonly wanted: string }
  /** The work is skipped because one that it depends on failed or was skipped, and that one is not retried with it. */
  | {
      readonly reason: 'doomed';
      readonly id: WorkId;
      readonly cause: { readonly id: WorkId; readonly state: 'failed' | 'skipped' };
    }
  /** The batch is in a state that the request cannot change. */
  | { readonly reason: 'wrong_batch_state'; readonly state: string; readonly wanted: string }
  /** The report comes from an attempt that was given up. */
  | { readonly reason: 'stale_attempt'; readonly id: WorkId }
  /** The worker's slot was given to another process. */
  | { readonly reason: 'stale_worker'; readonly worker: string }
  /** Another scheduler has taken the batch. */
  | { readonly reason: 'stale_scheduler'; readonly generation: number }
  /** A scheduler holds the batch and may live. */
  | { readonly reason: 'scheduler_alive'; readonly pid: number }
  /** The named stage is not in the work's workflow. */
  | { readonly reason: 'unknown_stage'; readonly id: WorkId; readonly stage: string }
  /** The work is in the batch already. */
  | { readonly reason: 'duplicate_work'; readonly id: WorkId }
  /** Others in the batch depend on the work. */
  | { readonly reason: 'has_dependents'; readonly id: WorkId; readonly dependents: readonly WorkId[] }
  /** A dependency is neither in the batch nor delivered. */
  | { readonly reason: 'missing_dependency'; readonly id: WorkId; readonly dependency: string }
  /** The works would depend on each other in a circle. */
  | { readonly reason: 'cycle'; readonly path: readonly string[] };

/** A granted request's events, or why it is refused. */
export type Accepted<E> =
  { readonly ok: true; readonly events: readonly E[] } | { readonly ok: false; readonly refusal: Refusal };
