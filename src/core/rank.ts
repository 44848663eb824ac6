/**
 * The order of dispatch: pinned groups, group order, priority, longest remaining path, model and variant (the
 * parameters of those names), natural order of title, id. A total order of all works, frozen in the plan; readiness
 * only decides which of them may go now.
 */
import { groupPlaces, isGroupOrdered } from './group-order.ts';
import { compareNaturally } from './natural.ts';
import type { Groups, Work } from './work.ts';
import { topologicalOrder } from './graph.ts';

/** A work as far as its rank depends on it. */
export type Ranked = Pick<Work, 'id' | 'title' | 'group' | 'priority' | 'params' | 'dependencies'> & {
  readonly expected_seconds: number;
};

export interface Placed<W> {
  readonly work: W;
  /** Seconds from the start of this work to the end of the longest chain behind it. */
  readonly path_seconds: number;
  /** Why it stands there, in one sentence. */
  readonly why: string;
}

/** The works in order of dispatch. They have no cycle. */
export const rank = <W extends Ranked>(works: readonly W[], groups: Groups): readonly Placed<W>[] => {
  const paths = remainingPaths(works);
  const groupRank = makeGroupRank(works, groups);
  const placed = works.map((work) => {
    const path_seconds = paths.get(work.id) as number;
    return { work, path_seconds, group: groupRank(work.group), why: why(work, path_seconds, groups) };
  });
  placed.sort(
    (a, b) =>
      a.group - b.group ||
      a.work.priority - b.work.priority ||
      b.path_seconds - a.path_seconds ||
      compareModels(a.work.params, b.work.params) ||
      compareNaturally(a.work.title, b.work.title) ||
      compareNaturally(a.work.id, b.work.id),
  );
  return placed.map(({ work, path_seconds, why }) => ({ work, path_seconds, why }));
};

/** For each work its expected seconds and those of the longest chain of dependents behind it. */
export const remainingPaths = (works: readonly Ranked[]): ReadonlyMap<string, number> => {
  const byId = new Map<string, Ranked>(works.map((work) => [work.id, work]));
  const dependenciesOf = (id: string): readonly string[] => byId.get(id)?.dependencies ?? [];
  const order = topologicalOrder([...byId.keys()], dependenciesOf) ?? [...byId.keys()];
  const behind = new Map<string, number>();
  const path = new Map<string, number>();
  for (let i = order.length - 1; i >= 0; i--) {
    const work = byId.get(order[i] as string) as Ranked;
    const total = work.expected_seconds + (behind.get(work.id) ?? 0);
    path.set(work.id, total);
    for (const dependency of work.dependencies) behind.set(dependency, Math.max(behind.get(dependency) ?? 0, total));
  }
  return path;
};

/** Smaller comes first. */
const makeGroupRank = (works: readonly Ranked[], groups: Groups): ((group: string | null) => number) => {
  const places = groupPlaces(
    works.map(({ group }) => group),
    groups,
  );
  const place = new Map(places.map(({ group }, i) => [group, i]));
  return (group) => (isGroupOrdered(groups) ? (place.get(group) as number) : 0);
};

const why = (work: Ranked, pathSeconds: number, groups: Groups): string => {
  const parts = [
    ...whyGroup(work, groups),
    `priority ${work.priority}`,
    `${Math.round(pathSeconds)} s of work from its start to the end of its longest chain`,
  ];
  const { model, variant } = work.params;
  const names = [...nameParam('model', model), ...nameParam('variant', variant)];
  return [...parts, ...(names.length === 0 ? [] : [names.join(' ')])].join(', ');
};

const whyGroup = ({ group }: Ranked, groups: Groups): readonly string[] => {
  if (!isGroupOrdered(groups)) return [];
  if (group === null) return ['no group, so last'];
  if (groups.pinned.includes(group)) return [`group ${group} is pinned`];
  const place = groups.order.indexOf(group);
  return place < 0
    ? [`group ${group} is not in the order, so behind it`]
    : [`group ${group} is number ${place + 1} in the order`];
};

const nameParam = (name: string, value: Param): readonly string[] =>
  value === undefined || value === null ? [] : [`${name} ${String(value)}`];

type Param = Work['params'][string] | undefined;

/** By model, then by variant, naturally; a work that has none comes behind. */
const compareModels = (a: Work['params'], b: Work['params']): number =>
  compareParam(a['model'], b['model']) || compareParam(a['variant'], b['variant']);

const compareParam = (a: Param, b: Param): number => {
  if (a === undefined || a === null) return b === undefined || b === null ? 0 : 1;
  return b === undefined || b === null ? -1 : compareNaturally(String(a), String(b));
};
