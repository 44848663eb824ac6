/**
 * Lines of a log as pieces of text with colours. Pure. Everything that steers a terminal but colours is left out; nothing
 * of it is ever markup.
 */

export interface Look {
  /** 0 to 15, or `#rrggbb`; null for the page's own. */
  readonly colour: number | string | null;
  readonly ground: number | string | null;
  readonly isBold: boolean;
  readonly isDim: boolean;
  readonly isUnderlined: boolean;
}

export interface Piece {
  readonly text: string;
  readonly look: Look;
}

export const plainLook: Look = { colour: null, ground: null, isBold: false, isDim: false, isUnderlined: false };

const escape = '\\u001b';
/** Colours are caught; other sequences and lone controls match without a group. */
const sequence = new RegExp(
  [
    `${escape}\\[([\\d;:]*)m`,
    `${escape}\\[[0-?]*[ -/]*[@-~]?`,
    `${escape}[\\]PX^_][^\\u0007${escape}]*(?:\\u0007|${escape}\\\\)?`,
    `${escape}[ -/]*[0-~]?`,
    '[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]',
  ].join('|'),
  'g',
);

/** So many characters of a line are shown. */
export const longestLine = 5000;

/** One line, without its line break. What a carriage return overwrites is gone. */
export const readLine = (line: string): readonly Piece[] => {
  const written = line.replace(/\r+$/, '');
  const shown = written.slice(written.lastIndexOf('\r') + 1);
  const text = shown.length > longestLine ? shown.slice(0, longestLine) : shown;
  const pieces: Piece[] = [];
  let look = plainLook;
  let at = 0;
  for (const found of text.matchAll(sequence)) {
    if (found.index > at) pieces.push({ text: text.slice(at, found.index), look });
    at = found.index + found[0].length;
    if (found[1] !== undefined) look = lookAfter(look, found[1]);
  }
  if (at < text.length) pieces.push({ text: text.slice(at), look });
  if (shown.length > longestLine)
    pieces.push({ text: ` … ${shown.length - longestLine} more characters`, look: { ...plainLook, isDim: true } });
  return pieces;
};

/** The words of a line, as they are searched. */
export const plainLine = (line: string): string =>
  readLine(line)
    .map(({ text }) => text)
    .join('');

const lookAfter = (before: Look, codes: string): Look => {
  const numbers = codes.split(/[;:]/).map(Number);
  let look = before;
  for (let i = 0; i < numbers.length; i++) {
    const code = numbers[i] ?? 0;
    if (code === 38 || code === 48) {
      const { colour, used } = wideColour(numbers.slice(i + 1));
      look = code === 38 ? { ...look, colour } : { ...look, ground: colour };
      i += used;
    } else look = lookOf(look, code);
  }
  return look;
};

const lookOf = (look: Look, code: number): Look => {
  if (code === 0) return plainLook;
  if (code === 1) return { ...look, isBold: true };
  if (code === 2) return { ...look, isDim: true };
  if (code === 4) return { ...look, isUnderlined: true };
  if (code === 22) return { ...look, isBold: false, isDim: false };
  if (code === 24) return { ...look, isUnderlined: false };
  if (code >= 30 && code <= 37) return { ...look, colour: code - 30 };
  if (code === 39) return { ...look, colour: null };
  if (code >= 40 && code <= 47) return { ...look, ground: code - 40 };
  if (code === 49) return { ...look, ground: null };
  if (code >= 90 && code <= 97) return { ...look, colour: code - 82 };
  if (code >= 100 && code <= 107) return { ...look, ground: code - 92 };
  return look;
};

/** `5;N` of 256 colours or `2;R;G;B`, behind 38 or 48. */
const wideColour = ([kind, a, b, c]: readonly number[]): { readonly colour: Look['colour']; readonly used: number } => {
  if (kind === 5 && a !== undefined) return { colour: ofPalette(a & 255), used: 2 };
  if (kind === 2) return { colour: hex(a ?? 0, b ?? 0, c ?? 0), used: 4 };
  return { colour: null, used: 1 };
};

const ofPalette = (n: number): number | string => {
  if (n < 16) return n;
  if (n >= 232) return hex(8 + (n - 232) * 10, 8 + (n - 232) * 10, 8 + (n - 232) * 10);
  const step = (k: number): number => (k === 0 ? 0 : 55 + k * 40);
  return hex(step(Math.floor((n - 16) / 36)), step(Math.floor((n - 16) / 6) % 6), step((n - 16) % 6));
};

const hex = (...parts: readonly number[]): string =>
  `#${parts.map((part) => (part & 255).toString(16).padStart(2, '0')).join('')}`;
