/**
 * What is wrong or doubtful in a schedule beyond its form, each with what mends it. Cycles are looked for by the caller,
 * who has the graph, and names of workflows and resources by who has the config.
 */
import type { Schedule, Work } from '../core/work.ts';
import { isWorkId } from './id.ts';
import { nearest } from './nearest.ts';
import { shellWord } from './shell-word.ts';
import { bodyShape, workLimit } from './work.ts';

export interface Finding {
  /** One sentence. */
  readonly text: string;
  /** What to try: a command wherever one does it. */
  readonly fix: string;
}

/** A reference that leads to no work of the schedule. */
export interface MissingReference {
  readonly id: string;
  readonly reference: string;
}

export interface ScheduleReview {
  /** What makes the schedule unusable. */
  readonly errors: readonly Finding[];
  /** What a person should look at; the missing dependencies are among them. */
  readonly warnings: readonly Finding[];
  /** Dependencies on works that are not in the schedule: a warning here, an error at `start` unless allowed. */
  readonly missing: readonly MissingReference[];
}

/** Reviews a schedule. `known`: ids that are no works of it but delivered already, on which others may depend. */
export const validateSchedule = (schedule: Schedule, known: ReadonlySet<string> = new Set()): ScheduleReview => {
  const { works } = schedule;
  const ids = new Map(works.map((work) => [work.id as string, work]));
  const missing = works.flatMap(({ id, dependencies }) =>
    dependencies
      .filter((reference) => !ids.has(reference) && !known.has(reference))
      .map((reference) => ({ id, reference })),
  );
  const near = makeNear([...ids.keys()]);
  return {
    errors: [...countErrors(works), ...idErrors(works), ...bodyErrors(works)],
    warnings: [
      ...missing.map((each) => missingWarning(each, near(each))),
      ...works.flatMap((work) => conflictWarnings(work, ids)),
      ...works.flatMap((work) => priorityWarnings(work, ids)),
      ...works.flatMap(timeWarnings),
      ...groupWarnings(schedule),
    ],
    missing,
  };
};

/** References for which the nearest id is looked for: each look is at every id. */
const looks = 25;

const makeNear = (ids: readonly string[]): ((missing: MissingReference) => string | null) => {
  let left = looks;
  return ({ id, reference }) => {
    if (left-- <= 0 || reference.length > 80) return null;
    const found = nearest(reference, ids);
    return found === id ? null : found;
  };
};

const missingWarning = ({ id, reference }: MissingReference, near: string | null): Finding => ({
  text: `${id} depends on ${reference}, which is not in the schedule`,
  fix: `wf0-schedule edit ${id} remove-dep=${shellWord(reference)}${near === null ? '' : ` add-dep=${near}`}`,
});

const countErrors = ({ length }: readonly Work[]): readonly Finding[] =>
  length <= workLimit
    ? []
    : [
        {
          text: `the schedule has ${length.toLocaleString('en')} works, and ${workLimit.toLocaleString('en')} are the limit`,
          fix: 'make several schedules of it, one after the other',
        },
      ];

const idErrors = (works: readonly Work[]): readonly Finding[] => {
  const seen = new Map<string, string>();
  const texts: string[] = [];
  for (const { id } of works) {
    const first = seen.get(id.toLowerCase());
    if (!isWorkId(id)) texts.push(`${JSON.stringify(id)} is no id`);
    else if (first !== undefined)
      texts.push(first === id ? `two works have the id ${id}` : `${first} and ${id} are the same id ignoring case`);
    else seen.set(id.toLowerCase(), id);
  }
  return texts.map((text) => ({ text, fix: 'give it an id of its own in .wf/schedule.json' }));
};

const bodyErrors = (works: readonly Work[]): readonly Finding[] =>
  works
    .filter(({ body }) => bodyShape(body) !== null)
    .map(({ id }) => ({
      text: `the body of ${id} is longer than 256 KiB`,
      fix: 'put what is long into a file and name that file in the body',
    }));

const conflictWarnings = (work: Work, ids: ReadonlyMap<string, Work>): readonly Finding[] => {
  const doubts = work.conflicts.map((other) => conflictDoubt(work, other, ids));
  const rest = work.conflicts.filter((_, i) => doubts[i] === null);
  return doubts.flatMap((text) =>
    text === null ? [] : [{ text, fix: `wf0-schedule edit ${work.id} conflicts=${rest.join(',')}` }],
  );
};

const conflictDoubt = (
  { id, dependencies }: Work,
  other: Work['conflicts'][number],
  ids: ReadonlyMap<string, Work>,
): string | null => {
  if (other === id) return `${id} conflicts with itself`;
  if (!ids.has(other)) return `${id} conflicts with ${other}, which is not in the schedule`;
  return dependencies.includes(other) ? `${id} conflicts with ${other}, for which it waits anyway` : null;
};

const priorityWarnings = ({ id, priority, dependencies }: Work, ids: ReadonlyMap<string, Work>): readonly Finding[] =>
  dependencies.flatMap((reference) => {
    const dependency = ids.get(reference);
    if (dependency === undefined || dependency.priority <= priority) return [];
    const text = `${id} has priority ${priority}, but waits for ${reference}, which has ${dependency.priority}`;
    return [{ text, fix: `wf0-schedule edit ${reference} priority=${priority}` }];
  });

/** An estimate that the work cannot reach, since it is ended before. */
const timeWarnings = ({ id, estimate_seconds: estimate, max_run_seconds: most }: Work): readonly Finding[] => {
  if (most === 0)
    return [
      {
        text: `${id} may run for 0 s (max_run_seconds): it fails at once`,
        fix: `wf0-schedule edit ${id} max_run_seconds=`,
      },
    ];
  if (most === null || estimate === null || estimate <= most) return [];
  const text = `${id} is estimated at ${estimate} s, but is ended after ${most} s (max_run_seconds)`;
  return [{ text, fix: `wf0-schedule edit ${id} max_run_seconds=${Math.ceil(estimate * 2)}` }];
};

const groupWarnings = ({ groups, works }: Schedule): readonly Finding[] => {
  const known = new Set(works.map(({ group }) => group));
  const without = (names: readonly string[]): string =>
    shellWord(names.filter((name) => known.has(name)).join(',')) || "''";
  return [...new Set([...groups.order, ...groups.pinned])]
    .filter((group) => !known.has(group))
    .map((group) => {
      const words = [
        ...(groups.order.includes(group) ? [`--group ${without(groups.order)}`] : []),
        ...(groups.pinned.includes(group) ? [`--pin ${without(groups.pinned)}`] : []),
      ];
      return { text: `no work is of the group ${group}`, fix: `wf0-schedule order ${words.join(' ')}` };
    });
};
