/** What a worker has to do, read from the state: the journal is all that a scheduler says to it. */
import { slotOf } from './decide.ts';
import type { PlannedWork } from './plan.ts';
import { isActive, type BatchState, type WorkRecord } from './state.ts';

export type WorkerTask =
  /** Its slot went to another process, or the batch needs it no more. */
  | { readonly kind: 'leave'; readonly reason: string }
  | { readonly kind: 'idle' }
  | { readonly kind: 'attempt'; readonly token: string; readonly work: PlannedWork; readonly record: WorkRecord };

export const findTask = (state: BatchState, worker: string, incarnation: string): WorkerTask => {
  const slot = state.workers.find((each) => each.worker === worker);
  if (slot?.incarnation !== incarnation || slot.status !== 'live')
    return { kind: 'leave', reason: 'another worker has its slot' };
  const record = state.records[slot.work];
  const work = state.works[slot.work];
  if (record !== undefined && work !== undefined && isActive(record.state) && record.state.worker === worker)
    return { kind: 'attempt', token: record.state.token, work, record };
  const { status, parallel } = state.batch;
  if (status === 'stopped' || status === 'completed') return { kind: 'leave', reason: `the batch is ${status}` };
  if (status === 'stopping') return { kind: 'leave', reason: 'the batch is stopping' };
  if (slotOf(worker) > parallel) return { kind: 'leave', reason: `only ${parallel} workers are wanted` };
  return { kind: 'idle' };
};
