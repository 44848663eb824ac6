/** The schedule: reading it, and finding what a person names in it. */
import type { Schedule, Work, WorkId } from '../core/work.ts';
import { Problem } from '../ports/problem.ts';
import { nearest } from '../protocol/nearest.ts';
import { clip } from '../view/clean.ts';
import type { Client } from './client.ts';

/** The schedule, or a refusal that says how to make one. */
export const requireSchedule = async (client: Client): Promise<Schedule> =>
  (await client.store.readSchedule()) ?? refuse(client);

const refuse = (client: Client): never => {
  throw noSchedule(client);
};

/** Changes the schedule that is there, atomically; the old one, given back, writes nothing. Without one nothing is made. */
export const changeSchedule = async (client: Client, body: (schedule: Schedule) => Schedule): Promise<Schedule> => {
  await requireSchedule(client);
  return (await client.store.changeSchedule((old) => (old === null ? null : body(old)))) ?? refuse(client);
};

/**
 * A schedule that cannot be read stands in the way of the one that is to replace it: it is set aside, and its new name
 * given. One of a newer program stays, as a Problem. Null: it can be read, or there is none.
 */
export const setAsideBroken = async (client: Client): Promise<string | null> => {
  try {
    await client.store.readSchedule();
    return null;
  } catch (error) {
    // A `.wf` that is a link is refused as well, and what lies behind it may be anybody's.
    const isBroken =
      error instanceof Problem &&
      error.code === 'refused' &&
      error.where.startsWith(scheduleFile(client.root)) &&
      !error.what.startsWith('this schedule is of version');
    if (!isBroken) throw error;
    return (await client.openMachine()).setAside(scheduleFile(client.root));
  }
};

/** The refusal of whatever needs a schedule. */
export const noSchedule = ({ root, repository }: Pick<Client, 'root' | 'repository'>): Problem =>
  new Problem({
    what: repository === null ? 'not in a git repository, and there is no .wf' : 'there is no schedule',
    where: scheduleFile(root),
    hint: 'make one, for example from a folder of task files: wf0-schedule create md=tasks/',
    code: 'refused',
  });

/** As messages name it. */
export const scheduleFile = (root: string): string => `${root}/.wf/schedule.json`;

/** The work of this id, upper and lower case folded; throws a Problem that names the nearest one. */
export const findWork = ({ works }: Pick<Schedule, 'works'>, id: string, where: string): Work => {
  const wanted = id.toLowerCase();
  const found = works.find((work) => work.id.toLowerCase() === wanted);
  if (found !== undefined) return found;
  const near = nearestTo(
    id,
    works.map((work) => work.id),
  );
  const hint = near === null ? 'see: wf0-schedule show' : `did you mean ${near}? See: wf0-schedule show`;
  throw new Problem({
    what: `there is no work ${quoteId(id)} in the schedule`,
    where,
    hint,
    code: 'refused',
    isUnknown: true,
  });
};

/** The id that was probably meant; nothing is near to no text, or to one that no id can be as long as. */
export const nearestTo = (id: string, known: readonly string[]): string | null =>
  id === '' || id.length > 80 ? null : nearest(id, known);

/** What a person typed for an id, fit for one line: as it is if it is plain, else in quotes, at most 80 characters. */
export const quoteId = (id: string): string => (/^[A-Za-z0-9._-]{1,80}$/.test(id) ? id : JSON.stringify(clip(id, 80)));

/** An empty one, made now. */
export const emptySchedule = (createdAt: string): Schedule => ({
  version: 1,
  created_at: createdAt,
  sources: [],
  groups: { order: [], pinned: [] },
  works: [],
});

/** What each work of a list needs. */
export const dependenciesIn = (
  works: readonly Pick<Work, 'id' | 'dependencies'>[],
): ((id: string) => readonly WorkId[]) => {
  const byId = new Map<string, readonly WorkId[]>(works.map(({ id, dependencies }) => [id, dependencies]));
  return (id) => byId.get(id) ?? [];
};
