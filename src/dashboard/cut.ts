/** Text in columns: how wide it is on a terminal, and how it is made to fit. */
import stringWidth from 'string-width';
import type { Line, Segment } from '../view/line.ts';

const ascii = /^[\x20-\x7e]*$/;
/** Of one column each: ASCII, lines of frames, blocks of bars, and `…`. */
const narrow = /^[\x20-\x7e\u2026\u2500-\u259f]*$/;
/** The same, and marks (arrows, symbols, emoji) that end before a space, as in most rows. */
const marked =
  /^(?:[\x20-\x7e\u2026\u2500-\u259f]|[\u2190-\u24ff\u25a0-\u2bff\u{1f300}-\u{1f3fa}\u{1f400}-\u{1faff}][\u2190-\u24ff\u25a0-\u2bff\u{1f300}-\u{1faff}\ufe0f]*(?= |$))*$/u;
const marks = /[^\x20-\x7e\u2026\u2500-\u259f]+/gu;
const graphemes = new Intl.Segmenter();

/** Columns that a text takes: wide characters two, combining marks none. */
export const widthOf = (text: string): number => {
  if (narrow.test(text)) return text.length;
  if (!marked.test(text)) return stringWidth(text);
  let width = text.length;
  for (const [mark] of text.matchAll(marks)) width += markWidth(mark) - mark.length;
  return width;
};

/** Measuring by the library takes 10 µs, and a panel measures some hundred texts a frame; their marks are few. */
const markWidths = new Map<string, number>();
const mostMarks = 200;

const markWidth = (mark: string): number => {
  const known = markWidths.get(mark);
  if (known !== undefined) return known;
  if (markWidths.size >= mostMarks) markWidths.clear();
  const width = stringWidth(mark);
  markWidths.set(mark, width);
  return width;
};

export const lineWidth = (line: Line): number => line.reduce((sum, { text }) => sum + widthOf(text), 0);

/** At most so many columns wide; what was cut off is shown by `…`. */
export const cutText = (text: string, width: number): string => {
  if (widthOf(text) <= width) return text;
  return width <= 0 ? '' : `${takeColumns(text, width - 1)}…`;
};

/** Exactly so many columns wide. */
export const fitText = (text: string, width: number): string => {
  const cut = cutText(text, width);
  return cut + ' '.repeat(Math.max(0, width - widthOf(cut)));
};

/** A line that is at most so many columns wide. */
export const cutLine = (line: Line, width: number): Line => {
  if (lineWidth(line) <= width) return line;
  const cut: Segment[] = [];
  let left = width;
  for (const segment of line) {
    const isCut = widthOf(segment.text) >= left;
    // One column more than fits tells `cutText` that something follows.
    const text = isCut ? cutText(`${segment.text}…`, left) : segment.text;
    cut.push({ ...segment, text });
    left -= widthOf(text);
    if (isCut) break;
  }
  return cut;
};

/** The line on as many lines as it takes, broken between words where there is a space in the last third. */
export const wrapLine = (line: Line, width: number): readonly Line[] => {
  if (lineWidth(line) <= width || width < 2) return [cutLine(line, width)];
  const lines: Segment[][] = [[]];
  let left = width;
  for (const { text, style } of line) {
    for (let rest = text; rest !== '';) {
      const piece = takeWords(rest, left, width);
      if (piece !== '') lines.at(-1)?.push({ text: piece, style });
      left -= widthOf(piece);
      rest = rest.slice(piece.length);
      if (rest === '') break;
      lines.push([]);
      left = width;
      rest = rest.replace(/^ +/, '');
    }
  }
  return lines;
};

const takeWords = (text: string, left: number, width: number): string => {
  const piece = takeColumns(text, left);
  if (piece.length === text.length) return piece;
  const space = piece.lastIndexOf(' ');
  if (space > piece.length * (2 / 3)) return piece.slice(0, space + 1);
  // A character that is wider than a whole line must not hold it for ever.
  return piece === '' && left === width ? text.slice(0, 1) : piece;
};

/** The longest beginning that is at most so many columns wide; no character is broken. */
const takeColumns = (text: string, width: number): string => {
  if (ascii.test(text)) return text.slice(0, Math.max(0, width));
  let taken = '';
  let left = width;
  for (const { segment } of graphemes.segment(text)) {
    left -= widthOf(segment);
    if (left < 0) break;
    taken += segment;
  }
  return taken;
};
