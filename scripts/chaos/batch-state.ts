/** How a batch stands, as a person could read it from the journal. */
import { readLines } from './watch.ts';
import type { Line } from './watch.ts';

export interface BatchState {
  /** `none`: no batch was made yet. */
  readonly status: 'none' | 'running' | 'paused' | 'stopping' | 'stopped' | 'completed';
  readonly delivered: ReadonlySet<string>;
  /** Works that a worker has, by worker. */
  readonly held: ReadonlyMap<string, string>;
  /** Workers that answered, by pid. */
  readonly workers: ReadonlyMap<number, string>;
  readonly schedulers: ReadonlySet<number>;
}

const statusAfter: Readonly<Record<string, BatchState['status']>> = {
  batch_created: 'running',
  batch_resumed: 'running',
  batch_paused: 'paused',
  batch_stopped: 'stopped',
  batch_completed: 'completed',
};

const givesBack = new Set(['work_completed', 'work_failed', 'work_stopped', 'work_requeued']);

export const readState = (project: string): BatchState => {
  const delivered = new Set<string>();
  const held = new Map<string, string>();
  const workers = new Map<number, string>();
  const schedulers = new Set<number>();
  let status: BatchState['status'] = 'none';
  for (const line of readLines(project)) {
    status = line.type === 'stop_requested' && line.ids === null ? 'stopping' : (statusAfter[line.type] ?? status);
    if (line.type === 'work_completed') delivered.add(line.id ?? '');
    if (line.type === 'work_retried' && line.rerun === true) delivered.delete(line.id ?? '');
    if (line.type === 'worker_started' && line.process !== undefined) workers.set(line.process.pid, line.worker ?? '');
    if (line.type === 'scheduler_started' && line.process !== undefined) schedulers.add(line.process.pid);
    follow(held, line);
  }
  return { status, delivered, held, workers, schedulers };
};

const follow = (held: Map<string, string>, { type, id = '', worker = '' }: Line): void => {
  if (type === 'work_assigned') held.set(worker, id);
  if (type === 'worker_ended') held.delete(worker);
  if (givesBack.has(type)) for (const [each, work] of held) if (work === id) held.delete(each);
};
