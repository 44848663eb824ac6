/** What is wrong or doubtful in a schedule beyond its form. Cycles are looked for by the caller, who has the graph. */
import type { Schedule, Work } from '../core/work.ts';
import { isWorkId } from './id.ts';
import { bodyShape, workLimit } from './work.ts';

/** A reference that leads to no work of the schedule. */
export interface MissingReference {
  readonly id: string;
  readonly reference: string;
}

export interface ScheduleReview {
  /** What makes the schedule unusable, a sentence each. */
  readonly errors: readonly string[];
  /** What a person should look at, a sentence each; the missing dependencies are among them. */
  readonly warnings: readonly string[];
  /** Dependencies on works that are not in the schedule: a warning here, an error at `start` unless allowed. */
  readonly missing: readonly MissingReference[];
}

/** Reviews a schedule. `known`: ids that are no works of it but delivered already, on which others may depend. */
export const validateSchedule = (schedule: Schedule, known: ReadonlySet<string> = new Set()): ScheduleReview => {
  const ids = new Map(schedule.works.map((work) => [work.id as string, work]));
  const missing = schedule.works.flatMap(({ id, dependencies }) =>
    dependencies
      .filter((reference) => !ids.has(reference) && !known.has(reference))
      .map((reference) => ({ id, reference })),
  );
  return {
    errors: [...countErrors(schedule), ...idErrors(schedule.works), ...bodyErrors(schedule.works)],
    warnings: [
      ...missing.map(({ id, reference }) => `${id} depends on ${reference}, which is not in the schedule`),
      ...schedule.works.flatMap((work) => conflictWarnings(work, ids)),
      ...schedule.works.flatMap((work) => priorityWarnings(work, ids)),
      ...groupWarnings(schedule),
    ],
    missing,
  };
};

const countErrors = ({ works }: Schedule): string[] =>
  works.length > workLimit
    ? [
        `the schedule has ${works.length.toLocaleString('en')} works, and ${workLimit.toLocaleString('en')} are the limit`,
      ]
    : [];

const idErrors = (works: readonly Work[]): string[] => {
  const seen = new Map<string, string>();
  const errors: string[] = [];
  for (const { id } of works) {
    const first = seen.get(id.toLowerCase());
    if (!isWorkId(id)) errors.push(`${JSON.stringify(id)} is no id`);
    else if (first !== undefined)
      errors.push(first === id ? `two works have the id ${id}` : `${first} and ${id} are the same id ignoring case`);
    else seen.set(id.toLowerCase(), id);
  }
  return errors;
};

const bodyErrors = (works: readonly Work[]): string[] =>
  works.filter(({ body }) => bodyShape(body) !== null).map(({ id }) => `the body of ${id} is longer than 256 KiB`);

const conflictWarnings = ({ id, conflicts }: Work, ids: ReadonlyMap<string, Work>): string[] =>
  conflicts
    .filter((other) => other === id || !ids.has(other))
    .map((other) =>
      other === id ? `${id} conflicts with itself` : `${id} conflicts with ${other}, which is not in the schedule`,
    );

const priorityWarnings = ({ id, priority, dependencies }: Work, ids: ReadonlyMap<string, Work>): string[] =>
  dependencies.flatMap((reference) => {
    const dependency = ids.get(reference);
    return dependency === undefined || dependency.priority <= priority
      ? []
      : [`${id} has priority ${priority}, but waits for ${reference}, which has ${dependency.priority}`];
  });

const groupWarnings = ({ groups, works }: Schedule): string[] => {
  const known = new Set(works.map(({ group }) => group));
  return [...new Set([...groups.order, ...groups.pinned])]
    .filter((group) => !known.has(group))
    .map((group) => `no work is of the group ${group}`);
};
