/** What the system knows of its processes: the one thing that differs between `/proc` and `ps`. */

/** One process as the system lists it. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** 0 where the system does not tell. */
  readonly session: number;
  /** Its state letter: `R`, `S`, `D`, `T`, … */
  readonly state: string;
  /** When it started, in the words of the system. */
  readonly started: string;
  /** Processor time that it and its waited-for children used, in milliseconds. */
  readonly processorMs: number;
}

export interface ProcessTable {
  /** The id of this boot of the machine. */
  readonly boot: string;
  /** Null if there is no such process. Zombies are told. */
  read(pid: number): ProcessEntry | null;
  /** All processes, zombies as well; those that ended meanwhile are left out. */
  list(): readonly ProcessEntry[];
  /**
   * Pids whose environment, as it was when they were executed, holds this `NAME=value`. Other users' are not
   * readable. `onFound` is told of each as soon as it is found, before it can go on. Pids in `known` are left out.
   */
  carriers(variable: string, onFound?: (pid: number) => void, known?: ReadonlySet<number>): readonly number[];
  /** All pids, zombies' as well. */
  pids(): readonly number[];
}

/** Zombies and the dead: they hold a pid, and do nothing any more. */
export const isEnded = (entry: ProcessEntry): boolean => entry.state === 'Z' || entry.state === 'X';
