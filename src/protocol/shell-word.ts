/** A text as one word of a command line that a person copies: as it is if it is plain, else in single quotes. */
export const shellWord = (text: string): string =>
  /^[\w.,:@%+/-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
