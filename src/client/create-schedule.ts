/** `create`: works of sources become the schedule, or join it. Nothing is saved if they have a cycle. */
import { findCycle } from '../core/graph.ts';
import { formatTime } from '../core/time.ts';
import type { Schedule, Work, WorkId } from '../core/work.ts';
import { Problem } from '../ports/problem.ts';
import type { SourceRequest } from '../ports/sources.ts';
import { distinctIds } from '../protocol/id.ts';
import { validateSchedule } from '../protocol/validate-schedule.ts';
import type { Client } from './client.ts';
import { readEarlier } from './earlier.ts';
import { cycleProblem } from './plan-batch.ts';
import { lookAtTrust } from './trust.ts';
import { dependenciesIn, emptySchedule, setAsideBroken } from './schedule.ts';

export interface CreateWishes {
  readonly sources: readonly SourceRequest[];
  /** Names of files in folders that are left out. */
  readonly exclude: readonly string[];
  /** Join the schedule that is there. */
  readonly append: boolean;
}

export interface Created {
  readonly schedule: Schedule;
  readonly added: number;
  /** Works that were there before, from the same source, and are read anew. */
  readonly updated: number;
  readonly warnings: readonly string[];
  readonly notices: readonly string[];
}

export const createSchedule = async (client: Client, { sources, exclude, append }: CreateWishes): Promise<Created> => {
  const read = await client.readSources({ sources, exclude, ...(await lookAtSenders(client, sources)) });
  refuseCycle(read.works, atTheSource);
  await client.prepareFolder();
  const aside = append ? null : await setAsideBroken(client);
  const createdAt = formatTime(client.clock.now());
  let joined: Joined = { works: read.works, updated: 0, warnings: [] };
  const schedule = await client.store.changeSchedule((old) => {
    const base = append && old !== null ? old : emptySchedule(createdAt);
    joined = join(base.works, read.works);
    const next = { ...base, sources: joinSources(base.sources, sources), works: joined.works };
    refuseCycle(next.works, atTheSource);
    return next;
  });
  const known = await deliveredIds(client);
  const { warnings } = validateSchedule(schedule as Schedule, known);
  return {
    schedule: schedule as Schedule,
    added: read.works.length - joined.updated,
    updated: joined.updated,
    warnings: [...read.warnings, ...joined.warnings, ...warnings],
    notices: [
      ...read.notices,
      ...(aside === null ? [] : [`the old schedule could not be read; it is kept as ${aside}`]),
    ],
  };
};

/** Sources on a network get the person's token, which goes to no address that a `.wf` from outside names. */
const lookAtSenders = async (
  client: Client,
  sources: readonly SourceRequest[],
): Promise<{ readonly isConfigTrusted: boolean }> => {
  const isSent = sources.some(({ type }) => type === 'github' || type === 'jira');
  return { isConfigTrusted: isSent && (await lookAtTrust(client)).isTrusted };
};

/** Ids that an earlier batch delivered: others may depend on them. */
export const deliveredIds = async (client: Client): Promise<ReadonlySet<string>> =>
  new Set([...(await readEarlier(client))].flatMap(([id, { was_completed }]) => (was_completed ? [id] : [])));

/** Throws the refusal of a cycle; `hint`: what to try before anything is saved. */
export const refuseCycle = (works: readonly Work[], hint: string): void => {
  const path = findCycle(
    works.map(({ id }) => id),
    dependenciesIn(works),
  );
  if (path === null) return;
  const { what, where } = cycleProblem(path);
  throw new Problem({ what, where, hint, code: 'refused' });
};

const atTheSource = 'nothing is saved; take one of these dependencies out of its task file';

interface Joined {
  readonly works: readonly Work[];
  readonly updated: number;
  readonly warnings: readonly string[];
}

const originOf = ({ id, source }: Work): string => JSON.stringify([id.toLowerCase(), source.type, source.ref]);

/** A work of the same id and source takes the old one's place; one of another source gets an id of its own. */
const join = (old: readonly Work[], read: readonly Work[]): Joined => {
  if (old.length === 0) return { works: read, updated: 0, warnings: [] };
  const fresh = new Map(read.map((work) => [originOf(work), work]));
  const kept = old.map((work) => fresh.get(originOf(work)) ?? work);
  const places = new Set(old.map(originOf));
  const { works, warnings } = makeDistinct(
    old,
    read.filter((work) => !places.has(originOf(work))),
  );
  return { works: [...kept, ...works], updated: read.length - works.length, warnings };
};

const makeDistinct = (
  old: readonly Work[],
  added: readonly Work[],
): { readonly works: readonly Work[]; readonly warnings: readonly string[] } => {
  const ids = distinctIds([...old, ...added].map(({ id }) => id)).slice(old.length);
  const renamed = new Map<WorkId, WorkId>(added.map(({ id }, i) => [id, ids[i] ?? id]));
  const rename = (references: readonly WorkId[]): readonly WorkId[] => references.map((id) => renamed.get(id) ?? id);
  return {
    works: added.map((work, i) => ({
      ...work,
      id: ids[i] ?? work.id,
      dependencies: rename(work.dependencies),
      conflicts: rename(work.conflicts),
    })),
    warnings: added.flatMap(({ id }, i) =>
      ids[i] === id ? [] : [`the schedule has another ${id}; the new one is ${ids[i] ?? id}`],
    ),
  };
};

const joinSources = (old: Schedule['sources'], asked: readonly SourceRequest[]): Schedule['sources'] => {
  const all = [...old, ...asked.map((source) => ({ type: source.type, query: queryOf(source) }))];
  return [...new Map(all.map((source) => [JSON.stringify([source.type, source.query]), source])).values()];
};

const queryOf = (source: SourceRequest): string =>
  source.type === 'local' ? source.list : source.type === 'markdown' ? source.paths.join(' ') : source.query;
