/** `.wf/schedule.json`: written by the program, edited by hand, checked on every reading. */
import type { Schedule, Work } from '../core/work.ts';
import { sourceTypes } from '../core/work.ts';
import { parseJson, problemAt } from './json.ts';
import { nearest } from './nearest.ts';
import { carriedShape } from './carried-workflow.ts';
import { isOldSchedule, upgradeSchedule } from './old-schedule.ts';
import {
  describe,
  formatFault,
  formatPath,
  isObject,
  list,
  object,
  oneOf,
  optional,
  record,
  text as textShape,
} from './shape.ts';
import type { Fault, Shape } from './shape.ts';
import { refuseNewer } from './version.ts';
import { groupsShape, workLimit, workMembers } from './work.ts';

/**
 * Reads a schedule. Fields of a work that are absent get their defaults, so that `{"id": "a"}` is a work; a
 * field that does not exist is refused. References are brought to the case of the id that they name. Throws a
 * Problem with file, line and column.
 */
export const parseSchedule = (text: string, file: string): Schedule => {
  const json = parseJson(text, file);
  if (isObject(json)) refuseNewer({ file, kind: 'schedule', found: json['version'] });
  const isOld = isOldSchedule(json);
  const full = isOld ? upgradeSchedule(json) : withDefaults(json);
  const fault = scheduleShape(full) ?? doubleId((full as Schedule).works);
  if (fault !== null) throw faultProblem(text, file, isOld ? { ...fault, path: oldPath(json, fault.path) } : fault);
  return foldCase(full as Schedule);
};

/** A schedule as the text of its file: always the same text for the same schedule, with the fields in their order. */
export const writeSchedule = (schedule: Schedule): string =>
  `${JSON.stringify(
    {
      version: schedule.version,
      created_at: schedule.created_at,
      sources: schedule.sources.map(({ type, query }) => ({ type, query })),
      groups: { order: schedule.groups.order, pinned: schedule.groups.pinned },
      works: schedule.works.map(inFieldOrder),
      ...(Object.keys(schedule.readings ?? {}).length === 0 ? {} : { readings: schedule.readings }),
      ...(Object.keys(schedule.workflows ?? {}).length === 0 ? {} : { workflows: schedule.workflows }),
    },
    null,
    2,
  )}\n`;

const inFieldOrder = (work: Work): Readonly<Record<string, unknown>> => {
  const ordered: Record<string, unknown> = {};
  for (const field of workFields) ordered[field] = work[field];
  return ordered;
};

/** The fields of a work of which its source says nothing. */
export const nothingSaid: Pick<
  Work,
  'labels' | 'dependencies' | 'conflicts' | 'estimate_seconds' | 'workflow' | 'base' | 'max_run_seconds' | 'uses'
> = {
  labels: [],
  dependencies: [],
  conflicts: [],
  estimate_seconds: null,
  workflow: null,
  base: null,
  max_run_seconds: null,
  uses: [],
};

/** A work with nothing but what is given; `source` is the work's own id under `local` if it is not given. */
export const completeWork = (given: Partial<Work> & Pick<Work, 'id'>): Work => ({
  title: given.id,
  body: '',
  source: { type: 'local', ref: given.id },
  group: null,
  priority: defaultPriority,
  params: {},
  ...nothingSaid,
  ...given,
});

/** The priority of a work that names none. */
export const defaultPriority = 3;

const workFields = Object.keys(workMembers) as (keyof Work)[];

const scheduleFields = ['version', 'created_at', 'sources', 'groups', 'works', 'readings', 'workflows'];

/** An object without names other than these. */
const onlyNames =
  (names: readonly string[], shape: Shape): Shape =>
  (value) => {
    const stranger = isObject(value) ? Object.keys(value).find((name) => !names.includes(name)) : undefined;
    return stranger === undefined ? shape(value) : { path: [stranger], expected: unknownName, found: stranger };
  };

const unknownName = 'a known name';

const scheduleShape: Shape = onlyNames(
  ['$schema', ...scheduleFields],
  object({
    version: (value) => (value === 1 ? null : { path: [], expected: 'version 1', found: describe(value) }),
    created_at: textShape(),
    sources: list(onlyNames(['type', 'query'], object({ type: oneOf(...sourceTypes), query: textShape() }))),
    groups: onlyNames(['order', 'pinned'], groupsShape),
    works: list(onlyNames(workFields, object<Work>(workMembers)), workLimit),
    readings: optional(record(textShape())),
    workflows: optional(carriedShape),
  }),
);

const withDefaults = (json: unknown): unknown => {
  if (!isObject(json)) return json;
  const groups = isObject(json['groups']) ? { order: [], pinned: [], ...json['groups'] } : json['groups'];
  const works = Array.isArray(json['works'])
    ? json['works'].map((work: unknown) => (isObject(work) ? completeWork(work as unknown as Work) : work))
    : json['works'];
  return {
    version: 1,
    created_at: '',
    sources: [],
    ...json,
    groups: groups ?? { order: [], pinned: [] },
    ...(works === undefined ? {} : { works }),
  };
};

/** The second of two works whose ids are the same ignoring case. */
const doubleId = (works: readonly Work[]): Fault | null => {
  const seen = new Map<string, number>();
  for (const [index, { id }] of works.entries()) {
    const first = seen.get(id.toLowerCase());
    if (first !== undefined)
      return {
        path: ['works', index, 'id'],
        expected: 'an id of its own',
        found: `"${id}", which works[${first}] has`,
      };
    seen.set(id.toLowerCase(), index);
  }
  return null;
};

/** References in the case of the ids that they name, each once. */
const foldCase = (schedule: Schedule): Schedule => {
  const { ['$schema' as keyof Schedule]: _schema, ...rest } = schedule;
  const byFolded = new Map(schedule.works.map(({ id }) => [id.toLowerCase(), id]));
  const fold = (references: Work['dependencies']): Work['dependencies'] =>
    references.length === 0
      ? references
      : [...new Set(references.map((reference) => byFolded.get(reference.toLowerCase()) ?? reference))];
  return {
    ...(rest as Schedule),
    works: schedule.works.map((work) => ({
      ...work,
      dependencies: fold(work.dependencies),
      conflicts: fold(work.conflicts),
    })),
  };
};

/** In an old file works are found by their id, not by their place. */
const oldPath = (json: unknown, path: Fault['path']): Fault['path'] => {
  const works = isObject(json) && isObject(json['works']) ? Object.keys(json['works']) : [];
  return path.map((step, index) =>
    index === 1 && path[0] === 'works' && typeof step === 'number' ? (works[step] ?? step) : step,
  );
};

const faultProblem = (text: string, file: string, fault: Fault): Error => {
  if (fault.expected !== unknownName) {
    const hint = 'correct this value, or make the schedule anew with `wf0-schedule create`';
    return problemAt({
      text,
      file,
      path: fault.path,
      at: 'value',
      what: `the schedule cannot be used: ${formatFault(fault)}`,
      hint,
    });
  }
  const known = fault.path[0] === 'works' && fault.path.length > 1 ? workFields : scheduleFields;
  const near = nearest(fault.found, known);
  return problemAt({
    text,
    file,
    path: fault.path,
    at: 'name',
    what: `the schedule cannot be used: unknown key \`${formatPath(fault.path)}\`${near === null ? '' : `; did you mean \`${near}\`?`}`,
    hint: `known here: ${known.join(', ')}`,
  });
};
