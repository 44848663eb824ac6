/** `edit` and `order`: one change of the schedule, checked as a whole before it is written. */
import type { Schedule, Work, WorkId } from '../core/work.ts';
import { Problem } from '../ports/problem.ts';
import { nearest } from '../protocol/nearest.ts';
import { clip } from '../view/clean.ts';
import type { Client } from './client.ts';
import { deliveredIds, refuseCycle } from './create-schedule.ts';
import { findWork, noSchedule, quoteId } from './schedule.ts';

/** One `key=value` of the command line. */
export interface Assignment {
  readonly key: string;
  readonly value: string;
}

export interface Edited {
  readonly before: Work;
  readonly after: Work;
}

/** The keys of `edit`, in the order of its help. */
export const editKeys = [
  'priority',
  'dependencies',
  'add-dep',
  'remove-dep',
  'conflicts',
  'group',
  'workflow',
  'title',
] as const;

/** Changes one work; throws a Problem for whatever does not fit, and then nothing is changed. */
export const editWork = async (client: Client, id: string, assignments: readonly Assignment[]): Promise<Edited> => {
  const workflows = assignments.some(({ key }) => key === 'workflow')
    ? Object.keys((await client.readConfig()).workflows)
    : [];
  const delivered = await deliveredIds(client);
  let edited: Edited | null = null;
  const saved = await change(client, (schedule) => {
    const before = findWork(schedule, id, 'wf0-schedule edit');
    const after = assignments.reduce(
      (work, assignment) => assign(work, assignment, { schedule, workflows, delivered }),
      before,
    );
    edited = { before, after };
    if (JSON.stringify(before) === JSON.stringify(after)) return schedule;
    const works = schedule.works.map((work) => (work === before ? after : work));
    refuseCycle(works, 'nothing is changed; leave one of these dependencies out');
    return { ...schedule, works };
  });
  if (saved === null || edited === null) throw noSchedule(client);
  return edited;
};

/** Sets the order of groups; what is null stays. */
export const orderGroups = async (
  client: Client,
  wish: { readonly order: readonly string[] | null; readonly pinned: readonly string[] | null },
): Promise<Schedule> => {
  const saved = await change(client, (schedule) => {
    const known = [...new Set(schedule.works.flatMap(({ group }) => group ?? []))];
    for (const group of [...(wish.order ?? []), ...(wish.pinned ?? [])])
      if (!known.includes(group)) throw unknownGroup(group, known);
    const groups = { order: wish.order ?? schedule.groups.order, pinned: wish.pinned ?? schedule.groups.pinned };
    return JSON.stringify(groups) === JSON.stringify(schedule.groups) ? schedule : { ...schedule, groups };
  });
  if (saved === null) throw noSchedule(client);
  return saved;
};

/** Without a schedule nothing is made. */
const change = async (client: Client, body: (schedule: Schedule) => Schedule): Promise<Schedule | null> => {
  if ((await client.store.readSchedule()) === null) return null;
  return client.store.changeSchedule((old) => (old === null ? null : body(old)));
};

interface Scene {
  readonly schedule: Schedule;
  readonly workflows: readonly string[];
  readonly delivered: ReadonlySet<string>;
}

const assign = (work: Work, { key, value }: Assignment, scene: Scene): Work => {
  const where = `${key}=${clip(value, 80)}`;
  switch (key as (typeof editKeys)[number]) {
    case 'priority':
      if (!/^[1-9]\d{0,8}$/.test(value))
        throw usage('a priority is a whole number from 1', where, '1 comes first, 3 is the default: priority=1');
      return { ...work, priority: Number(value) };
    case 'dependencies':
      return { ...work, dependencies: resolveAll(value, where, scene) };
    case 'add-dep':
      return { ...work, dependencies: [...new Set([...work.dependencies, ...resolveAll(value, where, scene)])] };
    case 'remove-dep':
      return { ...work, dependencies: removeAll(work, value, where) };
    case 'conflicts':
      return { ...work, conflicts: resolveAll(value, where, scene).filter((id) => id !== work.id) };
    case 'group':
      return { ...work, group: oneLine(value, where) === '' ? null : value };
    case 'workflow':
      return { ...work, workflow: value === '' ? null : knownWorkflow(value, where, scene) };
    case 'title':
      if (oneLine(value, where) === '') throw usage('a title has at least one character', where, 'title="Add the API"');
      return { ...work, title: value };
  }
};

const split = (list: string): readonly string[] =>
  list
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');

const resolveAll = (list: string, where: string, { schedule, delivered }: Scene): readonly WorkId[] => {
  const asDelivered = new Map([...delivered].map((id) => [id.toLowerCase(), id as WorkId]));
  const ids = split(list).map((id) => asDelivered.get(id.toLowerCase()) ?? findWork(schedule, id, where).id);
  return [...new Set(ids)];
};

const removeAll = (work: Work, list: string, where: string): readonly WorkId[] => {
  const wanted = split(list);
  for (const id of wanted) {
    if (work.dependencies.some((dependency) => dependency.toLowerCase() === id.toLowerCase())) continue;
    const has =
      work.dependencies.length === 0
        ? 'it depends on nothing'
        : `it depends on: ${clip(work.dependencies.join(', '), 200)}`;
    throw new Problem({ what: `${work.id} does not depend on ${quoteId(id)}`, where, hint: has, code: 'refused' });
  }
  const folded = new Set(wanted.map((id) => id.toLowerCase()));
  return work.dependencies.filter((id) => !folded.has(id.toLowerCase()));
};

const oneLine = (value: string, where: string): string => {
  if (!/\p{Cc}/u.test(value) && value.length <= 500) return value;
  throw usage('it must be text on one line, of at most 500 characters', where, 'write it without line breaks');
};

const knownWorkflow = (name: string, where: string, { workflows }: Scene): string => {
  if (workflows.includes(name)) return name;
  const near = nearest(name, workflows);
  const hint =
    near === null
      ? `workflows there are: ${workflows.join(', ')}`
      : `did you mean ${near}? There are: ${workflows.join(', ')}`;
  throw new Problem({ what: `the config has no workflow ${quoteId(name)}`, where, hint, code: 'refused' });
};

const unknownGroup = (group: string, known: readonly string[]): Problem => {
  const near = nearest(group, known);
  const list = known.length === 0 ? 'no work has a group' : `groups there are: ${clip(known.join(', '), 200)}`;
  return new Problem({
    what: `no work is of the group ${quoteId(group)}`,
    where: 'wf0-schedule order',
    hint: near === null ? list : `did you mean ${near}? ${list}`,
    code: 'refused',
  });
};

const usage = (what: string, where: string, hint: string): Problem => new Problem({ what, where, hint, code: 'usage' });
