/**
 * Scheduler and workers as plain processes, for machines without tmux.
 *
 * Each is the leader of its own session, so neither the end of its starter nor a terminal that closes reaches
 * it. Who runs in a role stands in a file of the batch's folder, with pid, start time and boot: a pid that
 * was given to another program since is nobody of ours. What cannot be covered: a starter that is killed in
 * the few ms between starting a program and writing its file leaves one that `list` does not know; it reports
 * to the journal itself, with its identity, and is ended from there.
 */
import { access, constants, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessIdentity } from '../../core/event.ts';
import type { Engine, Session, SessionRequest } from '../../ports/engine.ts';
import type { Processes } from '../../ports/processes.ts';
import { launch } from './launch.ts';
import { claim, findRecords, readRecord, takeAway, type PidRecord } from './pid-file.ts';

export interface ProcessEngineOptions {
  /** Absolute root of the repository whose processes these are. */
  readonly repository: string;
  readonly batchRunId: string;
  /** The batch's folder; holds a file per role. It must exist when something is started. */
  readonly directory: string;
  readonly processes: Processes;
  /** Of it the programs get what launch.ts lists. By default this process's own. */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Makes the process engine. A session's name is its role. `start` rejects with an Error if the program cannot
 * be executed. `end` sends TERM, after 2 s KILL, to the program itself; what it started is not this engine's.
 */
export const makeProcessEngine = (options: ProcessEngineOptions): Engine => ({
  kind: 'process',
  problem: () => findProblem(options.directory),
  start: (request) => startProcess(options, request),
  list: () => listAlive(options),
  end: (session) => endRole(options, session.name),
  attachCommand: () => null,
  viewCommand: () => null,
});

/** How long a program may take to leave after TERM, and the system to remove it after KILL. */
const LEAVE_MS = 2_000;

const startProcess = async (options: ProcessEngineOptions, request: SessionRequest): Promise<Session> => {
  const { role } = request;
  requireRole(role);
  await requireEnd(options, role);
  const pid = await launch(request, options.env ?? process.env);
  const identity = options.processes.identify(pid);
  if (identity !== null) await claimRole(options, role, identity);
  return { name: role };
};

/** If another starter was faster, its program is a leftover like any other: the last to start has the role. */
const claimRole = async (options: ProcessEngineOptions, role: string, identity: ProcessIdentity): Promise<void> => {
  const { repository, batchRunId, directory, processes } = options;
  const record: PidRecord = { version: 1, role, repository, batch_run_id: batchRunId, process: identity };
  try {
    while (!(await claim(directory, record))) await requireEnd(options, role);
  } catch (error) {
    // A program without a record would be lost to `list` and `end`: better none.
    processes.signal(identity, 'SIGKILL');
    throw error;
  }
};

const requireEnd = async (options: ProcessEngineOptions, role: string): Promise<void> => {
  if (!(await endRole(options, role))) throw new Error(`an earlier ${role} of this repository cannot be ended`);
};

const endRole = async (options: ProcessEngineOptions, role: string): Promise<boolean> => {
  requireRole(role);
  const paths = await findRecords(options.directory, role);
  return (await Promise.all(paths.map((path) => retire(options, path, role)))).every((isGone) => isGone);
};

/** The file goes when the process is gone; one that outlives KILL keeps it, to be found again. */
const retire = async (options: ProcessEngineOptions, path: string, role: string): Promise<boolean> => {
  const taken = await takeAway(path, role);
  // Someone else took it a moment ago, and may be gone before the process is.
  if (taken === null) return endRole(options, role);
  const record = await readRecord(taken);
  if (record !== null && isOurs(options, record) && !(await endProcess(options.processes, record.process)))
    return false;
  await rm(taken, { force: true });
  return true;
};

const endProcess = async (processes: Processes, identity: ProcessIdentity): Promise<boolean> => {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    processes.signal(identity, signal);
    if (await hasLeft(processes, identity)) return true;
  }
  return false;
};

const hasLeft = async (processes: Processes, identity: ProcessIdentity): Promise<boolean> => {
  const deadline = performance.now() + LEAVE_MS;
  for (let waitMs = 1; processes.isAlive(identity); waitMs = Math.min(waitMs * 2, 50)) {
    if (performance.now() >= deadline) return false;
    await delay(waitMs);
  }
  return true;
};

const listAlive = async (options: ProcessEngineOptions): Promise<readonly Session[]> => {
  const records = await Promise.all((await findRecords(options.directory, null)).map(readRecord));
  const roles = records.flatMap((record) => {
    if (record === null || !isOurs(options, record) || record.batch_run_id !== options.batchRunId) return [];
    return options.processes.isAlive(record.process) ? [record.role] : [];
  });
  const byName = new Intl.Collator('en', { numeric: true });
  return [...new Set(roles)].sort(byName.compare).map((name) => ({ name }));
};

const isOurs = (options: ProcessEngineOptions, record: PidRecord): boolean => record.repository === options.repository;

/** A role becomes part of a file's name. */
const requireRole = (role: string): void => {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(role)) throw new Error(`not a role: ${JSON.stringify(role)}`);
};

const findProblem = async (directory: string): Promise<string | null> =>
  access(directory, constants.W_OK).then(
    () => null,
    (error: NodeJS.ErrnoException) =>
      error.code === 'ENOENT' ? null : `${directory} cannot be written (${error.code}): give yourself the right to`,
  );
