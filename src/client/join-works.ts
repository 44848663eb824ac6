/**
 * `create --append`: what sources say now joins the schedule. Three states meet in each field of a work: what was read
 * last (`protocol/reading.ts`), what the schedule holds, and what is read now. A field that nobody changed by hand
 * follows its source; one that a person changed stays, also when the source changes it, and that is said. A work that
 * its source has no more stays unless it is pruned; one that runs is not pruned.
 */
import type { GivenField } from '../core/compare-works.ts';
import { givenFields, isSame } from '../core/compare-works.ts';
import type { Schedule, Work, WorkId } from '../core/work.ts';
import { fieldsBeside, isReadAgain, readReading, writeReading, type Reading } from '../protocol/reading.ts';
import { matchWorks } from './match-works.ts';
import { makeResolver } from './resolve-references.ts';

export interface Joining {
  readonly read: readonly Work[];
  /** By kind of source, what is read now. */
  readonly marks: ReadonlyMap<string, readonly string[]>;
  /** Take out what its source has no more. */
  readonly prune: boolean;
  /** Ids, in lower case, of works that run: they are not taken out. */
  readonly running: ReadonlySet<string>;
  /** Ids that earlier batches delivered. */
  readonly delivered: ReadonlySet<string>;
}

/** A field that a person changed and its source changed since, too. */
export interface KeptEdit {
  readonly id: WorkId;
  readonly field: GivenField;
  readonly kept: Work;
  readonly source: Work;
}

export interface Joined {
  readonly works: readonly Work[];
  readonly readings: Readonly<Record<string, string>>;
  /** In the schedule still, though their source has them no more: not pruned, or not to be pruned since they run. */
  readonly vanished: readonly Work[];
  readonly keptEdits: readonly KeptEdit[];
  readonly warnings: readonly string[];
}

export const joinWorks = (old: Pick<Schedule, 'works' | 'readings'>, joining: Joining): Joined => {
  const { read, prune, running } = joining;
  const marks = new Map([...joining.marks].map(([type, list]) => [type, new Set(list)]));
  const earlier = new Map(old.works.map((work) => [work, readReading(own(old.readings, work.id))]));
  const refs = new Set(read.map(({ source }) => `${source.type} ${source.ref}`));
  const isGone = (work: Work): boolean => {
    const reading = earlier.get(work) ?? null;
    if (reading === null || refs.has(`${work.source.type} ${work.source.ref}`)) return false;
    return isReadAgain(reading, marks.get(work.source.type) ?? new Set());
  };
  const matched = matchWorks(old.works, read, isGone);
  const again = new Map(matched.old.flatMap((work, i) => (work === undefined ? [] : [[work, i] as const])));
  const gone = old.works.filter((work) => !again.has(work) && isGone(work));
  const going = new Set(prune ? gone.filter(({ id }) => !running.has(id.toLowerCase())) : []);
  const vanished = gone.filter((work) => !going.has(work));

  const staying = old.works.filter((work) => !going.has(work));
  const added = read.flatMap((work, i) =>
    matched.old[i] === undefined ? [{ ...work, id: idAt(matched.ids, i) }] : [],
  );
  const resolver = makeResolver({
    works: [...staying, ...added],
    renamed: new Map(read.map(({ id }, i) => [id, idAt(matched.ids, i)])),
    known: new Set([...joining.delivered, ...old.works.map(({ id }) => id)]),
  });
  const readings: Record<string, string> = {};
  const keptEdits: KeptEdit[] = [];
  const settle = (i: number): Work => {
    const source = resolver.settle({ ...(read[i] as Work), id: idAt(matched.ids, i) }, true);
    const before = matched.old[i];
    const reading = before === undefined ? null : (earlier.get(before) ?? null);
    readings[source.id] = writeReading(source, joining.marks.get(source.source.type) ?? [], reading);
    return before === undefined || reading === null ? source : merge({ before, source, reading }, keptEdits);
  };
  const keep = (work: Work): Work => {
    const reading = earlier.get(work) ?? null;
    const settled = resolver.settle(work, false);
    if (reading === null) return settled;
    readings[work.id] = settled === work ? (own(old.readings, work.id) as string) : reread(work, settled, reading);
    return settled;
  };
  const works = [
    ...staying.map((work) => {
      const i = again.get(work);
      return i === undefined ? keep(work) : settle(i);
    }),
    ...read.flatMap((_, i) => (matched.old[i] === undefined ? [settle(i)] : [])),
  ];
  return {
    works,
    readings,
    vanished,
    keptEdits,
    warnings: [...renamed(read, matched), ...resolver.warnings()],
  };
};

const merge = (
  { before, source, reading }: { readonly before: Work; readonly source: Work; readonly reading: Reading },
  keptEdits: KeptEdit[],
): Work => {
  const edited = fieldsBeside(before, reading);
  if (edited.size === 0) return isSameWork(before, source) ? before : source;
  const changed = fieldsBeside(source, reading);
  const kept = [...edited].filter((field) => !isSame(before[field], source[field]));
  for (const field of kept) if (changed.has(field)) keptEdits.push({ id: before.id, field, kept: before, source });
  const merged = { ...source, ...Object.fromEntries(kept.map((field) => [field, before[field]])) };
  return isSameWork(before, merged) ? before : merged;
};

const isSameWork = (a: Work, b: Work): boolean =>
  givenFields.every((field) => isSame(a[field], b[field])) &&
  a.source.type === b.source.type &&
  a.source.ref === b.source.ref &&
  a.source.url === b.source.url;

/** A reference that has come to its work is no edit: what is remembered follows, where it was as read. */
const reread = (before: Work, settled: Work, reading: Reading): string => {
  const edited = fieldsBeside(before, reading);
  const fields = new Map(reading.fields);
  const now = readReading(writeReading(settled, [], null));
  for (const field of ['dependencies', 'conflicts'] as const) {
    const mark = now?.fields.get(field);
    if (!edited.has(field) && mark !== undefined) fields.set(field, mark);
  }
  return [...fields].map(([name, mark]) => `${name}=${mark}`).join(' ');
};

const renamed = (read: readonly Work[], { old, ids }: ReturnType<typeof matchWorks>): readonly string[] =>
  read.flatMap(({ id, source }, i) => {
    const now = idAt(ids, i);
    if (now === id) return [];
    // Ids differ from those of the source since another work had them first: said once, when the work came.
    if (old[i] === undefined) return [`the schedule has another ${id}; the new one is ${now}`];
    return now.toLowerCase().startsWith(id.toLowerCase()) && /-\d+$/.test(now)
      ? []
      : [`${source.ref} is called ${id} at its source now; the work keeps its id ${now}`];
  });

const idAt = (ids: readonly WorkId[], i: number): WorkId => ids[i] as WorkId;

const own = (readings: Schedule['readings'], id: string): string | undefined =>
  readings !== undefined && Object.hasOwn(readings, id) ? readings[id] : undefined;

/** Works with edits by hand, and the fields of each that are not as read. */
export const editsOf = ({
  works,
  readings,
}: Pick<Schedule, 'works' | 'readings'>): ReadonlyMap<WorkId, ReadonlySet<GivenField>> =>
  new Map(
    works.flatMap((work) => {
      const reading = readReading(own(readings, work.id));
      const edited = reading === null ? new Set<GivenField>() : fieldsBeside(work, reading);
      return edited.size === 0 ? [] : [[work.id, edited] as const];
    }),
  );
