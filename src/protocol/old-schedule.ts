/**
 * Schedules of the first tool: `version` "1.0", `works` keyed by id, `source.id` for `source.ref`, a list of ids
 * for a local source, and the state of a run among the works (`status`, `worktree_path`, `progress`,
 * `execution`), which is passed over. Works that are completed there are left out, and so are dependencies on them.
 */
import { isObject } from './shape.ts';

/** Whether parsed JSON has the old form. */
export const isOldSchedule = (json: unknown): json is Record<string, unknown> =>
  isObject(json) && isObject(json['works']);

/** The same schedule in today's form, unchecked. What has a wrong type stays, for the check to name. */
export const upgradeSchedule = (old: Record<string, unknown>): unknown => {
  const works = Object.entries(old['works'] as Record<string, unknown>);
  const completed = new Set(works.filter(([, work]) => isCompleted(work)).map(([id]) => id));
  return {
    version: 1,
    created_at: old['created_at'] ?? '',
    sources: Array.isArray(old['sources']) ? old['sources'].map(upgradeSource) : (old['sources'] ?? []),
    groups: isObject(old['groups']) ? { order: [], pinned: [], ...old['groups'] } : { order: [], pinned: [] },
    works: works.filter(([id]) => !completed.has(id)).map(([id, work]) => upgradeWork(id, work, completed)),
  };
};

const isCompleted = (work: unknown): boolean =>
  isObject(work) && (work['status'] === 'completed' || work['status'] === 'done');

const upgradeSource = (source: unknown): unknown =>
  isObject(source) ? { type: source['type'], query: asText(source['query'] ?? source['ids'] ?? '') } : source;

/** A number or a list of ids as text; what is neither stays, for the check to name. */
const asText = (value: unknown): unknown => {
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value.join(',');
  return typeof value === 'number' ? String(value) : value;
};

const upgradeWork = (id: string, work: unknown, completed: ReadonlySet<string>): unknown => {
  if (!isObject(work)) return work;
  const source = isObject(work['source']) ? work['source'] : {};
  const open = (references: unknown): unknown =>
    Array.isArray(references)
      ? references.filter((reference) => !completed.has(reference as string))
      : (references ?? []);
  return {
    id,
    title: work['title'] ?? source['title'] ?? id,
    body: work['body'] ?? '',
    source: {
      type: source['type'] ?? 'local',
      ref: asText(source['ref'] ?? source['id'] ?? id),
      ...(source['url'] === undefined ? {} : { url: source['url'] }),
    },
    group: work['group'] ?? null,
    priority: work['priority'] ?? 3,
    params: work['params'] ?? {},
    labels: work['labels'] ?? [],
    dependencies: open(work['dependencies']),
    conflicts: open(work['conflicts']),
    estimate_seconds: work['estimate_seconds'] ?? null,
    workflow: work['workflow'] ?? null,
    base: work['base'] ?? null,
    max_run_seconds: work['max_run_seconds'] ?? null,
    uses: work['uses'] ?? [],
  };
};
