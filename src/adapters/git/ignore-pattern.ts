/** A line for `info/exclude` that means one path and nothing else. Syntax: gitignore(5). */
export const ignorePattern = (path: string): string =>
  `/${path.replace(/[\\*?[\]]/g, '\\$&').replace(/ +$/, (spaces) => spaces.replaceAll(' ', '\\ '))}`;
