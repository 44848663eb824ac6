/** What GitHub refuses, in words for a person. */
import { Problem } from '../../ports/problem.ts';
import { withoutSecrets } from '../foreign-text.ts';
import { Hopeless } from '../http.ts';

/** What was asked, of whom, as whom. */
export interface Asking {
  /** `GET https://api.github.com/repos/o/r/issues`. */
  readonly where: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly token: string | null;
  /** As config writes it: `15m`. */
  readonly maxWait: string;
}

/** Of Octokit's errors, what is used here. */
interface RequestError extends Error {
  readonly status?: number;
  readonly response?: { readonly headers: Readonly<Record<string, string | undefined>> };
}

/** The status of an answer that was an error; null for anything else. */
export const statusOf = (error: unknown): number | null => {
  const { status, response } = error as RequestError;
  return typeof status === 'number' && response !== undefined ? status : null;
};

/** The Problem for an error of a request; errors that are none of GitHub's come back as they are. */
export const explain = (error: unknown, asking: Asking): unknown => {
  if (error instanceof Problem) return error;
  if (error instanceof Hopeless) return error.problem;
  if (!(error instanceof Error) || !('status' in error)) return error;
  const status = statusOf(error);
  const failure = error as RequestError;
  const message = withoutSecrets(error.message, [asking.token]);
  const [what, hint] = status === null ? unreachable(message) : wordsFor(status, message, failure, asking);
  return new Problem(
    { what, where: asking.where, hint, code: status === 404 ? 'refused' : 'environment' },
    { cause: error },
  );
};

type Words = readonly [what: string, hint: string];

const unreachable = (message: string): Words => [
  `GitHub cannot be reached: ${message}`,
  'check the network and try again; nothing was changed',
];

const wordsFor = (status: number, message: string, error: RequestError, asking: Asking): Words => {
  if (status === 401) return unauthorized(message, asking);
  if (isRateLimit(status, message, error)) return limited(message, error, asking);
  if (status === 403)
    return [
      `the token may not read the issues of ${asking.repository}: ${message}`,
      'give it the permission `Issues: read` (a classic one: `repo`), and allow it for the organisation',
    ];
  if (status === 404)
    return [
      `GitHub knows no repository ${asking.repository}, or hides it from this ${asking.token === null ? 'caller without a token' : 'token'}`,
      asking.token === null
        ? 'check the name; for a private one set GITHUB_TOKEN, or log in: gh auth login'
        : 'check the name, and that the token may read it',
    ];
  if (status === 410)
    return [`the issues of ${asking.repository} are switched off or gone: ${message}`, 'check the name'];
  if (status === 422) return [`GitHub does not understand the query: ${message}`, 'check the values of the query'];
  if (status >= 500)
    return [`GitHub answers ${status}, also when asked again: ${message}`, 'try again later; nothing was changed'];
  return [`GitHub answers ${status}: ${message}`, 'check the address of the server; nothing was changed'];
};

const unauthorized = (message: string, { token }: Asking): Words =>
  token === null
    ? ['GitHub wants a token', 'set GITHUB_TOKEN, or log in: gh auth login']
    : [`GitHub does not accept the token: ${message}`, 'make a new one and set GITHUB_TOKEN, or log in: gh auth login'];

const isRateLimit = (status: number, message: string, { response }: RequestError): boolean =>
  status === 429 ||
  (status === 403 && (response?.headers['x-ratelimit-remaining'] === '0' || /\bsecondary rate\b/i.test(message)));

const limited = (message: string, { response }: RequestError, asking: Asking): Words => {
  const reset = Number(response?.headers['x-ratelimit-reset']);
  const until = reset > 0 ? `until ${new Date(reset * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC` : '';
  const more = asking.token === null ? '; with a token (GITHUB_TOKEN) more is allowed' : '';
  return [
    `GitHub's limit of requests is reached ${until}: ${message}`.replace('  ', ' ').replace(' :', ':'),
    `try again then, or let it wait longer: github.max_wait in .wf/config.json (now ${asking.maxWait})${more}`,
  ];
};
