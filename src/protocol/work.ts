/** Shapes of works and groups, and the limits of SPEC 15. */
import { sourceTypes } from '../core/work.ts';
import type { Groups, Work, WorkSource } from '../core/work.ts';
import { isWorkId } from './id.ts';
import { integer, list, matching, nullable, number, object, oneOf, optional, record, text } from './shape.ts';
import type { Members, Shape } from './shape.ts';

/** Works in a schedule or plan, at most. */
export const workLimit = 100_000;
/** A work's body, at most, in UTF-8 bytes. */
export const bodyLimitBytes = 256 * 1024;

/** A work's id by the rule of `id.ts`. */
export const idShape: Shape = matching('an id (letters, digits, ".", "_" and "-", at most 80)', isWorkId);

/** What a work names another by: an id, or what its source says where that resolved to no work. */
export const referenceShape: Shape = matching(
  'an id or another reference (1 to 200 characters on one line)',
  (value) =>
    typeof value === 'string' &&
    value.length > 0 &&
    value.length <= 200 &&
    value !== '__proto__' &&
    !/\p{Cc}/u.test(value),
);

/** A name that people give: 1 to 80 characters, none of them `/`, a control character or a lone `.`, `..`. */
export const nameShape: Shape = matching('a name (1 to 80 characters, no "/" and no control characters)', (value) =>
  isName(value),
);

/** A body of at most 256 KiB. */
export const bodyShape: Shape = matching(
  'text of at most 256 KiB',
  (value) => typeof value === 'string' && isWithin(value, bodyLimitBytes),
);

/** Where a work came from. */
export const sourceShape: Shape = object<WorkSource>({
  type: oneOf(...sourceTypes),
  ref: text(),
  url: optional(text()),
});

/** A shape for each field of a work. */
export const workMembers: Members<Work> = {
  id: idShape,
  title: text(),
  body: bodyShape,
  source: sourceShape,
  group: nullable(text()),
  priority: integer(1),
  params: record(matching('text, a number, true, false or null', isParam)),
  labels: list(text()),
  dependencies: list(referenceShape),
  conflicts: list(referenceShape),
  estimate_seconds: nullable(number(0)),
  workflow: nullable(nameShape),
  base: nullable(text()),
  max_run_seconds: nullable(number(0)),
  uses: list(nameShape),
};

/** The order of groups. */
export const groupsShape: Shape = object<Groups>({ order: list(text()), pinned: list(text()) });

/** Whether a value can name a workflow, a stage or a resource. */
export const isName = (value: unknown): value is string =>
  typeof value === 'string' &&
  value.length > 0 &&
  value.length <= 80 &&
  !reserved.has(value) &&
  !/[/\p{Cc}]/u.test(value);

const reserved = new Set(['.', '..', '__proto__']);

function isParam(value: unknown): boolean {
  return (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    (typeof value === 'number' && Number.isFinite(value))
  );
}

/** A character has one to three bytes, so that most texts need no counting. */
const isWithin = (value: string, bytes: number): boolean =>
  value.length * 3 <= bytes || (value.length <= bytes && Buffer.byteLength(value) <= bytes);
