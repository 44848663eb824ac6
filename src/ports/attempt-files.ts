/** The files of an attempt, and the pulse of a worker, under the batch's folder. All of them 0600. */
import type { PlannedWork } from '../core/plan.ts';
import type { Pulse } from '../core/pulse.ts';
import type { StageReport } from '../core/request.ts';

export interface StageFiles {
  /** Raw terminal output: `logs/<work-id>/<attempt>.<nn>-<stage>.log`. */
  readonly log: string;
  /** Where the stage may write its result; fresh for every start of a stage. */
  readonly result: string;
  /** `WF_PROMPT_FILE`: where the prompt of an agent's stage is put; there is none before `writePrompt`. */
  readonly prompt: string;
}

export interface AttemptFiles {
  /** `WF_WORK_FILE`: the work as JSON. Written once a work. */
  writeWork(work: PlannedWork): string;
  /** Paths for one start of a stage; the folders exist and no result file does. */
  openStage(options: {
    readonly id: string;
    readonly attempt: number;
    readonly count: number;
    readonly stage: string;
  }): StageFiles;
  /** Writes what an agent is told for one start of its stage. */
  writePrompt(file: string, text: string): void;
  /** What the stage wrote: at most 64 KiB of a regular file, no link followed. */
  readResult(file: string): StageReport['result'];
  /** Writes a worker's pulse; its file's age tells whether the worker is silent. Never throws. */
  beat(worker: string, pulse: Pulse): void;
  /** Milliseconds since the epoch of the newest beat, and what it said; null if there is none. */
  readPulse(worker: string): { readonly beatenAt: number; readonly pulse: Pulse } | null;
  /** Whether a path under `folder` exists, no link out of it followed. */
  exists(folder: string, path: string): boolean;
}
