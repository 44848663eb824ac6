import { closeSync } from 'node:fs';
import type { StageEnd } from '../../core/failure.ts';
import type { Log } from '../../ports/log.ts';
import type { Processes } from '../../ports/processes.ts';
import type { RunningTerminal, Terminals } from '../../ports/terminal.ts';
import type { LoadedPty } from './native.ts';
import { loadPty } from './native.ts';
import { startRun } from './run.ts';
import { whyNotStartable } from './startable.ts';

export interface TerminalsOptions {
  readonly processes: Processes;
  /** Told what goes wrong without ending a run: an unwritable log, typed text that nobody reads. */
  readonly log: Log;
}

/** Pseudo-terminals by node-pty, or by `@lydell/node-pty` where that is not built; loaded at the first use. */
export const makeTerminals = ({ processes, log }: TerminalsOptions): Terminals => {
  let loaded: LoadedPty | null = null;
  const load = (): LoadedPty => (loaded ??= loadPty());
  return {
    problem: async () => {
      try {
        const { master, slave } = load().native.open(80, 24);
        closeSync(slave);
        closeSync(master);
        return null;
      } catch (error) {
        return `No pseudo-terminal can be made (${firstLine(error)}); try npm install --include=optional.`;
      }
    },
    run: async (run) => {
      const problem = whyNotStartable(run);
      if (problem !== null) return notStarted(problem);
      try {
        return startRun({ pty: load(), processes, log }, run);
      } catch (error) {
        return notStarted(`${run.argv[0]} cannot be started under a terminal: ${firstLine(error)}`);
      }
    },
  };
};

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';

/** Its process is nobody: pid 0, which no process has. */
const notStarted = (message: string): RunningTerminal => ({
  process: { pid: 0, started: '', boot: '' },
  ended: Promise.resolve<StageEnd>({ kind: 'not_started', message }),
  write: () => undefined,
  resize: () => undefined,
  stop: () => undefined,
  isReading: () => false,
  holdIdleClock: () => undefined,
});
