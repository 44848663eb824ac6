/** Values as YAML, through the document model of the `yaml` library: keys in their order, a comment above its line or behind its scalar. */
import { Document, isCollection, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import type { ScalarTag } from 'yaml';
import type { Plain } from '../ports/tree-module.ts';
import { Piece, putTogether } from './piece.ts';
import type { Part } from './piece.ts';
import { isComment } from './plain.ts';

/** A comment is written up to here. */
const commentLimit = 1000;

/**
 * Every scalar on one line of its own: what stands does not depend on the column that it comes to. The library writes
 * control characters as escapes, so that a line with U+0001 in it can only be the place of a piece.
 */
const style = {
  // No directives are written; asked for, the library looks through each value for tags that want one.
  directives: false,
  lineWidth: 0,
  blockQuote: false,
  doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
} as const;

/** A list or an object that is not empty, written; any other value as it is. The value has been checked. */
export const write = (value: Plain): Plain => {
  if (typeof value !== 'object' || value === null || value instanceof Piece) return value;
  const plain = value as { readonly [key: string]: Plain } | readonly Plain[];
  const bare = isComment(plain) ? plain['='] : plain;
  if (bare instanceof Piece) return new Piece(isComment(plain) ? plain['#'] : null, bare.parts, bare.held);
  if (typeof bare !== 'object' || bare === null || Object.keys(bare).length === 0) return value;
  return new Piece(isComment(plain) ? plain['#'] : null, partsOf(bare));
};

/** The whole file, in texts of any length. */
export const writeDocument = (value: Plain, sink: (text: string) => void): void => {
  const written = write(value);
  if (!(written instanceof Piece)) return sink(stringify(toNode(value, [])));
  if (written.comment !== null) sink(`#${toComment(written.comment)}\n\n`);
  putTogether(written, 0, {
    text: sink,
    held: () => {
      throw new Error('a part of the output lies in another thread');
    },
  });
  sink('\n');
};

/** A place for a piece, as a scalar that the library writes as we say. */
class Place {
  readonly number: number;
  constructor(number: number) {
    this.number = number;
  }
}

const placeTag: ScalarTag = {
  tag: '!piece',
  default: true,
  identify: (value) => value instanceof Place,
  resolve: (text) => text,
  stringify: ({ value }) => `\u0001${(value as Place).number}\u0001`,
};

/** One for all: to make its schema anew costs more than most texts. */
const document = new Document(null, { customTags: [placeTag] });

const stringify = (node: unknown): string => {
  document.contents = node as never;
  const text = document.toString(style);
  document.contents = null;
  return text;
};

const placePattern = /(^|\n)( *(?:- )*)([^\n\u0001]*)\u0001(\d+)\u0001/g;

/** The text of one value, cut at the places of its pieces. */
const partsOf = (value: Plain): readonly Part[] => {
  const pieces: Piece[] = [];
  const text = stringify(toNode(value, pieces)).slice(0, -1);
  const parts: Part[] = [];
  let end = 0;
  for (const found of text.matchAll(placePattern)) {
    const [whole, , lead = '', key = '', number] = found;
    const place = found.index + whole.length - (number?.length ?? 0) - 2;
    const indent = lead.length + (key === '' ? 0 : 2);
    parts.push(key === '' ? text.slice(end, place) : `${text.slice(end, place - 1)}\n${' '.repeat(indent)}`);
    parts.push({ piece: pieces[Number(number)] as Piece, indent });
    end = found.index + whole.length;
  }
  if (end < text.length) parts.push(text.slice(end));
  return parts;
};

const toNode = (value: Plain, pieces: Piece[]): Scalar | YAMLMap | YAMLSeq => {
  if (value instanceof Piece) {
    const place = new Scalar(new Place(pieces.push(value) - 1));
    if (value.comment !== null) place.commentBefore = toComment(value.comment);
    return place;
  }
  if (typeof value !== 'object' || value === null) return new Scalar(value);
  if (Array.isArray(value)) {
    const list = new YAMLSeq();
    list.items = value.map((each: Plain) => toNode(each, pieces));
    return list;
  }
  const object = value as { readonly [key: string]: Plain };
  return isComment(object) ? withComment(toNode(object['='], pieces), object['#']) : toMap(object, pieces);
};

const toMap = (object: { readonly [key: string]: Plain }, pieces: Piece[]): YAMLMap => {
  const map = new YAMLMap();
  map.items = Object.entries(object).map(([name, each]) => {
    const key = new Scalar(name);
    const value = toNode(each, pieces);
    // A comment before a value would stand between it and its key.
    key.commentBefore = value.commentBefore ?? null;
    value.commentBefore = null;
    return new Pair(key, value);
  });
  return map;
};

/** A value that has one already keeps it below the new one. */
const withComment = <N extends Scalar | YAMLMap | YAMLSeq>(node: N, text: string): N => {
  const isLine = !isCollection(node) && !(node.value instanceof Place);
  if (isLine) node.comment = toComment(text);
  else node.commentBefore = toComment(text);
  return node;
};

/** One line after the `#`. */
const toComment = (text: string): string =>
  ` ${text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, commentLimit)}`;
