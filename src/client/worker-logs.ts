/** The output of one worker in a session: that of the works which it ran, in their order. */
import type { WorkerId } from '../core/event.ts';
import type { StageLog } from '../ports/log-files.ts';
import { isSchedulerAlive, isUnfinished } from './batch.ts';
import { drain, type Follower } from './log-follower.ts';

/** One assignment of a work to the worker. */
interface Assignment {
  readonly id: string;
  readonly attempt: number;
}

/** Writes every log of the worker's attempts, each under a title with the work; a follower stays until the batch ends. */
export const showWorker = async (follower: Follower, worker: WorkerId): Promise<void> => {
  const { client, journal, wishes } = follower;
  const assignments: Assignment[] = [];
  const offsets = new Map<string, number>();
  let seq = 0;
  for (;;) {
    const state = await journal.read();
    const mayGrow = isUnfinished(state) || isSchedulerAlive(client, state);
    const isLast = !wishes.isFollowing || !mayGrow || wishes.signal?.aborted === true;
    for await (const event of journal.events(seq + 1)) {
      seq = event.seq;
      if (event.type === 'work_assigned' && event.worker === worker) assignments.push(event);
    }
    for (const assignment of assignments) await showAssignment(follower, assignment, { offsets, isLast });
    if (isLast) return;
    await journal.changed({ timeoutMs: 500, ...(wishes.signal === undefined ? {} : { signal: wishes.signal }) });
  }
};

const showAssignment = async (
  follower: Follower,
  { id, attempt }: Assignment,
  { offsets, isLast }: { readonly offsets: Map<string, number>; readonly isLast: boolean },
): Promise<void> => {
  const { files, wishes, output } = follower;
  const isWished = (log: StageLog): boolean =>
    log.attempt === attempt &&
    (wishes.attempt === null || wishes.attempt === attempt) &&
    (wishes.stage === null || log.stage === wishes.stage);
  for (const log of (await files.stages(id)).filter(isWished)) {
    if (!offsets.has(log.path)) output.title({ ...log, name: `${id} ${log.name}` });
    offsets.set(log.path, await drain(follower, { path: log.path, offset: offsets.get(log.path) ?? 0, isLast }));
  }
};
