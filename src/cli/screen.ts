/** What the person's terminal can show. */
import type { Cli } from './cli.ts';

/** Columns where nothing says how many there are. */
const usualColumns = 100;
const [fewest, most] = [40, 400];

/** Of the terminal; elsewhere as `COLUMNS` says, else 100. Between 40 and 400. */
export const columnsOf = ({ env, isTerminal }: Pick<Cli, 'env' | 'isTerminal'>): number => {
  const said = Number(/^\d{1,4}$/.exec(env['COLUMNS'] ?? '')?.[0]);
  const columns = (isTerminal.out ? process.stdout.columns : undefined) ?? (said > 0 ? said : usualColumns);
  return Math.min(most, Math.max(fewest, columns));
};

/** Whether the locale names another character set than UTF-8. One that names none is taken for UTF-8. */
export const hasOnlyAscii = (env: Cli['env']): boolean => {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((each) => (each ?? '') !== '');
  return locale !== undefined && !/utf-?8/i.test(locale);
};
