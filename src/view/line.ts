/** Lines of styled text: what a surface prints, with meanings in place of colours. */
import { cleanKeepingSpaces } from './clean.ts';

/** What a piece of text means; a surface chooses the colour, or none. */
export type Style = 'plain' | 'good' | 'bad' | 'warn' | 'dim' | 'title';

export interface Segment {
  readonly text: string;
  readonly style: Style;
}

/** One line, without a line break. */
export type Line = readonly Segment[];

/** A segment; its text is cleaned, so that nothing from outside reaches a terminal unclean. */
export const segment = (text: string, style: Style = 'plain'): Segment => ({ text: cleanKeepingSpaces(text), style });

/** A line of pieces: a text is plain, a pair has its style. */
export const line = (...pieces: readonly (string | readonly [string, Style])[]): Line =>
  pieces.map((piece) => (typeof piece === 'string' ? segment(piece) : segment(...piece)));

export const blank: Line = [];

/** The lines without styles, each ended by a line break. */
export const plainText = (lines: readonly Line[]): string =>
  lines.map((each) => `${each.map(({ text }) => text).join('')}\n`).join('');
