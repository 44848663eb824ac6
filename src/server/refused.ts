/** Refusals of the server: a status and the words of a three-line error. */
import { Problem } from '../ports/problem.ts';
import type { ErrorAnswer } from '../view/api.ts';
import { clip } from '../view/clean.ts';

export type RefusedStatus = 401 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 429 | 500 | 503;

export interface RefusedParts {
  readonly status: RefusedStatus;
  readonly what: string;
  readonly where: string;
  readonly hint: string;
  readonly issues?: ErrorAnswer['error']['issues'];
  readonly difference?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown by routes and checks; the app turns it into an answer. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly parts: RefusedParts;

  constructor(parts: RefusedParts) {
    super(parts.what);
    this.parts = parts;
  }
}

const codes: Readonly<Record<RefusedStatus, string>> = {
  401: 'no_session',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  409: 'conflict',
  413: 'body_too_large',
  415: 'not_json',
  422: 'invalid_body',
  429: 'too_many_requests',
  500: 'bug',
  503: 'environment',
};

/** What a thrown thing means for the one who asked. Null: it is a bug. */
export const toRefused = (error: unknown): RefusedParts | null => {
  if (error instanceof Refused) return error.parts;
  if (!(error instanceof Problem)) return null;
  const { what, where, hint } = error;
  return { status: statusOf(error), what, where, hint };
};

const statusOf = ({ code, isUnknown }: Problem): RefusedStatus => {
  if (isUnknown) return 404;
  return code === 'refused' ? 409 : code === 'usage' ? 422 : 503;
};

export const errorAnswer = (parts: RefusedParts, at: string): ErrorAnswer => ({
  at,
  error: {
    code: codes[parts.status],
    what: clip(parts.what, 2000),
    where: clip(parts.where, 2000),
    hint: clip(parts.hint, 2000),
    ...(parts.issues === undefined ? {} : { issues: parts.issues }),
    ...(parts.difference === undefined ? {} : { difference: parts.difference }),
  },
});

export const notFound = (what: string, where: string, hint: string): Refused =>
  new Refused({ status: 404, what, where, hint });
