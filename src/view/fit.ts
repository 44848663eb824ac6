/** Text cut to the columns that there are, measured as a terminal shows it. */
import { clean } from './clean.ts';
import type { Width } from './table.ts';

/** One clean line of at most `columns` columns; what was cut off is shown by `…`. No half of a wide character stays. */
export const fit = (text: string, columns: number, width: Width): string => {
  const whole = clean(text);
  if (width(whole) <= columns) return whole;
  let taken = '';
  let used = 1;
  for (const character of whole) {
    const wide = width(character);
    if (used + wide > columns) break;
    taken += character;
    used += wide;
  }
  return `${taken.trimEnd()}…`;
};
