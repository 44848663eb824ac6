import type { Config } from '../protocol/config.ts';

/** What a config asks for that this version reads but does not do: said with every plan, so that nobody waits for it. */
export const notYet = (config: Config): readonly string[] => {
  const { notify } = config;
  const asked: readonly (readonly [string, boolean])[] = [
    ['notify', notify.desktop || notify.webhook !== null || notify.command !== null],
  ];
  const names = asked.flatMap(([name, isAsked]) => (isAsked ? [name] : []));
  return names.length === 0 ? [] : [`not carried out by this version: ${names.join(', ')}`];
};
