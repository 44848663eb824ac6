/**
 * The YAML between two `---` lines at the head of a task file. Every value is text as it was written (`001`
 * stays `001`, `1.10` stays `1.10`): the failsafe schema knows no numbers. The parser is loaded when the first
 * file has front matter.
 */
import type * as Yaml from 'yaml';
import type { Node, Scalar, YAMLMap } from 'yaml';
import type { FrontScalar, FrontValue } from './front-value.ts';
import { readPlainFrontMatter } from './plain-front-matter.ts';

export interface FrontMatter {
  /** By name in lower case with `_` for `-` and spaces. */
  readonly fields: ReadonlyMap<string, FrontValue>;
  /** What follows it. */
  readonly body: string;
}

export type ParsedFrontMatter =
  /** Fields are empty if there is no front matter. */
  | { readonly ok: true; readonly value: FrontMatter; readonly isThere: boolean }
  | { readonly ok: false; readonly line: number; readonly column: number; readonly why: string };

/**
 * Splits a task file into front matter and body. A field outside `ours` that is nested deeper than `FrontValue` holds is
 * another tool's and is passed over; one of `ours` is a fault. Never throws.
 */
export const parseFrontMatter = async (text: string, ours: ReadonlySet<string>): Promise<ParsedFrontMatter> => {
  const opening = /^---[ \t]*\r?\n/.exec(text);
  const nothing = { ok: true, isThere: false, value: { fields: new Map<string, FrontValue>(), body: text } } as const;
  if (opening === null) return nothing;
  const start = opening[0].length;
  const closing = /^(?:---|\.\.\.)[ \t]*(?:\r?\n|$)/m.exec(text.slice(start));
  if (closing === null) {
    // A line of dashes alone is also a rule across the page.
    if (!/^[A-Za-z_][\w -]*:/.test(text.slice(start))) return nothing;
    return { ok: false, line: 1, column: 1, why: 'the front matter that begins here has no closing `---`' };
  }
  const source = text.slice(start, start + closing.index);
  const plain = readPlainFrontMatter(source, 2);
  const fields: Fields = plain === null ? await readFields(source, ours) : { ok: true, value: plain };
  if (!fields.ok) return fields;
  return {
    ok: true,
    isThere: true,
    value: { fields: fields.value, body: text.slice(start + closing.index + closing[0].length) },
  };
};

type Fields =
  { readonly ok: true; readonly value: ReadonlyMap<string, FrontValue> } | Extract<ParsedFrontMatter, { ok: false }>;

/** What the YAML parser makes of front matter; `readPlainFrontMatter` says the same where it says anything. */
export const readFields = async (source: string, ours: ReadonlySet<string>): Promise<Fields> => {
  const yaml = await import('yaml');
  const { parseDocument, LineCounter, isMap, isScalar } = yaml;
  const lines = new LineCounter();
  // The first line of the file is the opening `---`.
  const placeOf = (offset: number): { readonly line: number; readonly column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line) + 1, column: Math.max(1, col) };
  };
  try {
    const document = parseDocument(source, {
      schema: 'failsafe',
      lineCounter: lines,
      prettyErrors: false,
      logLevel: 'silent',
    });
    const [error] = document.errors;
    if (error !== undefined) return { ok: false, ...placeOf(error.pos[0]), why: firstLine(error.message) };
    const { contents } = document;
    if (contents === null || (isScalar(contents) && contents.value === '')) return { ok: true, value: new Map() };
    if (!isMap(contents)) return { ok: false, line: 2, column: 1, why: 'front matter holds `name: value` lines' };
    const fields = new Map<string, FrontValue>();
    for (const { key, value } of (contents as YAMLMap<Node, Node | null>).items) {
      const place = placeOf(value?.range?.[0] ?? key.range?.[0] ?? 0);
      const name = isScalar(key) ? String(key.value).toLowerCase().replace(/[- ]/g, '_') : null;
      if (name === null) return { ok: false, ...place, why: 'a name in front matter is text' };
      const read = readValue(yaml, value);
      if (read === null && !ours.has(name)) continue;
      if (read === null)
        return {
          ok: false,
          ...place,
          why: `\`${name.slice(0, 60)}\` holds more than a text, a list of texts or named texts`,
        };
      fields.set(name, { ...place, value: read });
    }
    return { ok: true, value: fields };
  } catch (error) {
    return { ok: false, line: 2, column: 1, why: firstLine(error instanceof Error ? error.message : String(error)) };
  }
};

/** Null: nested deeper, or an alias. */
const readValue = ({ isMap, isScalar, isSeq }: typeof Yaml, node: Node | null): FrontValue['value'] | null => {
  const scalar = (value: unknown): FrontScalar | null => {
    if (value === null || value === undefined) return { text: '', isPlain: true };
    return isScalar(value) ? toScalar(value) : null;
  };
  if (isSeq(node)) {
    const items = node.items.map(scalar);
    return items.every((item) => item !== null) ? items : null;
  }
  if (isMap(node)) {
    const pairs = node.items.map(({ key, value }) => [scalar(key)?.text ?? '', scalar(value)] as const);
    if (pairs.some(([name, value]) => value === null || name === '__proto__')) return null;
    return Object.fromEntries(pairs) as Record<string, FrontScalar>;
  }
  return scalar(node);
};

const toScalar = ({ value, type }: Scalar): FrontScalar => ({
  text: String(value ?? ''),
  isPlain: type === 'PLAIN' || type === undefined,
});

/** Of the parser's words, which may repeat a tag of any length. */
const firstLine = (message: string): string => (message.split('\n')[0] ?? message).slice(0, 300).replace(/[:.]$/, '');
