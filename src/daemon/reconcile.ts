/** Before anything is dispatched: what the journal lost is looked for in the refs and on the remote. */
import { accept } from '../core/accept.ts';
import type { SchedulerWorld } from './world.ts';

/**
 * After journal lines were set aside, a `completed` line may be among them. A queued work whose delivered pin is
 * there, made by this batch or on top of its base, is completed again instead of being run twice.
 */
export const reconcile = async ({ journal, repository, clock, log }: SchedulerWorld): Promise<void> => {
  const state = await journal.read();
  if (journal.damage !== null) {
    const { tornBytes, droppedLines, setAside } = journal.damage;
    if (droppedLines > 0) log.warn(`${droppedLines} damaged journal lines are set aside in ${setAside ?? 'a copy'}`);
    else if (tornBytes > 0) log.warn('a half-written last line of the journal was dropped');
  }
  if (repository === null || !(await wasRepaired(journal))) return;
  const delivered = await repository.delivered();
  for (const [i, work] of state.works.entries()) {
    const commit = delivered.get(work.id);
    const record = state.records[i];
    if (commit === undefined || record?.state.status !== 'queued' || work.previous?.was_completed === true) continue;
    if (work.previous?.own_heads.includes(commit) === true) continue;
    const head =
      work.branch === null ? null : await repository.remoteHead(state.plan.settings.push_remote, work.branch);
    const pushed = head?.reached === true && head.commit === commit;
    log.warn(`${work.id} was delivered as ${commit.slice(0, 10)}; its lost lines are restored`);
    await journal.transact('recovery', (newest) =>
      accept(newest, { type: 'restore_delivery', id: work.id, commit, pushed }, clock.now()),
    );
  }
};

const wasRepaired = async (journal: SchedulerWorld['journal']): Promise<boolean> => {
  if ((journal.damage?.droppedLines ?? 0) > 0) return true;
  for await (const event of journal.events(1)) if (event.type === 'journal_repaired') return true;
  return false;
};
