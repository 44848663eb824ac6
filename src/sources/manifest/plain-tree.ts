/**
 * The YAML that most manifests are, read without the YAML parser: maps and lists by indentation, plain or quoted texts on
 * one line, lists in brackets, comments. Whatever could mean something else to YAML, and whatever is wrong, is left to it,
 * so that all its refusals stay as they are. 5,000 entries are read in a twentieth of the time.
 */
import { namesLimit } from './tree.ts';
import type { Field, ListNode, MapNode, TextNode, Tree } from './tree.ts';

/** The same tree, to the offset, that `readTree` makes of the text; null: ask it. Never throws. */
export const readPlainTree = (text: string): Tree | null => {
  if (strange.test(text)) return null;
  const lines = linesOf(text);
  const reader: Reader = { lines, at: 0 };
  const first = lines[0];
  if (first === undefined) return null;
  const tree = readBlock(reader, first.indent, 0);
  return reader.at === lines.length ? tree : null;
};

/** Control characters, tabs, carriage returns, and line ends that only some take for such. */
const strange = /[^\n\x20-\x7e\u00a1-\u1fff]/u;

/** Deeper ones are left to YAML, which has its own limit. */
const depthLimit = 16;

interface Line {
  readonly indent: number;
  readonly offset: number;
  readonly text: string;
}

interface Reader {
  readonly lines: Line[];
  at: number;
}

const linesOf = (text: string): Line[] => {
  const lines: Line[] = [];
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    let offset = start;
    while (offset < end && text.charCodeAt(offset) === 0x20) offset++;
    if (offset < end && text[offset] !== '#')
      lines.push({ indent: offset - start, offset, text: text.slice(offset, end) });
    start = end + 1;
  }
  return lines;
};

const readBlock = (reader: Reader, indent: number, depth: number): Tree | null => {
  const line = reader.lines[reader.at];
  if (line === undefined || depth > depthLimit) return null;
  if (line.text.startsWith('- ')) return readList(reader, indent, depth);
  if (namePattern.test(line.text)) return readMap(reader, indent, depth);
  // At the top it would be a manifest of one text, or a mark of YAML.
  if (depth === 0) return null;
  reader.at++;
  // Over two lines it would be folded.
  return isDeeper(reader, indent - 1) ? null : readValue(line.text, line.offset);
};

/** Whether the next line belongs further in than `indent`. */
const isDeeper = ({ lines, at }: Reader, indent: number): boolean => (lines[at]?.indent ?? -1) > indent;

const readList = (reader: Reader, indent: number, depth: number): ListNode | null => {
  const { lines } = reader;
  const items: Tree[] = [];
  const offset = lines[reader.at]?.offset ?? 0;
  for (let line = lines[reader.at]; line?.indent === indent && line.text.startsWith('- '); line = lines[reader.at]) {
    const skip = /^- +/.exec(line.text)?.[0].length ?? 0;
    // What stands after the dash is a block of its own, which begins in that column.
    lines[reader.at] = { indent: indent + skip, offset: line.offset + skip, text: line.text.slice(skip) };
    const item = readBlock(reader, indent + skip, depth + 1);
    if (item === null || isDeeper(reader, indent)) return null;
    items.push(item);
  }
  return { kind: 'list', items, offset };
};

const name = /([A-Za-z_][\w.-]{0,99}):(?: +|$)/.source;
const namePattern = new RegExp(`^${name}`);

const readMap = (reader: Reader, indent: number, depth: number): MapNode | null => {
  const { lines } = reader;
  const fields = new Map<string, Field>();
  const offset = lines[reader.at]?.offset ?? 0;
  for (let line = lines[reader.at]; line?.indent === indent; line = lines[reader.at]) {
    const match = namePattern.exec(line.text);
    const found = match?.[1];
    if (match === null || found === undefined || found === '__proto__' || fields.has(found)) return null;
    reader.at++;
    const rest = match[0].length;
    const value =
      rest === line.text.length
        ? readBelow(reader, indent, depth)
        : readValue(line.text.slice(rest), line.offset + rest);
    if (value === null || isDeeper(reader, indent)) return null;
    fields.set(found, { nameOffset: line.offset, value });
  }
  return fields.size > namesLimit ? null : { kind: 'map', fields, offset };
};

/** The block below a name. A list may stand in the column of the name. */
const readBelow = (reader: Reader, indent: number, depth: number): Tree | null => {
  const next = reader.lines[reader.at];
  if (next === undefined) return null;
  const isList = next.text.startsWith('- ');
  return next.indent > indent || (next.indent === indent && isList) ? readBlock(reader, next.indent, depth + 1) : null;
};

/** No `#`, and no `:` before a space. */
const letter = /(?:[!-"$-9;-~]|:(?=[!-~]))/.source;
const plain = `(?:[A-Za-z0-9_./$]|-(?=[0-9.]))${letter}*(?: +${letter}+)*`;
const quoted = /"[^"\\#]*"|'[^'#]*'/.source;
const word = /[A-Za-z0-9_][\w./-]*/.source;
const item = `(?:${word}|${quoted})`;
const valuePattern = new RegExp(`^(?:(${plain})|(${quoted})|\\[ *((?:${item}(?: *, *${item})*)?) *\\]) *(?: #.*)?$`);

const readValue = (text: string, offset: number): TextNode | ListNode | null => {
  const match = valuePattern.exec(text);
  if (match === null) return null;
  const [, isPlain, isQuoted, list] = match;
  if (isPlain !== undefined) return { kind: 'text', text: isPlain, isPlain: true, offset };
  if (isQuoted !== undefined) return unquoted(isQuoted, offset);
  const items = [...(list ?? '').matchAll(itemPattern)].map((each) => {
    const at = offset + text.indexOf(list ?? '', 1) + each.index;
    return /^["']/.test(each[0])
      ? unquoted(each[0], at)
      : ({ kind: 'text', text: each[0], isPlain: true, offset: at } as const);
  });
  return { kind: 'list', items, offset };
};

const itemPattern = new RegExp(item, 'g');

const unquoted = (text: string, offset: number): TextNode => ({
  kind: 'text',
  text: text.slice(1, -1),
  isPlain: false,
  offset,
});
