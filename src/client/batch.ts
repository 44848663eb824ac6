/** The newest batch and what of it lives. */
import type { BatchState } from '../core/state.ts';
import { Problem } from '../ports/problem.ts';
import type { Journal } from '../ports/store.ts';
import type { Client } from './client.ts';

/** The newest batch, or a refusal that says how to make one. */
export const openLatest = async ({ store, root, say }: Client): Promise<Journal<BatchState>> => {
  const journal = await store.openBatch();
  if (journal !== null) {
    tellDamage({ say }, journal);
    return journal;
  }
  throw new Problem({
    what: 'there is no batch here',
    where: root,
    hint: 'begin one: wf0-schedule create md=tasks/, then wf0-batch start',
    code: 'refused',
  });
};

/** Says what a journal lost, and where it is kept; nothing if it is whole. */
export const tellDamage = ({ say }: Pick<Client, 'say'>, { damage, directory }: Journal<BatchState>): void => {
  if (damage === null) return;
  const { droppedLines, setAside } = damage;
  const lines = droppedLines === 1 ? '1 line' : `${droppedLines} lines`;
  const kept = setAside === null ? '' : `; what the journal was is kept as ${setAside}`;
  if (droppedLines > 0) say(`warning: ${lines} of the journal cannot be read (${directory})${kept}`);
  else if (damage.tornBytes > 0)
    say(`warning: the last line of the journal was written only in part (${directory}); it is dropped`);
};

export const isUnfinished = ({ batch: { status } }: BatchState): boolean =>
  status !== 'completed' && status !== 'stopped';

/** Works of a stopped batch with which a resume would go on. */
export const countLeft = ({ batch, records, doomedBy }: BatchState): number =>
  batch.status !== 'stopped'
    ? 0
    : records.filter(({ state: { status } }, i) => status === 'stopped' || (status === 'queued' && doomedBy[i] === -1))
        .length;

/** Whether the scheduler that the journal names lives and holds the batch. */
export const isSchedulerAlive = ({ processes }: Pick<Client, 'processes'>, { scheduler }: BatchState): boolean =>
  scheduler !== null && scheduler.ended === null && processes.isAlive(scheduler.process);

/** Waits until the state is as wished; gives the last state and whether it is. */
export const waitUntil = async (
  { clock }: Pick<Client, 'clock'>,
  journal: Journal<BatchState>,
  {
    isThere,
    timeoutMs,
  }: { readonly isThere: (state: BatchState) => boolean | Promise<boolean>; readonly timeoutMs: number },
): Promise<{ readonly state: BatchState; readonly isThere: boolean }> => {
  const deadline = clock.elapsed() + timeoutMs;
  for (;;) {
    const state = await journal.read();
    if (await isThere(state)) return { state, isThere: true };
    const left = deadline - clock.elapsed();
    if (left <= 0) return { state, isThere: false };
    // Processes die without a line in the journal: look again now and then.
    await journal.changed({ timeoutMs: Math.min(left, 250) });
  }
};
