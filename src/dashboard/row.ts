/**
 * Rows of the window, made of cells at fixed columns.
 *
 * Every cell is put at its column by an escape sequence, not by the width of what stands before it: where a terminal
 * takes an emoji for wider or narrower than we do, that cell alone is off, and the frame stays straight.
 */
import { line, type Line, type Style } from '../view/line.ts';
import { cutLine, lineWidth } from './cut.ts';

export interface Cell {
  /** Its first column, from 1. */
  readonly at: number;
  /** Columns that it may take. */
  readonly width: number;
  readonly line: Line;
}

export type Row = readonly Cell[];

/** Turns a line into what the terminal gets. */
export type Painter = (line: Line) => string;

export const paintRow = (row: Row, paint: Painter): string =>
  row.map(({ at, width, line }) => `\u001b[${at}G${paint(cutLine(line, width))}`).join('');

const edge: Style = 'dim';

/** A row between the left and the right side of the frame; the cells' columns count inside of it, from 1. */
export const insideRow = (columns: number, cells: Row): Row => [
  { at: 1, width: 1, line: line(['│', edge]) },
  ...cells.map((cell) => ({ ...cell, at: cell.at + 2, width: Math.min(cell.width, columns - 3 - cell.at) })),
  { at: columns, width: 1, line: line(['│', edge]) },
];

/** Columns between the sides of the frame, a space at each side left out. */
export const innerWidth = (columns: number): number => Math.max(1, columns - 4);

/** A row of one line inside of the frame. */
export const lineRow = (columns: number, content: Line): Row =>
  insideRow(columns, [{ at: 1, width: innerWidth(columns), line: content }]);

export interface EdgeWords {
  readonly left?: Line;
  readonly right?: Line;
}

const corners = { top: ['╭', '╮'], middle: ['├', '┤'], bottom: ['╰', '╯'] } as const;

/** A horizontal line of the frame, with words in it; those on the right go first when there is no room. */
export const edgeRow = (columns: number, kind: keyof typeof corners, { left = [], right = [] }: EdgeWords): Row => {
  const [first, last] = corners[kind];
  const room = columns - 6;
  const leftWidth = Math.min(lineWidth(left), Math.max(0, room));
  const rightWidth = lineWidth(right) + leftWidth + 4 <= room ? lineWidth(right) : 0;
  const cells: Cell[] = [{ at: 1, width: columns, line: line([`${first}${'─'.repeat(columns - 2)}${last}`, edge]) }];
  if (leftWidth > 0) cells.push(...words(3, left, leftWidth));
  if (rightWidth > 0) cells.push(...words(columns - rightWidth - 3, right, rightWidth));
  return cells;
};

/** With a space at each side. */
const words = (at: number, content: Line, width: number): Row => [
  { at, width: width + 2, line: [...line(' '), ...cutLine(content, width), ...line(' ')] },
];
