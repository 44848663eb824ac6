/**
 * Reports of one attempt. A report that ends the attempt is written only after everything that the attempt
 * started is gone (law 14): the next attempt may begin the moment it is in the journal. Whether it ends is known
 * for sure only under the lock; a report that turns out to end the attempt there is held back until they are gone.
 */
import { accept } from '../core/accept.ts';
import type { EventBody } from '../core/event.ts';
import type { Request } from '../core/request.ts';
import { isActive, type BatchState, type WorkRecord } from '../core/state.ts';
import { maskWords } from './mask.ts';
import type { Attempt, WorkerWorld } from './world.ts';

/** The record of the attempt's work while the attempt still holds it; null once it does not. */
export type Standing = WorkRecord | null;

/** Reports; gives what the work stands at afterwards. Null also if the report was refused: the attempt was given up. */
export const report = async (world: WorkerWorld, attempt: Attempt, unmasked: Request): Promise<Standing> => {
  const request = maskWords(unmasked, world.mask);
  let isSwept = false;
  if (mayEndAttempt(await world.journal.read(), request, world.clock.now())) {
    await sweep(world, attempt);
    isSwept = true;
  }
  for (;;) {
    let mustSweep = false;
    const answer = await world.journal.transact(world.worker, (state) => {
      const accepted = accept(state, request, world.clock.now());
      if (!accepted.ok || isSwept || !accepted.events.some(endsAttempt)) return accepted;
      mustSweep = true;
      return { ok: true, events: [] };
    });
    if (!answer.ok) {
      world.log.warn(`attempt ${attempt.number} at ${attempt.work.id} was given up: its report is refused`);
      return null;
    }
    if (!mustSweep) return standing(answer.committed.state, attempt);
    await sweep(world, attempt);
    isSwept = true;
  }
};

/** By what is known without the lock; that it was right is seen under it. */
const mayEndAttempt = (state: BatchState, request: Request, now: number): boolean => {
  const accepted = accept(state, request, now);
  return accepted.ok && accepted.events.some(endsAttempt);
};

/** What the attempt's work stands at now. */
export const standing = (state: BatchState, attempt: Attempt): Standing => {
  const record = state.records[state.relations.indexOf.get(attempt.work.id) ?? -1];
  return record !== undefined && isActive(record.state) && record.state.token === attempt.token ? record : null;
};

/** Ends all that carries the attempt's token. */
export const sweep = async (world: WorkerWorld, attempt: Attempt): Promise<void> => {
  if (world.processes.findByToken(attempt.token, attempt.before).length === 0) return;
  const graceMs = Math.min(2000, world.journal.plan.settings.stop_grace_ms);
  const { ended, survivors } = await world.processes.endAttempt({ token: attempt.token, roots: [], graceMs });
  if (ended.length > 0)
    world.log.info(`${attempt.work.id}: ended ${ended.length} processes that its stages left behind`);
  for (const { pid } of survivors) world.log.error(`${attempt.work.id}: process ${pid} cannot be ended`);
};

const endsAttempt = ({ type }: EventBody): boolean =>
  type === 'work_requeued' || type === 'work_failed' || type === 'work_stopped' || type === 'work_completed';
