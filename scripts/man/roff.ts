/** The few words of roff that a man page needs. */

/** Text as it stands: no character of it is a request, and hyphens can be copied. */
export const escape = (text: string): string =>
  text
    .replace(/\\/g, '\\e')
    .replace(/-/g, '\\-')
    .replace(/`/g, '\\(ga')
    .replace(/^([.'])/gm, '\\&$1')
    .replace(/…/g, '...');

export const macro = (name: string, ...args: readonly string[]): string =>
  `.${name} ${args.map((arg) => `"${escape(arg).replace(/"/g, '\\(dq')}"`).join(' ')}`;

export const indented = (lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['.RS', ...lines, '.RE'];

/** Lines that keep their breaks and spaces. */
export const literal = (text: string): readonly string[] => [
  '.PP',
  '.nf',
  ...text.trim().split('\n').map(escape),
  '.fi',
];
