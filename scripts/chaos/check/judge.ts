/** The promises of the program, held against what was seen. Pure: evidence in, broken promises out. */
import type { Evidence, JournalLine } from './evidence.ts';
import { differenceOf, expectedTrees } from './expected-trees.ts';

/** A broken promise: which one, and how. */
export interface Violation {
  readonly promise: keyof typeof promises;
  readonly text: string;
}

type Check = (evidence: Evidence) => readonly string[];

/** None if every promise was kept. */
export const judge = (evidence: Evidence): readonly Violation[] =>
  (Object.keys(promises) as (keyof typeof promises)[]).flatMap((promise) =>
    promises[promise](evidence).map((text) => ({ promise, text })),
  );

const isSettled: Check = ({ isSettled: is }) => (is ? [] : ['the batch was not brought to its end']);

const journalIsWhole: Check = ({ journal, damage }) => [
  ...damage,
  ...journal.flatMap(({ seq }, i) => (seq === i + 1 ? [] : [`line ${i + 1} has the number ${seq}`])).slice(0, 3),
];

const deliveredOnce: Check = ({ works, journal }) =>
  works.flatMap(({ id }) => {
    const count = linesOf(journal, 'work_completed', id).length;
    const reruns = linesOf(journal, 'work_retried', id).filter(({ rerun }) => rerun === true).length;
    return count === 1 + reruns ? [] : [`${id} was delivered ${count} times`];
  });

const stagesPassOnce: Check = ({ works, journal }) =>
  works.flatMap(({ id }) =>
    ['write', 'polish'].flatMap((stage) => {
      const passed = linesOf(journal, 'stage_passed', id).filter((line) => line.stage === stage).length;
      const again = linesOf(journal, 'work_retried', id).filter(({ from_index: from }) => from != null).length;
      if (passed === 0) return [`${stage} of ${id} never passed`];
      return passed <= 1 + again ? [] : [`${stage} of ${id} passed ${passed} times`];
    }),
  );

const remoteHolds: Check = ({ works, journal, remoteHeads, pins }) =>
  works.flatMap(({ id }) => {
    const named = linesOf(journal, 'work_completed', id).at(-1)?.commit ?? null;
    if (named === null) return [];
    const head = remoteHeads.get(`wf/${id}`);
    return [
      ...(head === named ? [] : [`the remote has wf/${id} at ${head ?? 'nothing'}, the journal names ${named}`]),
      ...(pins.get(id) === named
        ? []
        : [`${id} is pinned at ${pins.get(id) ?? 'nothing'}, the journal names ${named}`]),
    ];
  });

/** What a worker reports speaks of the newest attempt at its work. */
const reportsAreFenced: Check = ({ journal }) => {
  const newest = new Map<string, string>();
  return journal.flatMap(({ type, id = '', token, seq }) => {
    if (token === undefined) return [];
    if (type === 'work_assigned') newest.set(id, token);
    return newest.get(id) === token ? [] : [`line ${seq} is a ${type} of an attempt at ${id} that was given up`];
  });
};

const noForeignCommitLost: Check = ({ overwritten }) => overwritten;

const noDraftLost: Check = ({ drafts }) =>
  drafts.flatMap(({ name, foundIn }) => (foundIn === null ? [`the uncommitted ${name} is nowhere`] : []));

const neverTooMany: Check = ({ starts, parallel, journal }) => [
  ...starts.flatMap(({ work, stage, others, same }) => [
    ...(others + 1 > parallel ? [`${stage} of ${work} ran beside ${others} others, ${parallel} may run`] : []),
    ...(same > 0 ? [`${stage} of ${work} ran twice at once`] : []),
  ]),
  ...tooManyHeld(journal, parallel),
];

const ends = new Set(['work_completed', 'work_failed', 'work_stopped', 'work_requeued']);

const tooManyHeld = (journal: readonly JournalLine[], parallel: number): readonly string[] => {
  const held = new Set<string>();
  return journal.flatMap(({ type, id = '', seq }) => {
    if (type === 'work_assigned') held.add(id);
    if (ends.has(type)) held.delete(id);
    return held.size > parallel ? [`${held.size} works are held at line ${seq}, ${parallel} may be`] : [];
  });
};

const dependenciesFirst: Check = ({ works, journal }) =>
  works.flatMap(({ id, dependencies }) => {
    const first = linesOf(journal, 'work_assigned', id)[0]?.seq ?? Infinity;
    return dependencies.flatMap((each) => {
      const delivered = linesOf(journal, 'work_completed', each)[0]?.seq ?? Infinity;
      return first < delivered ? [`${id} was begun before ${each} was delivered`] : [];
    });
  });

const nothingLeft: Check = ({ leftovers }) => leftovers;

const bystandersUntouched: Check = ({ trespasses }) => trespasses;

const treesAsWithoutFaults: Check = ({ works, trees }) => {
  const expected = expectedTrees(works);
  return works.flatMap(({ id }) => {
    const found = trees.get(id);
    if (found === undefined) return [`${id} has no delivered tree`];
    const difference = differenceOf(expected.get(id) ?? new Map(), found);
    return difference === null ? [] : [`${id}: ${difference}`];
  });
};

const linesOf = (journal: readonly JournalLine[], type: string, id: string): readonly JournalLine[] =>
  journal.filter((line) => line.type === type && line.id === id);

/** Every promise that is looked at, by name. */
export const promises = {
  isSettled,
  journalIsWhole,
  deliveredOnce,
  stagesPassOnce,
  remoteHolds,
  reportsAreFenced,
  noForeignCommitLost,
  noDraftLost,
  neverTooMany,
  dependenciesFirst,
  nothingLeft,
  bystandersUntouched,
  treesAsWithoutFaults,
} satisfies Readonly<Record<string, Check>>;
