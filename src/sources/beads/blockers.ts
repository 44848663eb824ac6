/** What each issue waits for. An epic is no work: who waits for one waits for its open children. */
import { isClosed, isWork, ordering } from './issue.ts';
import type { Issue } from './issue.ts';

/** By issue, ids; those of closed and unknown issues stay, for they are satisfied or missing. */
export const blockersOf = (issues: readonly Issue[]): ReadonlyMap<string, readonly string[]> => {
  const byId = new Map(issues.map((issue) => [issue.id, issue]));
  const children = new Map<string, Issue[]>();
  for (const issue of issues) {
    const parents = new Set([
      issue.parent ?? '',
      ...(issue.dependencies ?? []).filter(({ type }) => type === 'parent-child').map((each) => each.depends_on_id),
    ]);
    for (const parent of parents) children.set(parent, [...(children.get(parent) ?? []), issue]);
  }
  return new Map(
    issues.filter(isWork).map((issue) => {
      const named = (issue.dependencies ?? [])
        .filter(({ type }) => ordering.includes(type ?? 'blocks'))
        .map((each) => each.depends_on_id);
      const expanded = named.flatMap((id) => openWorkOf(id, { byId, children, seen: new Set() }));
      return [issue.id, [...new Set(expanded)].filter((id) => id !== issue.id)];
    }),
  );
};

interface Books {
  readonly byId: ReadonlyMap<string, Issue>;
  readonly children: ReadonlyMap<string, readonly Issue[]>;
  readonly seen: Set<string>;
}

/** The id itself, or for an open epic its open children, theirs, and so on; an epic without any stays, and holds up who waits for it. */
const openWorkOf = (id: string, books: Books): readonly string[] => {
  const issue = books.byId.get(id);
  if (issue === undefined || isClosed(issue) || isWork(issue) || books.seen.has(id)) return [id];
  books.seen.add(id);
  const open = (books.children.get(id) ?? []).filter((child) => !isClosed(child));
  return open.length === 0 ? [id] : open.flatMap((child) => openWorkOf(child.id, books));
};
