/** What the scheduler has: the batch's journal and the ports to the world. */
import type { BatchState } from '../core/state.ts';
import type { AttemptFiles } from '../ports/attempt-files.ts';
import type { Clock } from '../ports/clock.ts';
import type { Engine } from '../ports/engine.ts';
import type { Repository } from '../ports/git.ts';
import type { Launcher } from '../ports/launcher.ts';
import type { Log } from '../ports/log.ts';
import type { Notifications } from '../ports/notifications.ts';
import type { Processes } from '../ports/processes.ts';
import type { Journal, Store } from '../ports/store.ts';

export interface SchedulerWorld {
  readonly session: string | null;
  readonly store: Store<BatchState>;
  readonly journal: Journal<BatchState>;
  /** Null outside a repository. */
  readonly repository: Repository | null;
  readonly engine: Engine;
  readonly launcher: Launcher;
  readonly processes: Processes;
  readonly files: AttemptFiles;
  readonly clock: Clock;
  readonly log: Log;
  /** Null: nobody is to be told of anything. */
  readonly notifications: Notifications | null;
  /** Whether plan.json is still what was frozen; cheap while nobody touches the file. */
  isPlanIntact(): boolean;
  /** Random text, new at each call. */
  makeNonce(): string;
  /** Writes `report.md` and `report.json`. */
  writeReport(state: BatchState): Promise<void>;
}
