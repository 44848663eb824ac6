/** Starts this program's own processes in an engine's sessions, with the person's environment handed over by file. */
import type { Session } from './engine.ts';

export interface Launcher {
  startScheduler(): Promise<Session>;
  startWorker(worker: string, incarnation: string): Promise<Session>;
  /**
   * Removes environments that lie there because whoever they were for, or from, died: they hold the person's secrets.
   * A program that would still have taken one fails to start, and is started again if it is wanted.
   */
  forgetUntaken(): void;
}
