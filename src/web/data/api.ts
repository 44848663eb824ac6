/** One call of the API, and what its refusal says. */
import type { ErrorAnswer } from '../../view/api.ts';

export const apiRoot = '/api/v1/batch';

/** A refusal of the server, or that it could not be reached (`status` 0). */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly where: string;
  readonly hint: string;
  readonly difference: readonly string[];

  constructor(status: number, error: Partial<ErrorAnswer['error']>) {
    super(error.what ?? `the server answered ${status}`);
    this.status = status;
    this.code = error.code ?? 'unknown';
    this.where = error.where ?? '';
    this.hint = error.hint ?? '';
    this.difference = error.difference ?? [];
  }
}

interface Call {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** Asks below `/api/v1/batch`. Throws an `ApiError`; an aborted call throws its reason. */
export const call = async <Answer>(path: string, { method, body, signal }: Call = {}): Promise<Answer> => {
  const response = await send(path, { method, body, signal });
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as Answer;
};

/** The same for an answer that is no JSON. */
export const send = async (path: string, { method, body, signal }: Call = {}): Promise<Response> => {
  const response = await fetch(`${apiRoot}${path}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  }).catch((cause: unknown) => {
    if (signal?.aborted === true) throw cause;
    throw new ApiError(0, unreachable);
  });
  if (!response.ok) throw await refusal(response);
  return response;
};

const unreachable = {
  code: 'unreachable',
  what: 'the server does not answer',
  where: location.origin,
  hint: 'look whether `wf0-batch serve` still runs; batches go on without it',
};

const refusal = async (response: Response): Promise<ApiError> => {
  const answer = (await response.json().catch(() => ({}))) as Partial<ErrorAnswer>;
  if (response.status === 401)
    return new ApiError(401, {
      ...answer.error,
      what: 'this browser has no session with the server',
      hint: 'open the address that `wf0-batch serve` prints',
    });
  return new ApiError(response.status, answer.error ?? {});
};

/** One segment of an address. */
export const segment = (text: string): string => encodeURIComponent(text);

/** What went wrong as an `ApiError`, whatever was thrown. */
export const asApiError = (cause: unknown): ApiError =>
  cause instanceof ApiError ? cause : new ApiError(0, { what: String(cause), hint: 'reload the page' });
