/** `create`: works of sources become the schedule, or join it. Nothing is saved if they have a cycle. */
import { compareWorks, type Changes } from '../core/compare-works.ts';
import { findCycle } from '../core/graph.ts';
import { formatTime } from '../core/time.ts';
import type { Schedule, SourceType, Work, WorkId } from '../core/work.ts';
import { Problem } from '../ports/problem.ts';
import type { SourceRequest, SourceWorks } from '../ports/sources.ts';
import { writeSchedule } from '../protocol/schedule.ts';
import { validateSchedule } from '../protocol/validate-schedule.ts';
import { workLimit } from '../protocol/work.ts';
import { changedSinceDelivery } from './changed-since-delivery.ts';
import type { Client } from './client.ts';
import { countChanges, describeKeptEdit, replacedWarnings, vanishedWarnings } from './creation-warnings.ts';
import { readEarlier, type EarlierWork } from './earlier.ts';
import { joinWorks, type Joined } from './join-works.ts';
import { cycleProblem } from './plan-batch.ts';
import { findRunningBatch, frozenNotices, type RunningBatch } from './running-batch.ts';
import { lookAtTrust } from './trust.ts';
import { dependenciesIn, emptySchedule, setAsideBroken } from './schedule.ts';
import { marksOf, queryOf } from './source-query.ts';

export interface CreateWishes {
  readonly sources: readonly SourceRequest[];
  /** Names of files in folders that are left out. */
  readonly exclude: readonly string[];
  /** Join the schedule that is there. */
  readonly append: boolean;
  /** With `append`: take out works that these sources have no more. */
  readonly prune: boolean;
}

export interface Created {
  readonly schedule: Schedule;
  /** Null: there was none to compare with. */
  readonly changes: Changes | null;
  /** Works that their source has no more, and that stay. */
  readonly vanished: readonly Work[];
  readonly warnings: readonly string[];
  readonly notices: readonly string[];
}

export const createSchedule = async (client: Client, wishes: CreateWishes): Promise<Created> => {
  const { sources, exclude, append } = wishes;
  const read = await client.readSources({ sources, exclude, ...(await lookAtSenders(client, sources)) });
  refuseCycle(read.works, atTheSource);
  await client.prepareFolder();
  const aside = append ? null : await setAsideBroken(client);
  const earlier = await readEarlier(client);
  const batch = await findRunningBatch(client);
  const delivered = deliveredOf(earlier);
  const joining = { read: read.works, marks: marksOf(sources, client), prune: wishes.prune, delivered };
  let made: Made | null = null;
  await client.store.changeSchedule((old) => {
    const fresh = emptySchedule(formatTime(client.clock.now()));
    const base = append && old !== null ? old : fresh;
    const joined = joinWorks(base, { ...joining, running: batch?.running ?? new Set() });
    const asked = sources.map((source) => queryOf(source, client));
    const next = {
      ...base,
      sources: joinSources(base.sources, asked),
      works: joined.works,
      readings: joined.readings,
      workflows: { ...base.workflows, ...read.workflows },
    };
    refuseTooMany(next);
    refuseCycle(next.works, atTheSource);
    made = { old, next, joined };
    return old !== null && isSameText(old, next) ? old : next;
  });
  return describe(client, made as unknown as Made, { ...wishes, read, aside, batch, earlier, delivered });
};

interface Made {
  readonly old: Schedule | null;
  readonly next: Schedule;
  readonly joined: Joined;
}

interface Around extends CreateWishes {
  readonly read: SourceWorks;
  readonly aside: string | null;
  readonly batch: RunningBatch | null;
  readonly earlier: ReadonlyMap<WorkId, EarlierWork>;
  readonly delivered: ReadonlySet<string>;
}

/** What a person is told of it. */
const describe = async (client: Client, { old, next, joined }: Made, around: Around): Promise<Created> => {
  const { read, aside, append, batch, earlier, delivered } = around;
  const changes = old === null ? null : compareWorks(old.works, next.works);
  const { warnings } = validateSchedule(next, delivered);
  const again = await changedSinceDelivery(client, next.works, earlier);
  return {
    schedule: next,
    changes,
    vanished: joined.vanished,
    warnings: [
      ...read.warnings,
      ...joined.warnings,
      ...vanishedWarnings(joined, around),
      ...joined.keptEdits.map(describeKeptEdit),
      ...(old === null || append || changes === null ? [] : replacedWarnings(old, next, changes)),
      ...warnings.map(({ text }) => text),
      ...again,
    ],
    notices: [
      ...read.notices,
      ...(aside === null ? [] : [`the old schedule could not be read; it is kept as ${aside}`]),
      ...(changes === null || batch === null || countChanges(changes) === 0 ? [] : frozenNotices(batch, changes)),
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
  deliveredOf(await readEarlier(client));

const deliveredOf = (earlier: ReadonlyMap<WorkId, EarlierWork>): ReadonlySet<string> =>
  new Set([...earlier].flatMap(([id, { was_completed }]) => (was_completed ? [id] : [])));

/** Works beyond the limit would make a schedule that no command reads again. */
const refuseTooMany = ({ works }: Schedule): void => {
  if (works.length <= workLimit) return;
  throw new Problem({
    what: `${works.length.toLocaleString('en')} works are more than a schedule holds (${workLimit.toLocaleString('en')})`,
    where: 'wf0-schedule create',
    hint: 'nothing is saved; take fewer sources, or several schedules one after the other',
    code: 'refused',
  });
};

/** Most schedules differ in their time already, and need not be written out to be compared. */
const isSameText = (a: Schedule, b: Schedule): boolean =>
  a.created_at === b.created_at && a.works.length === b.works.length && writeSchedule(a) === writeSchedule(b);

/** Throws the refusal of a cycle; `hint`: what to try before anything is saved, given a work of it. */
export const refuseCycle = (works: readonly Work[], hint: (one: Work | undefined) => string): void => {
  const path = findCycle(
    works.map(({ id }) => id),
    dependenciesIn(works),
  );
  if (path === null) return;
  const { what, where } = cycleProblem(path);
  const one = works.find(({ id }) => id === path[0]);
  throw new Problem({ what, where, hint: hint(one), code: 'refused' });
};

const atTheSource = (one: Work | undefined): string =>
  `nothing is saved; take one of these dependencies out of its ${writtenIn[one?.source.type ?? 'markdown']}`;

/** What a person edits to change a work of a source. */
const writtenIn: Readonly<Record<SourceType, string>> = {
  github: 'issue',
  jira: 'issue',
  markdown: 'task file',
  manifest: 'manifest',
  catalog: 'catalogue',
  beads: 'bead',
  taskmaster: 'task in tasks.json',
  speckit: 'line in tasks.md',
  ccpm: 'task file',
  backlog: 'task file',
  local: 'entry in .wf/schedule.json',
};

const joinSources = (old: Schedule['sources'], asked: Schedule['sources']): Schedule['sources'] => [
  ...new Map([...old, ...asked].map((source) => [JSON.stringify([source.type, source.query]), source])).values(),
];
