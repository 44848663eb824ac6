import type { PlannedWork } from '../core/plan.ts';

/**
 * Works that would share a branch or a folder (ids with different prefixes that the config maps to one word) get
 * distinct ones: the first keeps its own, the others a number behind it. The same works give the same names.
 */
export const distinctPlaces = (works: readonly PlannedWork[]): readonly PlannedWork[] => {
  const taken = new Set<string>();
  const free = (name: string): string => {
    let found = name;
    for (let n = 2; taken.has(found.toLowerCase()); n++) found = `${name}-${n}`;
    taken.add(found.toLowerCase());
    return found;
  };
  return works.map((work) => {
    if (work.branch === null && work.worktree === null) return work;
    return {
      ...work,
      branch: work.branch === null ? null : free(work.branch),
      worktree: work.worktree === null ? null : free(work.worktree),
    };
  });
};
