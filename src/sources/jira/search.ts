/**
 * Jira's search by JQL, page by page: `POST /rest/api/3/search/jql`, as "Search for issues using JQL enhanced search"
 * of developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search describes it: each page but the last
 * has a `nextPageToken` that asks for the next one. Limits are waited for as …/platform/rate-limiting says: 429, and
 * 503 with `Retry-After` in seconds.
 */
import { Problem } from '../../ports/problem.ts';
import { oneLine, withoutSecrets } from '../foreign-text.ts';
import { Hopeless, makeFetch } from '../http.ts';
import type { Fetch } from '../http.ts';
import type { Surroundings } from '../surroundings.ts';
import { asPage, fieldNames } from './issue.ts';
import type { JiraIssue } from './issue.ts';
import type { Site } from './site.ts';

const pageSize = 100;
/** A token that leads in circles is left alone. */
const pageLimit = 1100;
/** Tries after the first. */
const retries = 3;

/** All issues that a JQL names, in its order; says how far it is. Throws a Problem. */
export const searchIssues = async (
  site: Site,
  jql: string,
  surroundings: Surroundings,
): Promise<readonly JiraIssue[]> => {
  const { baseUrl, authorization } = site;
  const url = `${baseUrl}/rest/api/3/search/jql`;
  const fetch = makeFetch({ name: 'Jira', baseUrl, cache: surroundings.cache('jira'), identity: authorization });
  const issues = new Map<string, JiraIssue>();
  let token: string | null = null;
  for (let page = 0; page < pageLimit; page++) {
    if (page > 0) surroundings.say(`Jira: ${issues.size} issues read`);
    const body = JSON.stringify({
      ...{ jql, fields: fieldNames, maxResults: pageSize },
      ...(token === null ? {} : { nextPageToken: token }),
    });
    const answer = asPage(await ask({ fetch, url, body, jql, site, surroundings }), `POST ${url}`);
    for (const issue of answer.issues ?? []) issues.set(issue.key, issue);
    const next: string | null = answer.nextPageToken ?? null;
    if (next === null || next === token || answer.isLast === true) return [...issues.values()];
    token = next;
  }
  return [...issues.values()];
};

interface Question {
  readonly fetch: Fetch;
  readonly url: string;
  readonly body: string;
  readonly jql: string;
  readonly site: Site;
  readonly surroundings: Surroundings;
}

/** One page, asked for again after a failure of the server and after a limit. */
const ask = async (question: Question): Promise<unknown> => {
  const { surroundings } = question;
  for (let tried = 0; ; tried++) {
    const answer = await askOnce(question);
    if (answer instanceof Response && answer.ok) return answer.json();
    const seconds = tried < retries ? waitFor(answer, tried, surroundings) : null;
    if (seconds === null)
      throw answer instanceof Response ? await explain(answer, question) : unreachable(answer, question);
    await new Promise((resolve) => setTimeout(resolve, seconds * surroundings.secondMs));
  }
};

const askOnce = async ({ fetch, url, body, site }: Question): Promise<Response | Error> => {
  const headers = { authorization: site.authorization, accept: 'application/json', 'content-type': 'application/json' };
  try {
    return await fetch(url, { method: 'POST', headers: { ...headers, 'user-agent': 'wf0-batch' }, body });
  } catch (error) {
    if (error instanceof Hopeless) throw error.problem;
    return error as Error;
  }
};

/** Seconds until the next try; null if there is none. */
const waitFor = (answer: Response | Error, tried: number, { say, config }: Surroundings): number | null => {
  if (!(answer instanceof Response)) return (tried + 1) ** 2;
  const named = Number(answer.headers.get('retry-after') ?? Number.NaN);
  const isLimit = answer.status === 429 || (answer.status === 503 && named > 0);
  if (!isLimit) return answer.status >= 500 ? (tried + 1) ** 2 : null;
  const seconds = named > 0 ? named : 10 * 2 ** tried;
  if (seconds * 1000 > config.jira.max_wait_ms) return null;
  say(`Jira's limit of requests is reached; waiting ${seconds} s`);
  return seconds;
};

const unreachable = (error: Error, { url, site }: Question): Problem => {
  const cause = error.cause instanceof Error ? error.cause.message : error.message;
  return new Problem(
    {
      what: `Jira cannot be reached: ${withoutSecrets(cause, site.secrets)}`,
      where: `POST ${url}`,
      hint: 'check the network and try again; nothing was changed',
      code: 'environment',
    },
    { cause: error },
  );
};

/** Answers that are errors: `{"errorMessages": [], "errors": {}}`. */
const explain = async (answer: Response, { url, jql, site, surroundings }: Question): Promise<Problem> => {
  const message = withoutSecrets(messageOf(await answer.text()), site.secrets);
  const tail = message === '' ? '' : `: ${message}`;
  const { status } = answer;
  const say = (
    what: string,
    hint: string,
    code: 'refused' | 'environment' = 'environment',
    where = `POST ${url}`,
  ): Problem => new Problem({ what: `${what}${tail}`, where, hint, code });
  if (status === 400)
    return say('Jira does not understand the JQL', 'try it in the search of Jira', 'refused', `jira=${jql}`);
  if (status === 401) return say('Jira does not accept the token', 'check JIRA_EMAIL, and make a new JIRA_API_TOKEN');
  if (status === 403) return say('the token may not search here', 'give it the scope read:jira-work, or ask who may');
  if (status === 404)
    return say('there is no Jira Cloud at this address', 'check JIRA_BASE_URL or jira.base_url', 'refused');
  if (status === 429)
    return say(
      "Jira's limit of requests is reached",
      `try again later, or let it wait longer: jira.max_wait in .wf/config.json (now ${surroundings.config.jira.max_wait_ms / 1000}s)`,
    );
  if (status >= 500)
    return say(`Jira answers ${status}, also when asked again`, 'try again later; nothing was changed');
  return say(`Jira answers ${status}`, 'check the address of the site; nothing was changed');
};

const messageOf = (body: string): string => {
  try {
    const {
      errorMessages = [],
      errors = {},
      message = '',
    } = JSON.parse(body) as {
      readonly errorMessages?: readonly unknown[];
      readonly errors?: Readonly<Record<string, unknown>>;
      readonly message?: unknown;
    };
    const named = Object.entries(errors).map(([name, text]) => `${name}: ${String(text)}`);
    return oneLine([...errorMessages.map(String), ...named, String(message)].filter((part) => part !== '').join('; '));
  } catch {
    return oneLine(body, 100);
  }
};
