import type { Config } from '../protocol/config.ts';

/** What a config asks for that this version reads but does not do: said with every plan, so that nobody waits for it. */
export const notYet = (config: Config): readonly string[] => {
  const { worktree, budget, resources } = config;
  const asked: readonly (readonly [string, boolean])[] = [
    ['worktree.setup', worktree.setup !== null],
    ['worktree.copy', worktree.copy.length > 0],
    ['worktree.link', worktree.link.length > 0],
    ['budget', budget.cost_usd !== null || budget.tokens !== null || budget.minutes !== null],
    ['resources.*.patterns', Object.values(resources).some(({ patterns }) => patterns.length > 0)],
  ];
  const names = asked.flatMap(([name, isAsked]) => (isAsked ? [name] : []));
  return names.length === 0 ? [] : [`not carried out by this version: ${names.join(', ')}`];
};
