/** The real surroundings of scheduler, worker and restarter. Each takes its environment from a file, not from tmux. */
import { readFileSync, statSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeAttemptFiles } from './adapters/attempt-files/attempt-files.ts';
import { adopt, handOver, takeOver } from './adapters/environment-file/environment-file.ts';
import { makeMachine } from './adapters/machine/machine.ts';
import { makeNetworkPorts } from './adapters/network/network-ports.ts';
import { supervise } from './adapters/process/supervise.ts';
import { makeClock } from './adapters/system/clock.ts';
import { makeLog, type LogOptions } from './adapters/system/log.ts';
import { makeScreen } from './adapters/system/screen.ts';
import { findOwnSession } from './adapters/tmux/own-session.ts';
import { composeGround, makeDaemonLauncher, makeEngine, makeNonce, makeTerminalsFor, type Ground } from './compose.ts';
import type { BatchState } from './core/state.ts';
import type { SchedulerWorld } from './daemon/world.ts';
import type { Engine } from './ports/engine.ts';
import type { Log } from './ports/log.ts';
import type { Journal } from './ports/store.ts';
import { maskOf } from './worker/mask.ts';
import type { WorkerWorld } from './worker/world.ts';

/** What a daemon is told by its arguments. */
export interface DaemonArguments {
  readonly root: string;
  readonly batchRunId: string;
  readonly environmentFile: string;
}

const batchFolder = ({ root, batchRunId }: DaemonArguments): string => join(root, '.wf', 'batches', batchRunId);

const siblingProgram = (name: string): string => join(dirname(fileURLToPath(import.meta.url)), 'bin', name);

export const composeSupervisor = (given: DaemonArguments): Promise<number> => {
  const environment = takeOver(given.environmentFile);
  ignoreClosedTerminal();
  const clock = makeClock();
  const log = makeLog({ clock, stream: process.stderr });
  const program = siblingProgram('wf0-scheduler.js');
  return supervise({
    makeArgv: () => [
      process.execPath,
      program,
      given.root,
      given.batchRunId,
      handOver(batchFolder(given), environment),
    ],
    cwd: given.root,
    clock,
    log,
    signal: listenToHangup(),
  });
};

export const composeScheduler = async (
  given: DaemonArguments,
): Promise<{ readonly world: SchedulerWorld; close(): Promise<void> }> => {
  const { ground, journal, session, environment, processEnv } = await composeDaemon(given);
  const state = await journal.read();
  const engine = makeEngine(state.batch.engine, {
    root: ground.root,
    journal,
    processes: ground.processes,
    env: processEnv,
  });
  const mask = maskOf(environment);
  const log = makeSchedulerLog({ clock: ground.clock, mask }, journal.directory, state.batch.engine);
  const world: SchedulerWorld = {
    ...ground,
    session: state.batch.engine === 'process' ? 'scheduler' : session,
    journal,
    engine,
    launcher: makeDaemonLauncher({ root: ground.root, journal, engine }, environment),
    files: makeAttemptFiles(journal.directory),
    log,
    notifications: await composeNotifications(ground, { directory: journal.directory, environment }),
    makeNonce,
    isPlanIntact: await makePlanGuard(journal.directory, state.batch.plan_hash),
    writeReport: (newest) => writeReport(journal.directory, newest, ground.clock.now()),
  };
  return { world, close: () => journal.close() };
};

export const composeWorker = async (
  given: DaemonArguments,
  { worker, incarnation }: { readonly worker: string; readonly incarnation: string },
): Promise<{ readonly world: WorkerWorld; close(): Promise<void> }> => {
  const { ground, journal, session, environment } = await composeDaemon(given);
  // A person who presses Ctrl+C in the pane types it into the stage; without one it ends nothing.
  process.on('SIGINT', () => undefined);
  const hangup = listenToHangup();
  const mask = maskOf(environment);
  const log = makeLog({ clock: ground.clock, stream: process.stdout, mask });
  const world: WorkerWorld = {
    ...ground,
    worker,
    incarnation,
    session: journal.plan.engine === 'process' ? worker : session,
    journal,
    terminals: await makeTerminalsFor(ground.processes, log),
    files: makeAttemptFiles(journal.directory),
    machine: makeMachine(),
    networkPorts: makeNetworkPorts(),
    log,
    screen: makeScreen(),
    environment,
    treeCommand: [process.execPath, siblingProgram('wf0-tree.js')],
    mask,
    hangup,
  };
  return { world, close: () => journal.close() };
};

