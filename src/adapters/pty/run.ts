import type { ProcessIdentity } from '../../core/event.ts';
import type { StageEnd } from '../../core/failure.ts';
import type { Log } from '../../ports/log.ts';
import type { Processes } from '../../ports/processes.ts';
import type { RunningTerminal, TerminalRun } from '../../ports/terminal.ts';
import { findChange } from './changed-files.ts';
import type { Ending } from './ending.ts';
import { makeEnding } from './ending.ts';
import type { IdleClock } from './idle-clock.ts';
import { startIdleClock } from './idle-clock.ts';
import { makeKeyboard } from './keyboard.ts';
import { openLogFile } from './log-file.ts';
import type { LoadedPty } from './native.ts';
import { isAnyReading } from './readers.ts';
import { signalName } from './signal-name.ts';
import { watchStartError } from './start-error.ts';
import { openDevice } from './terminal-device.ts';
import { startTimer } from './timer.ts';

export interface RunNeeds {
  readonly pty: LoadedPty;
  readonly processes: Processes;
  readonly log: Log;
}

/** Starts a run and watches its limits. Throws if the system gives no terminal or process. */
export const startRun = ({ pty, processes, log }: RunNeeds, run: TerminalRun): RunningTerminal => {
  const file = openLogFile({ path: run.logFile, limitBytes: run.logLimitBytes, onProblem: (text) => log.warn(text) });
  const ending = makeEnding((graceMs, signal) =>
    processes.endAttempt({ token: run.token, roots: [root], graceMs, signal }),
  );
  const startError = watchStartError();
  let onActivity = (): void => undefined;
  const device = closingOnError(file, () =>
    openDevice({
      pty,
      ...run,
      onOutput: (chunk) => {
        file.write(chunk);
        startError.add(chunk);
        onActivity();
        run.onOutput(chunk);
      },
      onExit: (code, signal) => ending.exited(asStageEnd(code, signal, startError.message(code))),
    }),
  );
  const root = identifyChild(processes, device.pid);
  const keyboard = makeKeyboard(device.master, () => log.warn('typed text was dropped: nothing reads the terminal'));
  const timeout: StageEnd = { kind: 'timed_out', limit_ms: run.timeoutMs, limit: run.limit };
  const stopTimer = startTimer(run.timeoutMs, () => ending.breakOff(timeout, run.graceMs));
  const idleClock = watchIdling({ processes, root, run, ending });
  onActivity = () => idleClock?.touch();
  const members = (): number[] => processes.family(root).map((member) => member.process.pid);
  return {
    process: root,
    ended: ending.promise.finally(() => {
      stopTimer();
      idleClock?.stop();
      keyboard.close();
      device.close();
      file.close();
    }),
    write: (data) => {
      if (device.isOpen()) keyboard.write(data);
    },
    resize: ({ columns, rows }) => {
      if (device.isOpen() && columns > 0 && rows > 0) pty.native.resize(device.master, columns, rows);
    },
    stop: ({ force }) => ending.breakOff({ kind: 'stopped' }, force ? 0 : run.graceMs),
    isReading: () => device.isOpen() && isAnyReading(members(), device.path),
    holdIdleClock: (hold) => idleClock?.hold(hold),
  };
};

const closingOnError = <T>(file: { close(): void }, open: () => T): T => {
  try {
    return open();
  } catch (error) {
    file.close();
    throw error;
  }
};

/** One that ended before it could be looked at has no known start; nobody alive is taken for it. */
const identifyChild = (processes: Processes, pid: number): ProcessIdentity =>
  processes.identify(pid) ?? { pid, started: 'unknown', boot: processes.self().boot };

const asStageEnd = (code: number, signal: number, startError: string | null): StageEnd => {
  if (startError !== null) return { kind: 'not_started', message: `The command cannot be executed: ${startError}.` };
  return signal === 0 ? { kind: 'exited', code } : { kind: 'signalled', signal: signalName(signal) };
};

interface Watched {
  readonly processes: Processes;
  readonly root: ProcessIdentity;
  readonly run: TerminalRun;
  readonly ending: Ending;
}

const watchIdling = ({ processes, root, run, ending }: Watched): IdleClock | null => {
  const limitMs = run.idleTimeoutMs;
  if (limitMs === null) return null;
  return startIdleClock({
    limitMs,
    processorMs: () => processes.family(root).reduce((sum, member) => sum + member.processorMs, 0),
    findChange: (since) => findChange(run.cwd, since),
    onIdle: () => ending.breakOff({ kind: 'idle', limit_ms: limitMs }, run.graceMs),
  });
};
