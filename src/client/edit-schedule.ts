/** `edit`: works of the schedule changed by hand, checked as a whole before anything is written. */
import { isSame } from '../core/compare-works.ts';
import type { GivenField } from '../core/compare-works.ts';
import { givenFields } from '../core/compare-works.ts';
import type { Work } from '../core/work.ts';
import { assign, type Assignment, type Scene } from './assign.ts';
import type { Client } from './client.ts';
import { deliveredIds, refuseCycle } from './create-schedule.ts';
import { changeSchedule, findWork } from './schedule.ts';

export interface Edited {
  readonly before: Work;
  readonly after: Work;
  /** Empty if the work was as wished already. */
  readonly fields: readonly GivenField[];
}

/**
 * Gives works of these ids other values; one answer a work, in the order given. Throws a Problem for whatever does not
 * fit (an unknown id, reference or workflow, a cycle), and then no work is changed.
 */
export const editWorks = async (
  client: Client,
  ids: readonly string[],
  assignments: readonly Assignment[],
): Promise<readonly Edited[]> => {
  const workflows = assignments.some(({ key }) => key === 'workflow')
    ? Object.keys((await client.readConfig()).workflows)
    : [];
  const delivered = await deliveredIds(client);
  let edited: readonly Edited[] = [];
  await changeSchedule(client, (schedule) => {
    const scene = { schedule, workflows, delivered };
    const before = new Set(ids.map((id) => findWork(schedule, id, 'wf0-schedule edit')));
    edited = [...before].map((work) => edit(work, assignments, scene));
    const after = new Map(edited.filter(({ fields }) => fields.length > 0).map((each) => [each.before, each.after]));
    if (after.size === 0) return schedule;
    const works = schedule.works.map((work) => after.get(work) ?? work);
    refuseCycle(works, () => 'nothing is changed; leave one of these dependencies out');
    return { ...schedule, works };
  });
  return edited;
};

const edit = (before: Work, assignments: readonly Assignment[], scene: Scene): Edited => {
  const after = assignments.reduce((work, assignment) => assign(work, assignment, scene), before);
  return { before, after, fields: givenFields.filter((field) => !isSame(before[field], after[field])) };
};
