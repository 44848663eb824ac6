/** What stands in front matter, as written. */

/** A value of front matter: text, a list of texts, or named texts. */
export interface FrontValue {
  readonly line: number;
  readonly column: number;
  readonly value: FrontScalar | readonly FrontScalar[] | Readonly<Record<string, FrontScalar>>;
}

/** A scalar as written; `isPlain`: without quotes, so that it may also stand for a number, true, false or null. */
export interface FrontScalar {
  readonly text: string;
  readonly isPlain: boolean;
}
