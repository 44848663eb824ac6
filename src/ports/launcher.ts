/** Starts this program's own processes in an engine's sessions, with the person's environment handed over by file. */
import type { Session } from './engine.ts';

export interface Launcher {
  startScheduler(): Promise<Session>;
  startWorker(worker: string, incarnation: string): Promise<Session>;
}
