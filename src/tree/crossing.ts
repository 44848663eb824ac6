/**
 * Results between threads. Written values cross as text, put together once; those that the other thread only has to
 * place stay where they are, and cross as numbers.
 */
import type { Plain } from '../ports/tree-module.ts';
import type { SentPart, SentPiece, SentResults } from '../ports/tree-pool.ts';
import { Piece, putTogether } from './piece.ts';
import type { Part } from './piece.ts';
import { findResultFault } from './plain.ts';

/** No checked object has a key with a control character. */
const mark = '\u0001';

/** Results as they are sent with all their text. */
export const sendWhole = (results: readonly (Plain | undefined)[]): SentResults => {
  const { data, pieces } = takeOut(results);
  return { data, pieces: pieces.map(toText) };
};

/** Results as they are sent without the text of what is written, and those pieces, by number. */
export const sendWithout = (
  results: readonly Plain[],
): { readonly sent: SentResults; readonly held: readonly Piece[] } => {
  const { data, pieces } = takeOut(results);
  return { sent: { data, pieces: pieces.map(({ comment }) => ({ comment, parts: [] })) }, held: pieces };
};

/** Results as they arrive. `held`: the pieces that were kept back when the task was sent. */
export const receive = ({ data, pieces }: SentResults, held: readonly Piece[] = []): readonly (Plain | undefined)[] => {
  const back = pieces.map(
    ({ comment, parts }) =>
      new Piece(
        comment,
        parts.map((part) => toPart(part, held)),
      ),
  );
  return putIn(data, back);
};

/** Results of which the written values stayed with the sender. */
export const receiveStubs = ({ data, pieces }: SentResults): readonly Plain[] =>
  putIn(
    data,
    pieces.map(({ comment }, number) => new Piece(comment, [], number)),
  ) as readonly Plain[];

const toPart = (part: SentPart, held: readonly Piece[]): Part =>
  typeof part === 'string' ? part : { piece: held[part.held] as Piece, indent: part.indent };

const toText = (piece: Piece): SentPiece => {
  const parts: SentPart[] = [];
  let text = '';
  putTogether(piece, 0, {
    text: (more) => {
      text += more;
    },
    held: (number, indent) => {
      parts.push(text, { held: number, indent });
      text = '';
    },
  });
  return { comment: piece.comment, parts: text === '' ? parts : [...parts, text] };
};

const takeOut = (
  results: readonly (Plain | undefined)[],
): { readonly data: unknown; readonly pieces: readonly Piece[] } => {
  const pieces: Piece[] = [];
  const take = (value: unknown): unknown => {
    if (value instanceof Piece) return { [mark]: pieces.push(value) - 1 };
    if (Array.isArray(value)) return value.map(take);
    return typeof value === 'object' && value !== null ? mapValues(value, take) : value;
  };
  return { data: take(results), pieces };
};

/** The values are frozen again, and known as checked. */
const putIn = (data: unknown, pieces: readonly Piece[]): readonly (Plain | undefined)[] => {
  const put = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(put);
    if (typeof value !== 'object' || value === null) return value;
    const number = (value as { readonly [mark]?: number })[mark];
    return number === undefined ? mapValues(value, put) : pieces[number];
  };
  const results = (data as readonly unknown[]).map(put) as (Plain | undefined)[];
  for (const result of results) findResultFault(result);
  return results;
};

const mapValues = (value: object, change: (each: unknown) => unknown): object =>
  Object.fromEntries(Object.entries(value).map(([key, each]) => [key, change(each)]));
