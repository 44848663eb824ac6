/**
 * A written value: lines of YAML at column 0, with other pieces in between that are not copied into it. Indentation is
 * added once, when the whole is put together: copying lines at every level would cost depth times size.
 */
import type { Written } from '../ports/tree-module.ts';

/** A text, or a piece that begins where the text before it ends and whose other lines stand `indent` columns to the right. */
export type Part = string | { readonly piece: Piece; readonly indent: number };

export class Piece implements Written {
  readonly isWritten = true;
  /** Belongs above the line that the piece begins on. */
  readonly comment: string | null;
  readonly parts: readonly Part[];
  /** Of a piece that lies in another thread: its number there. */
  readonly held: number | null;

  constructor(comment: string | null, parts: readonly Part[], held: number | null = null) {
    this.comment = comment;
    this.parts = parts;
    this.held = held;
    Object.freeze(this);
  }
}

/** Where the lines of a piece go. */
export interface LineSink {
  text(text: string): void;
  /** A piece of another thread, `indent` columns to the right. */
  held(number: number, indent: number): void;
}

/** Puts a piece together, all lines but the first `indent` columns to the right. */
export const putTogether = (piece: Piece, indent: number, sink: LineSink): void => {
  if (piece.held !== null) return sink.held(piece.held, indent);
  const margin = `\n${' '.repeat(indent)}`;
  for (const part of piece.parts) {
    if (typeof part === 'string') sink.text(indent === 0 ? part : part.replaceAll('\n', margin));
    else putTogether(part.piece, indent + part.indent, sink);
  }
};