/** The session ends: its tmux server died, or somebody closed it. */
const listenToHangup = (): AbortSignal => {
  const hangup = new AbortController();
  for (const signal of ['SIGHUP', 'SIGTERM'] as const) process.on(signal, () => hangup.abort());
  return hangup.signal;
};

/** What is written to a terminal that is gone is lost; the program goes on to its end. */
const ignoreClosedTerminal = (): void => {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
};

/** A plain process's output is its log file already; in tmux the pane shows it as well. */
const makeSchedulerLog = (
  options: Pick<LogOptions, 'clock' | 'mask'>,
  directory: string,
  engine: Engine['kind'],
): Log => {
  const file = join(directory, 'logs', 'scheduler.log');
  return makeLog({ ...options, stream: process.stderr, ...(engine === 'tmux' ? { file } : {}) });
};

interface Daemon {
  readonly ground: Ground;
  readonly journal: Journal<BatchState>;
  readonly session: string | null;
  readonly environment: ReturnType<typeof takeOver>;
  readonly processEnv: NodeJS.ProcessEnv;
}

const composeDaemon = async (given: DaemonArguments): Promise<Daemon> => {
  ignoreClosedTerminal();
  const environment = takeOver(given.environmentFile);
  const { TMUX, TMUX_PANE } = process.env;
  const session = await findOwnSession(process.env);
  adopt(environment);
  // Its own sessions are made on the server that it was started on.
  const processEnv = { ...process.env, ...(TMUX === undefined ? {} : { TMUX, TMUX_PANE }) };
  const ground = await composeGround({ cwd: given.root, root: given.root, env: process.env });
  const journal = await ground.store.openBatch(given.batchRunId);
  if (journal === null) throw new Error(`there is no batch ${given.batchRunId} in ${given.root}`);
  return { ground, journal, session, environment, processEnv };
};

/** Loaded only where somebody is to be told of something. */
const composeNotifications = async (
  { root, clock }: Ground,
  { directory, environment }: Pick<Daemon, 'environment'> & { readonly directory: string },
): Promise<SchedulerWorld['notifications']> => {
  const settings = environment.notify;
  if (settings === undefined || !(settings.desktop || settings.webhook !== null || settings.command !== null))
    return null;
  const [{ makeNotifications }, { noticeWords }] = await Promise.all([
    import('./adapters/notify/notifications.ts'),
    import('./view/notice.ts'),
  ]);
  const describe: Parameters<typeof makeNotifications>[0]['describe'] = (state, notice) => {
    const { counts, ...words } = noticeWords(state, notice, clock.now());
    return { ...words, counts: { ...counts } };
  };
  const stages = Object.values(environment.stages).flatMap((byStage) => Object.values(byStage));
  return makeNotifications({ settings, root, directory, env: environment.all, stages, describe });
};

/** Reads plan.json again only after the file was touched. */
const makePlanGuard = async (directory: string, hash: string): Promise<() => boolean> => {
  const { parsePlan, planHash } = await import('./protocol/plan.ts');
  const file = join(directory, 'plan.json');
  let seen = '';
  let isIntact = false;
  return () => {
    try {
      const { mtimeMs, ctimeMs, size, ino } = statSync(file);
      const now = `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
      if (now !== seen) isIntact = planHash(parsePlan(readFileSync(file, 'utf8'), file)) === hash;
      seen = now;
      return isIntact;
    } catch {
      return false;
    }
  };
};

/** Written whole or not at all. */
const writeReport = async (directory: string, state: BatchState, now: number): Promise<void> => {
  const { makeReport, reportMarkdown } = await import('./view/report.ts');
  const report = makeReport(state, now);
  const texts = { 'report.json': `${JSON.stringify(report, null, 2)}\n`, 'report.md': reportMarkdown(report) };
  for (const [name, text] of Object.entries(texts)) {
    const file = join(directory, name);
    await rm(`${file}.tmp`, { force: true });
    await writeFile(`${file}.tmp`, text, { mode: 0o600, flag: 'wx' });
    await rename(`${file}.tmp`, file);
  }
};
