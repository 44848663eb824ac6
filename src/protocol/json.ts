/**
 * JSON with places. `JSON.parse` does the reading; only when something is wrong is the text scanned a second
 * time, to say which line and column it is about. Node's own messages name no place for short texts, and none
 * at all for a value that is JSON but not what was wanted.
 */
import { Problem } from '../ports/problem.ts';
import type { ProblemCode } from '../ports/problem.ts';

/** A place in a text, counted from 1; columns in UTF-16 units. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

type Path = readonly (string | number)[];

/** Reads JSON; a byte order mark at its start is passed over. Throws a Problem that names file, line and column. */
export const parseJson = (text: string, file: string): unknown => {
  const plain = text.startsWith('\uFEFF') ? text.slice(1) : text;
  try {
    return JSON.parse(plain) as unknown;
  } catch (cause) {
    const scan = scanJson(plain, null);
    const offset = scan.error?.offset ?? 0;
    throw new Problem(
      {
        what: `${file} is no JSON: ${scan.error?.message ?? (cause as Error).message}`,
        where: whereIn(plain, file, placeAt(plain, offset)),
        hint: 'correct this place and run the command again',
        code: 'refused',
      },
      { cause },
    );
  }
};

/** A Problem about one value of a JSON file: `path` leads to it, or to its name if `at` is `name`. */
export const problemAt = (options: {
  readonly text: string;
  readonly file: string;
  readonly path: Path;
  readonly at: 'name' | 'value';
  readonly what: string;
  readonly hint: string;
  readonly code?: ProblemCode;
}): Problem => {
  const plain = options.text.startsWith('\uFEFF') ? options.text.slice(1) : options.text;
  const found = scanJson(plain, options.path).found;
  const place = placeAt(plain, options.at === 'name' ? found.name : found.value);
  return new Problem({
    what: options.what,
    where: whereIn(plain, options.file, place),
    hint: options.hint,
    code: options.code ?? 'refused',
  });
};

/** Line and column of an offset. */
export const placeAt = (text: string, offset: number): Place => {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: before.length - lineStart + 1 };
};

/** `file:line:column: the line`, the line clipped to 120 characters. */
export const whereIn = (text: string, file: string, place: Place): string => {
  const line = (text.split('\n', place.line)[place.line - 1] ?? '').trim().replace(/\p{Cc}/gu, ' ');
  const shown = line.length > 120 ? `${line.slice(0, 119)}…` : line;
  return `${file}:${place.line}:${place.column}${shown === '' ? '' : `: ${shown}`}`;
};

interface Scan {
  readonly error: { readonly offset: number; readonly message: string } | null;
  /** Offsets of the deepest part of the wanted path that is there. */
  readonly found: { readonly name: number; readonly value: number };
}

const depthLimit = 500;

/** Walks a JSON text up to its first error, keeping where the wanted path was seen last. */
const scanJson = (text: string, wanted: Path | null): Scan => {
  const found = { depth: -1, name: 0, value: 0 };
  let at = 0;

  const fail = (message: string, offset = at): never => {
    throw new ScanError(message, offset);
  };
  const skipSpace = (): void => {
    while (at < text.length && ' \t\n\r'.includes(text[at] as string)) at++;
  };
  const unexpected = (): never => {
    const character = text[at];
    if (character === undefined) return fail('it ends too early');
    if (character === '/' || character === '#') return fail('JSON has no comments');
    if (character === "'" || character === '`') return fail('text stands in double quotes');
    return fail(`${JSON.stringify(String.fromCodePoint(text.codePointAt(at) ?? 0))} is not expected here`);
  };
  const expect = (character: string, why: string): void => {
    skipSpace();
    if (text[at] !== character) {
      if (text[at] === undefined || text[at] === '/' || text[at] === '#') unexpected();
      fail(why);
    }
    at++;
  };

  const readString = (): string => {
    const start = at;
    if (text[at] !== '"') unexpected();
    for (at++; text[at] !== '"'; at++) {
      if (at >= text.length || text[at] === '\n') fail('this text has no closing double quote', start);
      if (text[at] === '\\') {
        const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
        escape.lastIndex = at;
        if (!escape.test(text)) fail('a backslash begins an escape, and this is none; write \\\\ for a backslash');
        at = escape.lastIndex - 1;
      } else if (text.charCodeAt(at) < 0x20) fail('a control character in a text; write it as an escape');
    }
    at++;
    return text.slice(start, at);
  };

  const readMembers = (matched: number, depth: number): void => {
    const isList = text[at] === '[';
    const close = isList ? ']' : '}';
    at++;
    skipSpace();
    if (text[at] === close) {
      at++;
      return;
    }
    for (let index = 0; ; index++) {
      skipSpace();
      if (text[at] === close) fail(`a comma before "${close}"`);
      const nameAt = at;
      const step = isList ? index : (JSON.parse(readString()) as string);
      if (!isList) expect(':', 'a colon is missing between the name and its value');
      const matches = wanted !== null && matched >= 0 && matched < wanted.length && wanted[matched] === step;
      readValue(matches ? matched + 1 : -1, depth + 1, nameAt);
      skipSpace();
      if (text[at] === close) {
        at++;
        return;
      }
      expect(',', `a comma or "${close}" is missing before this`);
    }
  };

  const readValue = (matched: number, depth: number, nameAt: number): void => {
    skipSpace();
    if (depth > depthLimit) fail(`it is nested deeper than ${depthLimit} levels`);
    if (matched >= found.depth) Object.assign(found, { depth: matched, name: nameAt, value: at });
    if (text[at] === '{' || text[at] === '[') readMembers(matched, depth);
    else if (text[at] === '"') readString();
    else {
      const word = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;
      word.lastIndex = at;
      if (!word.test(text)) unexpected();
      at = word.lastIndex;
    }
  };

  try {
    readValue(0, 0, 0);
    skipSpace();
    if (at < text.length) unexpected();
    return { error: null, found };
  } catch (error) {
    if (!(error instanceof ScanError)) throw error;
    return { error: { offset: error.offset, message: error.message }, found };
  }
};

/** How the scanner leaves its recursion; never seen outside this file. */
class ScanError extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}
