/** JSON of other tools, in which ids are text: numbers with a point stay as written, and no name stands twice. */
import { Problem } from '../ports/problem.ts';
import { parseJson, placeAt, whereIn } from '../protocol/json.ts';

/** Reads JSON as `parseJson` does; `1.10` becomes "1.10". Throws a Problem with file, line and column, also for a name that an object has twice. */
export const parseJsonText = (text: string, file: string): unknown => {
  const json = parseJson(pointsQuoted(text), file);
  const double = findDouble(text);
  if (double !== null)
    throw new Problem({
      what: `${file} has the name ${JSON.stringify(double.name.slice(0, 80))} twice in one object: which one counts is anybody's guess`,
      where: whereIn(text, file, placeAt(text, double.offset)),
      hint: 'take one of them out',
      code: 'refused',
    });
  return json;
};

const tokens = /"(?:[^"\\\n]|\\.)*"|-?\d+\.\d+(?![\d.eE])|[{}[\]:,]/g;

const pointsQuoted = (text: string): string =>
  /\d\.\d/.test(text) ? text.replace(tokens, (token) => (/^-?\d/.test(token) ? `"${token}"` : token)) : text;

/** The second of two equal names of one object; `text` is valid JSON. */
const findDouble = (text: string): { readonly name: string; readonly offset: number } | null => {
  const open: (Set<string> | null)[] = [];
  let last: { readonly token: string; readonly offset: number } | null = null;
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(null);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':' && last !== null) {
      const names = open.at(-1);
      const name = last.token.includes('\\') ? (JSON.parse(last.token) as string) : last.token.slice(1, -1);
      if (names?.has(name) === true) return { name, offset: last.offset };
      names?.add(name);
    }
    last = token.startsWith('"') ? { token, offset: index } : null;
  }
  return null;
};
