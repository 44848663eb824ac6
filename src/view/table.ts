/** Rows as columns of equal width, measured as a terminal shows them. */
import { line, type Line } from './line.ts';

/** How many columns a text takes on a terminal. */
export type Width = (text: string) => number;

/** A head and its rows; cells are parted by two spaces, nothing stands behind the last one. Cells are clean and clipped. */
export const tableText = (
  head: readonly string[],
  rows: readonly (readonly string[])[],
  width: Width,
): readonly Line[] => {
  const measure = makeMeasure(width);
  const widths = head.map((name, c) =>
    rows.reduce((most, row) => Math.max(most, measure(row[c] as string)), measure(name)),
  );
  const pad = (text: string, c: number): string =>
    text + ' '.repeat(Math.max(0, (widths[c] as number) - measure(text)));
  const toText = (row: readonly string[]): string => row.map(pad).join('  ').trimEnd();
  return [line([toText(head), 'title']), ...rows.map((row) => line(toText(row)))];
};

/** Plain texts are as wide as they are long; only others are worth the look-up. */
export const makeMeasure =
  (width: Width): Width =>
  (text) =>
    /^[ -~]*$/.test(text) ? text.length : width(text);
