/** What is wrong with the user's surroundings or request, in words for the three-line error. */

/** `refused` ends the program with 1, `usage` with 2, `environment` with 5. */
export type ProblemCode = 'refused' | 'usage' | 'environment';

export interface ProblemParts {
  /** What went wrong, one line. */
  readonly what: string;
  /** The file, command or setting it is about. */
  readonly where: string;
  /** What to try. */
  readonly hint: string;
  readonly code: ProblemCode;
  /** What was named is not there: the server answers 404. Default false. */
  readonly isUnknown?: boolean;
}

/** Thrown by adapters for what the program cannot mend itself: disk full, no permission, a lock not obtained, a newer format. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly what: string;
  readonly where: string;
  readonly hint: string;
  readonly code: ProblemCode;
  readonly isUnknown: boolean;

  constructor(parts: ProblemParts, options?: ErrorOptions) {
    super(`${parts.what}\n${parts.where}\n${parts.hint}`, options);
    this.what = parts.what;
    this.where = parts.where;
    this.hint = parts.hint;
    this.code = parts.code;
    this.isUnknown = parts.isUnknown === true;
  }
}
