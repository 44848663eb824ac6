/**
 * What the server takes. A body chooses works, order, workers and workflow names; never commands, environment or paths.
 */
import type { Selection } from './selection.ts';

/** `POST /plan`, and what `POST /start` repeats. */
export interface PlanRequest {
  readonly selection: Selection;
  /** Groups in the wished order; those not named come after, as they are. Absent: the schedule's. */
  readonly group_order?: readonly string[];
  readonly pinned?: readonly string[];
  readonly parallel?: number | 'auto';
  /** Instead of each work's own. */
  readonly workflow?: string;
  readonly engine?: 'tmux' | 'process';
  readonly until?: string;
  readonly allow_missing?: boolean;
  /** Run what was delivered before, too. */
  readonly rerun?: boolean;
  /** Saves the plan under this name. */
  readonly save_as?: string;
  /** Lets `save_as` replace a plan of this name; without it that is refused. */
  readonly replace?: boolean;
}

/** `POST /plans/:name/clone`: the name of the copy. */
export interface CloneRequest {
  readonly name: string;
}

export interface StartRequest extends Omit<PlanRequest, 'save_as' | 'replace'> {
  /** Of the preview; a start whose plan differs is refused with the difference. */
  readonly plan_hash: string;
  /** The number of works, typed by the person, where it is above `confirm_above`. */
  readonly confirm?: number;
}

/** Controls name the batch that the person looked at; one that is not the newest is refused. */
export interface BatchRequest {
  readonly batch_run_id?: string;
}

export interface ResumeRequest extends BatchRequest {
  readonly parallel?: number | 'auto';
  readonly no_failed?: boolean;
}

export interface StopRequest extends BatchRequest {
  readonly force?: boolean;
  readonly drain?: boolean;
  /** Only these works; the batch goes on. */
  readonly ids?: readonly string[];
}

export interface WorksRequest extends BatchRequest {
  readonly ids: readonly string[];
}

export interface RetryRequest extends WorksRequest {
  readonly from?: string;
  readonly rerun?: boolean;
  readonly answer?: string;
}

export interface SkipRequest extends WorksRequest {
  readonly satisfied?: boolean;
}
