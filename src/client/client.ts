/** What every surface asks through: one folder's state, its repository, and the means to start and end things. */
import type { BatchState } from '../core/state.ts';
import type { AttemptFiles } from '../ports/attempt-files.ts';
import type { Bundler } from '../ports/bundle.ts';
import type { Clock } from '../ports/clock.ts';
import type { Engine } from '../ports/engine.ts';
import type { Repository } from '../ports/git.ts';
import type { Launcher } from '../ports/launcher.ts';
import type { LogFiles } from '../ports/log-files.ts';
import type { Machine } from '../ports/machine.ts';
import type { Processes } from '../ports/processes.ts';
import type { ShippedFile, ShippedKind } from '../ports/shipped.ts';
import type { SourcesRequest, SourceWorks } from '../ports/sources.ts';
import type { Journal, Store } from '../ports/store.ts';
import type { Terminals } from '../ports/terminal.ts';
import type { TrustFile } from '../ports/trust-file.ts';
import type { Config } from '../protocol/config.ts';

export interface Client {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that holds, or would hold, `.wf`. */
  readonly root: string;
  readonly store: Store<BatchState>;
  /** Null outside a repository. */
  readonly repository: Repository | null;
  readonly processes: Processes;
  readonly clock: Clock;
  readonly terminals: Terminals;
  /** Of the machine, for `--parallel auto`. */
  readonly cores: number;
  /** The shipped config with the user's over it. Throws a Problem. */
  readConfig(): Promise<Config>;
  /** Whether the user has a config of their own. */
  hasOwnConfig(): Promise<boolean>;
  /** The shipped config alone: what a person's own lies over. */
  readShippedConfig(): Promise<Config>;
  /** Prompts or skills, as they ship with the program. */
  readShipped(kind: ShippedKind): Promise<readonly ShippedFile[]>;
  makeEngine(kind: 'tmux' | 'process', journal: Pick<Journal<BatchState>, 'batchRunId' | 'directory'>): Engine;
  /** `config`: whose `env` the processes see beside the person's environment. */
  makeLauncher(journal: Journal<BatchState>, engine: Engine, config: Config): Launcher;
  makeFiles(directory: string): AttemptFiles;
  /** The schedule and plans folder is made and kept out of git's sight. */
  prepareFolder(): Promise<void>;
  /** One line for the person while something takes its time, or a warning; stderr. */
  say(line: string): void;
  /** How many works the schedule holds, without a check of each; null without one. Throws a Problem if it is no JSON. */
  peekSchedule(): Promise<{ readonly works: number; readonly created_at: string } | null>;
  /** Works of task files and lists of ids, as they are now. Throws a Problem. */
  readSources(request: SourcesRequest): Promise<SourceWorks>;
  /** Loaded on first use, as the next two. */
  openLogFiles(directory: string): Promise<LogFiles>;
  openTrustFile(): Promise<TrustFile>;
  openMachine(): Promise<Machine>;
  /** `directory`: the batch's folder. */
  openBundler(directory: string): Promise<Bundler>;
  /** Random text. */
  makeNonce(): string;
}
