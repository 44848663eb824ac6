/** Which log a person means, and its bytes, followed while more may come. */
import type { BatchState } from '../core/state.ts';
import type { StageLog } from '../ports/log-files.ts';
import { Problem } from '../ports/problem.ts';
import type { Journal } from '../ports/store.ts';
import { nearest } from '../protocol/nearest.ts';
import { isSchedulerAlive, isUnfinished } from './batch.ts';
import type { Client } from './client.ts';
import { findIndex } from './find-work.ts';
import { drain, type Follower, type LogOutput, type LogWishes } from './log-follower.ts';
import { shellLine } from './observe.ts';
import { ownSecrets, readSecrets } from './secrets.ts';
import { showWorker } from './worker-logs.ts';

/** Writes what is wished for; throws a Problem where there is no such log. */
export const showLogs = async (
  client: Client,
  journal: Journal<BatchState>,
  wishes: LogWishes,
  output: LogOutput,
): Promise<void> => {
  const files = await client.openLogFiles(journal.directory);
  const state = await journal.read();
  const isWork = state.works.some(({ id }) => id.toLowerCase() === wishes.name.toLowerCase());
  const role = isWork ? null : roleOf(wishes.name);
  const follower: Follower = { client, journal, files, wishes, output, secrets: await secretsFor(client) };
  if (role === null) return showWork(follower, await findIndex(client, state, wishes.name));
  return showRole(follower, role, state);
};

/** A config that is broken must not keep a person from the logs that may tell why. */
const secretsFor = (client: Client): Promise<readonly string[]> =>
  readSecrets(client).catch((error: unknown) => {
    if (error instanceof Problem) return ownSecrets(client);
    throw error;
  });

const roleOf = (name: string): string | null => {
  if (name === 'scheduler') return name;
  const worker = /^(?:worker-)?([1-9]\d{0,5})$/.exec(name);
  return worker === null ? null : `worker-${worker[1]}`;
};

const showRole = async (follower: Follower, role: string, state: BatchState): Promise<void> => {
  const { client, journal, files, wishes } = follower;
  const path = await files.role(role);
  if (path === null && state.workers.some(({ worker }) => worker === role)) return showWorker(follower, role);
  if (path === null) throw noRoleLog(client, journal, { role, state });
  const mayGrow = (newest: BatchState): boolean => isUnfinished(newest) || isSchedulerAlive(client, newest);
  let offset = 0;
  for (;;) {
    const isLast = !wishes.isFollowing || !mayGrow(await journal.read()) || wishes.signal?.aborted === true;
    offset = await drain(follower, { path, offset, isLast });
    if (isLast) return;
    await files.changed(path, { timeoutMs: 500, ...(wishes.signal === undefined ? {} : { signal: wishes.signal }) });
  }
};

const noRoleLog = (
  client: Client,
  journal: Journal<BatchState>,
  { role, state }: { readonly role: string; readonly state: BatchState },
): Problem => {
  const where = `batch ${journal.batchRunId}`;
  if (role !== 'scheduler') {
    const names = state.workers.map((each) => each.worker).join(', ');
    return new Problem({
      what: `there is no ${role} in the batch`,
      where,
      hint: names === '' ? 'no worker has started yet: wf0-batch status' : `workers there are: ${names}`,
      code: 'refused',
    });
  }
  const session = state.scheduler?.session ?? null;
  const command =
    session === null ? null : client.makeEngine(state.batch.engine, journal).attachCommand({ name: session });
  const hint = command === null ? 'see: wf0-batch status' : `look at its session: ${shellLine(command)}`;
  return new Problem({ what: `${role} has written no log yet`, where, hint, code: 'refused' });
};

const showWork = async (follower: Follower, i: number): Promise<void> => {
  const { journal, files, wishes, output } = follower;
  const id = (await journal.read()).works[i]?.id ?? '';
  const offsets = new Map<string, number>();
  for (;;) {
    const isLast = !wishes.isFollowing || !(await mayGrow(journal, i)) || wishes.signal?.aborted === true;
    const all = await files.stages(id);
    const chosen = choose(all, wishes);
    if (chosen.length === 0 && (isLast || all.length > 0)) {
      if (isLast) throw noStageLog(id, all, wishes);
    }
    for (const log of chosen) {
      if (!offsets.has(log.path)) output.title(log);
      offsets.set(log.path, await drain(follower, { path: log.path, offset: offsets.get(log.path) ?? 0, isLast }));
    }
    if (isLast) return;
    await Promise.race(waits(follower, chosen.at(-1)));
  }
};

/** New bytes, and every half second a look whether the work goes on elsewhere. */
const waits = ({ journal, files, wishes }: Follower, newest: StageLog | undefined): readonly Promise<void>[] => {
  const options = { timeoutMs: 500, ...(wishes.signal === undefined ? {} : { signal: wishes.signal }) };
  return newest === undefined ? [journal.changed(options)] : [files.changed(newest.path, options)];
};

/** A work that runs, or will run again by itself, may write more. */
const mayGrow = async (journal: Journal<BatchState>, i: number): Promise<boolean> => {
  const state = await journal.read();
  const status = state.records[i]?.state.status;
  return (
    isUnfinished(state) &&
    (status === 'assigned' || status === 'running' || (status === 'queued' && (state.doomedBy[i] ?? -1) < 0))
  );
};

/** Without a wish the newest attempt's; of a stage the newest attempt that came to it. */
const choose = (all: readonly StageLog[], { stage, attempt, isFollowing }: LogWishes): readonly StageLog[] => {
  const ofStage = stage === null ? all : all.filter((log) => log.stage.toLowerCase() === fileName(stage).toLowerCase());
  if (attempt !== null) return ofStage.filter((log) => log.attempt === attempt);
  const newest = ofStage.at(-1)?.attempt;
  return isFollowing
    ? ofStage.filter((log) => log.attempt >= (newest ?? 1))
    : ofStage.filter((log) => log.attempt === newest);
};

/** As the attempt's files are named. */
const fileName = (stage: string): string => stage.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 80);

const noStageLog = (id: string, all: readonly StageLog[], { stage, attempt }: LogWishes): Problem => {
  const where = `the logs of ${id}`;
  if (all.length === 0)
    return new Problem({ what: `${id} has not run yet`, where, hint: `see: wf0-batch why ${id}`, code: 'refused' });
  const stages = [...new Set(all.map((log) => log.stage))];
  const attempts = [...new Set(all.map((log) => log.attempt))];
  if (stage !== null && !stages.includes(fileName(stage))) {
    const near = nearest(stage, stages);
    return new Problem({
      what: `${id} has no log of the stage ${stage}`,
      where,
      hint: `${near === null ? '' : `did you mean ${near}? `}Stages that ran: ${stages.join(', ')}`,
      code: 'refused',
    });
  }
  return new Problem({
    what: `${id} has no such log of attempt ${attempt ?? ''}`,
    where,
    hint: `attempts that ran: ${attempts.join(', ')}`,
    code: 'refused',
  });
};
