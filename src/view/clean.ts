/** Text from outside (titles, output, questions, paths), made fit to stand in one line of a person's terminal. */

const escape = String.fromCodePoint(0x1b);
/**
 * Whole sequences: OSC, DCS and their kin up to their end, CSI, two-character ones; also in their 8-bit forms.
 * Of one that does not end on its line only the introducer goes, so that it hides no words.
 */
const sequences = new RegExp(
  [
    `(?:${escape}[\\]PX^_]|[\\u{90}\\u{98}\\u{9d}-\\u{9f}])[^\\u{7}\\u{90}\\u{98}\\u{9c}-\\u{9f}\\n${escape}]*(?:\\u{7}|\\u{9c}|${escape}\\\\)`,
    `(?:${escape}\\[|\\u{9b})[0-?]*[ -/]*[@-~]?`,
    `${escape}[ -/]*[0-~]?`,
  ].join('|'),
  'gu',
);
const suspicious = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}\uFEFF]/u;
const breaks = /[\t\n\v\f\r\u0085\p{Zl}\p{Zp}]+/gu;
const controls = /[\p{Cc}\p{Bidi_Control}\uFEFF]/gu;
const loneSurrogates = /\p{Cs}/gu;

/**
 * One line without control characters, terminal sequences and marks that turn the direction of writing.
 * Line breaks and tabs become one space, half characters U+FFFD.
 */
export const clean = (text: string): string => {
  if (!suspicious.test(text)) return text;
  return text
    .replace(sequences, '')
    .replace(breaks, ' ')
    .replace(controls, '')
    .replace(loneSurrogates, '\uFFFD')
    .trim();
};

/** `clean` trims what it changed; the spaces around a piece belong to the layout. */
export const cleanKeepingSpaces = (text: string): string => {
  const cleaned = clean(text);
  if (cleaned === text) return text;
  const [before = ''] = /^ */.exec(text) ?? [];
  const [after = ''] = / *$/.exec(text) ?? [];
  return `${before}${cleaned}${after}`;
};

/** The same of a text of several lines, which stay lines. */
export const cleanLines = (text: string): string => text.split('\n').map(cleanKeepingSpaces).join('\n');

/**
 * A whole output in which everything that could steer a terminal, but colours and line ends, is written as `\uXXXX`: in
 * JSON the same text, elsewhere one that shows what was there.
 */
export const escapeControls = (text: string): string =>
  text.replace(steering, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`);

const steering = new RegExp(`(?!${escape}\\[[\\d;]*m)[^\\P{Cc}\\n\\t]|[\\p{Bidi_Control}\\p{Zl}\\p{Zp}\\uFEFF]`, 'gu');

/** Cleaned, and at most `limit` characters long; what was cut off is shown by `…`. */
export const clip = (text: string, limit: number): string => {
  // A prefix is enough: what is shown is far shorter than an output line may be (64 KiB).
  const line = clean(text.length > limit * 8 ? text.slice(0, limit * 8) : text);
  if (line.length <= limit) return line;
  const points = [...line];
  return points.length <= limit ? line : `${points.slice(0, limit - 1).join('')}…`;
};
