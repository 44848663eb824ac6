/** What a worker has: its place in a batch and the ports to the world. */
import type { PlannedWork } from '../core/plan.ts';
import type { BatchState } from '../core/state.ts';
import type { AttemptFiles } from '../ports/attempt-files.ts';
import type { Clock } from '../ports/clock.ts';
import type { Repository } from '../ports/git.ts';
import type { Log } from '../ports/log.ts';
import type { Machine } from '../ports/machine.ts';
import type { NetworkPorts } from '../ports/network-ports.ts';
import type { Processes, Sighting } from '../ports/processes.ts';
import type { Screen } from '../ports/screen.ts';
import type { Journal } from '../ports/store.ts';
import type { Terminals } from '../ports/terminal.ts';

/** Variables of the person's environment and of the config; their values are in no state file. */
export interface Environment {
  readonly all: Readonly<Record<string, string>>;
  /** By workflow, then stage. */
  readonly stages: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>;
}

export interface WorkerWorld {
  /** `worker-1`, … */
  readonly worker: string;
  readonly incarnation: string;
  readonly session: string | null;
  readonly journal: Journal<BatchState>;
  /** Null outside a repository. */
  readonly repository: Repository | null;
  readonly terminals: Terminals;
  readonly processes: Processes;
  readonly files: AttemptFiles;
  readonly machine: Pick<Machine, 'freeBytes' | 'pressure'>;
  readonly networkPorts: NetworkPorts;
  readonly clock: Clock;
  readonly log: Log;
  readonly screen: Screen;
  readonly environment: Environment;
  /** The program that walks the tree of a stage, and its first arguments. */
  readonly treeCommand: readonly [string, ...string[]];
  /** Masks the secrets of that environment. */
  mask(text: string): string;
  /** Aborted when the session ends under the worker: the tmux server died, or the session was killed. */
  readonly hangup: AbortSignal;
}

/** One attempt at a work. */
export interface Attempt {
  readonly token: string;
  readonly work: PlannedWork;
  /** Number of the attempt, from 1. */
  readonly number: number;
  /** The processes that were there before it. */
  readonly before: Sighting;
}
