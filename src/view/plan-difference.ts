/** What differs between the plan that a person looked at and the one that would start now, a line each. */
import type { Plan, PlannedWork } from '../core/plan.ts';
import { clip } from './clean.ts';

/** Lines that are named; what is more is counted. */
const shown = 20;

export const planDifference = (before: Plan, now: Plan): readonly string[] => {
  const lines = [...worksDifference(before, now), ...restDifference(before, now)];
  const more = lines.length - shown;
  return [...lines.slice(0, shown), ...(more > 0 ? [`and ${more} more`] : [])].map((line) => clip(line, 300));
};

const worksDifference = (before: Plan, now: Plan): readonly string[] => {
  const old = new Map<string, PlannedWork>(before.works.map((work) => [work.id, work]));
  const newer = new Map<string, PlannedWork>(now.works.map((work) => [work.id, work]));
  const both = before.works.flatMap((work) => (newer.has(work.id) ? [work.id] : []));
  const order = now.works.flatMap(({ id }) => (old.has(id) ? [id] : []));
  return [
    ...now.works.flatMap(({ id }) => (old.has(id) ? [] : [`${id} is new`])),
    ...before.works.flatMap(({ id }) => (newer.has(id) ? [] : [`${id} is not in it any more`])),
    ...now.works.flatMap((work) => {
      const names = namesOfChanges(old.get(work.id), work, placed);
      return names.length === 0 ? [] : [`${work.id}: other ${names.join(', ')}`];
    }),
    ...(both.join('\n') === order.join('\n') ? [] : ['the order of the works is another']),
  ];
};

/** Follow from the others. */
const placed: ReadonlySet<string> = new Set(['order', 'level', 'why']);

const restDifference = (before: Plan, now: Plan): readonly string[] => [
  ...namesOfChanges(before.settings, now.settings).map((name) => `the setting ${name} is another`),
  ...namesOfChanges(before.workflows, now.workflows).map((name) => `the workflow ${name} is another`),
  ...namesOfChanges(before, now, apart).map((name) => `${name} is another`),
];

const apart: ReadonlySet<string> = new Set([
  ...['works', 'settings', 'workflows'],
  ...['plan_hash', 'batch_run_id', 'created_at'],
]);

const namesOfChanges = (
  before: object | undefined,
  now: object,
  without: ReadonlySet<string> = new Set(),
): readonly string[] => {
  if (before === undefined) return [];
  const old = before as Readonly<Record<string, unknown>>;
  const newer = now as Readonly<Record<string, unknown>>;
  return [...new Set([...Object.keys(old), ...Object.keys(newer)])].filter(
    (name) => !without.has(name) && JSON.stringify(old[name]) !== JSON.stringify(newer[name]),
  );
};
