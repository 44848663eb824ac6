/**
 * The order of dispatch: pinned groups, group order, priority, longest remaining path, natural order of title,
 * id. A total order of all works, frozen in the plan; readiness only decides which of them may go now.
 */
import { compareNaturally } from './natural.ts';
import type { Groups, Work } from './work.ts';
import { topologicalOrder } from './graph.ts';

/** A work as far as its rank depends on it. */
export type Ranked = Pick<Work, 'id' | 'title' | 'group' | 'priority' | 'dependencies'> & {
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

/** Smaller comes first: pinned groups as pinned, then the configured order, then natural order, works without a group last. */
const makeGroupRank = (works: readonly Ranked[], groups: Groups): ((group: string | null) => number) => {
  const others = [...new Set(works.flatMap((work) => work.group ?? []))].sort(compareNaturally);
  const order = [...new Set([...groups.pinned, ...groups.order, ...others])];
  const place = new Map(order.map((group, i) => [group, i]));
  // Without any wish about groups they do not order anything: priority and paths do.
  const isWished = groups.pinned.length + groups.order.length > 0;
  return (group) => (isWished && group !== null ? (place.get(group) as number) : order.length);
};

const why = (work: Ranked, pathSeconds: number, groups: Groups): string => {
  const parts: string[] = [];
  if (work.group !== null && groups.pinned.includes(work.group)) parts.push(`group ${work.group} is pinned`);
  else if (work.group !== null && groups.order.includes(work.group))
    parts.push(`group ${work.group} is number ${groups.order.indexOf(work.group) + 1} in the order`);
  parts.push(`priority ${work.priority}`);
  parts.push(`${Math.round(pathSeconds)} s of work from its start to the end of its longest chain`);
  return parts.join(', ');
};
