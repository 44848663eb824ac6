import type { Config } from '../protocol/config.ts';

/** What a config asks for that this version reads but does not do: said with every plan, so that nobody waits for it. */
export const notYet = (config: Config): readonly string[] => {
  const { budget } = config;
  const asked: readonly (readonly [string, boolean])[] = [
    ['budget', budget.cost_usd !== null || budget.tokens !== null || budget.minutes !== null],
  ];
  const names = asked.flatMap(([name, isAsked]) => (isAsked ? [name] : []));
  return names.length === 0 ? [] : [`not carried out by this version: ${names.join(', ')}`];
};
