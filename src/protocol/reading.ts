/**
 * What a source said of a work when it was last read, as one short line of the schedule: a fingerprint of each field.
 * By it a re-reading tells a field that a person changed (by `edit` or in an editor) from one that the source changed,
 * and a work that is gone from a source from one that this source never had.
 *
 *     "02-api": "from=5f1c09aa,0b77d2e1+9c0de2aa title=91b0c7d2 body=1c5e0a44 dependencies=77de01ab"
 *
 * `from` are the readings that had it, newest first, each with the queries that were read together. A field that is
 * not named had its default. Eight hexadecimal digits are enough: a value that looks like another one here makes an
 * edit look like none, and nothing else.
 */
import { givenFields, isSame, type GivenField } from '../core/compare-works.ts';
import { asWorkId, type Work } from '../core/work.ts';
import { hashOf } from './plan.ts';
import { completeWork } from './schedule.ts';

export interface Reading {
  readonly from: readonly (readonly string[])[];
  readonly fields: ReadonlyMap<string, string>;
}

/** Readings that are remembered for one work. */
const mostReadings = 6;

/** A query of a source as one word. */
export const queryMark = (type: string, query: string): string => fingerprint([type, query]);

/** What is to be remembered of a work as its source gives it now. `earlier`: what was remembered of it till now. */
export const writeReading = (work: Work, marks: readonly string[], earlier: Reading | null): string => {
  const group = [...marks].sort().join('+');
  const groups = [group, ...(earlier?.from ?? []).map((each) => each.join('+'))];
  const fields = givenFields
    .filter((field) => !isDefault(work, field))
    .map((field) => `${field}=${fingerprint(work[field])}`);
  return [`from=${[...new Set(groups)].slice(0, mostReadings).join(',')}`, ...fields].join(' ');
};

/** Null where nothing is remembered. */
export const readReading = (text: string | undefined): Reading | null => {
  if (text === undefined) return null;
  const fields = new Map(text.split(' ').map((word) => word.split('=', 2) as [string, string]));
  const groups = (fields.get('from') ?? '').split(',').filter((group) => group !== '');
  return { from: groups.map((group) => group.split('+')), fields };
};

/** The fields of a work that are not as its source said when it was read. */
export const fieldsBeside = (work: Work, { fields }: Reading): ReadonlySet<GivenField> => {
  const differs = (field: GivenField): boolean => {
    const mark = fields.get(field);
    if (isDefault(work, field)) return mark !== undefined;
    return mark !== fingerprint(work[field]);
  };
  return new Set(givenFields.filter(differs));
};

const plain = completeWork({ id: asWorkId('plain') });

/** Whether a field says what a work says of which nothing is given but its id. */
const isDefault = (work: Work, field: GivenField): boolean =>
  field === 'title' ? work.title === work.id : isSame(work[field], plain[field]);

/** Whether one of the readings that had the work is done again by these queries, so that it should have come up. */
export const isReadAgain = ({ from }: Reading, marks: ReadonlySet<string>): boolean =>
  from.some((group) => group.every((mark) => marks.has(mark)));

const fingerprint = (value: unknown): string => hashOf(value).slice(0, 8);
