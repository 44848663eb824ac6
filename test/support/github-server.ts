/**
 * GitHub's issues on a real server of this machine. What it is asked and what it answers is judged by GitHub's own
 * description of its API (WF_CASES), or by a small one of the same shape; a test asserts that there are no `faults`.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { projectFolder } from '../../scripts/layers/load.ts';
import { startServer } from './http-server.ts';
import type { LocalServer, Reply } from './http-server.ts';
import { makeJudge } from './openapi.ts';
import type { ApiDescription } from './openapi.ts';

export interface GithubIssue {
  readonly number: number;
  readonly state: string;
  readonly title: string;
  readonly body: string | null;
  readonly labels: readonly { readonly name: string }[];
  readonly milestone: { readonly number: number; readonly title: string } | null;
  readonly assignee: { readonly login: string } | null;
  readonly html_url: string;
  readonly repository_url: string;
  readonly [name: string]: unknown;
}

export interface GithubServer extends LocalServer {
  /** What the description of the API does not allow, in requests and answers. */
  readonly faults: string[];
  /** The authorization that came with each request; empty without one. */
  readonly tokens: string[];
}

export interface GithubOptions {
  /** By `owner/name`; the first one's id is 101. */
  readonly repositories: Readonly<Record<string, readonly GithubIssue[]>>;
  /** By number of the first repository's issue. */
  readonly blockedBy?: Readonly<Record<number, readonly GithubIssue[]>>;
  readonly subIssues?: Readonly<Record<number, readonly GithubIssue[]>>;
  /** An answer instead of the usual one; undefined: the usual one. */
  readonly instead?: (url: URL, request: IncomingMessage, count: number) => Reply | undefined;
}

const cases = process.env['WF_CASES'];
const description = (): ApiDescription => {
  const own = join(projectFolder(), 'test/fixtures/github/issues.openapi.json');
  const file = cases === undefined ? own : join(cases, 'github/gh-issues.openapi.json');
  return JSON.parse(readFileSync(existsSync(file) ? file : own, 'utf8')) as ApiDescription;
};

export const startGithub = async (options: GithubOptions): Promise<GithubServer> => {
  const judge = makeJudge(description());
  const faults: string[] = [];
  const tokens: string[] = [];
  const names = Object.keys(options.repositories);
  let count = 0;
  const server = await startServer((request, url) => {
    tokens.push(request.headers.authorization ?? '');
    const described = byName(url, names);
    faults.push(...judge.request(request.method ?? '', described));
    const reply = options.instead?.(url, request, ++count) ?? answer(described, options, server.address);
    if (typeof reply === 'function') return reply;
    faults.push(...judge.answer(request.method ?? '', described, reply.status, reply.body));
    return tagged(reply, request);
  });
  return Object.assign(server, { faults, tokens });
};

/** Links of pages name the repository by its id, which the description does not know. */
const byName = (url: URL, names: readonly string[]): URL => {
  const path = url.pathname.replace(
    /^\/repositories\/(\d+)\//,
    (_, id: string) => `/repos/${names[Number(id) - 101]}/`,
  );
  return new URL(`${path}${url.search}`, url);
};

const answer = (url: URL, options: GithubOptions, address: string): Reply => {
  if (url.pathname === '/user') return { status: 200, body: { ...user('octocat'), ...profile } };
  const [, repository = '', rest = ''] = /^\/repos\/([^/]+\/[^/]+)\/issues\/?(.*)$/.exec(url.pathname) ?? [];
  const issues = options.repositories[repository];
  const id = Object.keys(options.repositories).indexOf(repository) + 101;
  if (issues === undefined) return notFound;
  const page = (list: readonly GithubIssue[]): Reply =>
    paged(list, url, `${address}/repositories/${id}/issues${rest && `/${rest}`}`);
  if (rest === '') return page(select(issues, url.searchParams));
  const [number = '', ...kind] = rest.split('/');
  if (kind.join('/') === 'dependencies/blocked_by') return page(options.blockedBy?.[Number(number)] ?? []);
  if (kind.join('/') === 'sub_issues') return page(options.subIssues?.[Number(number)] ?? []);
  const issue = issues.find((each) => each.number === Number(number));
  return issue === undefined || kind.length > 0 ? notFound : { status: 200, body: issue };
};

export const notFound: Reply = {
  status: 404,
  body: { message: 'Not Found', documentation_url: 'https://docs.github.com/rest', status: '404' },
};

const select = (issues: readonly GithubIssue[], query: URLSearchParams): readonly GithubIssue[] => {
  const labels = query.get('labels')?.toLowerCase().split(',') ?? [];
  const state = query.get('state') ?? 'open';
  const assignee = query.get('assignee');
  const milestone = query.get('milestone');
  return issues.filter(
    (issue) =>
      (state === 'all' || issue.state === state) &&
      labels.every((label) => issue.labels.some(({ name }) => name.toLowerCase() === label)) &&
      (assignee === null || isNamed(issue.assignee?.login, assignee)) &&
      (milestone === null || isNamed(issue.milestone?.number.toString(), milestone)),
  );
};

const isNamed = (value: string | undefined, wanted: string): boolean =>
  wanted === '*' ? value !== undefined : wanted === 'none' ? value === undefined : value === wanted;

const paged = (list: readonly GithubIssue[], url: URL, base: string): Reply => {
  const size = Math.min(100, Number(url.searchParams.get('per_page') ?? 30));
  const page = Number(url.searchParams.get('page') ?? 1);
  const query = new URLSearchParams(url.searchParams);
  query.set('page', String(page + 1));
  const hasMore = page * size < list.length;
  return {
    status: 200,
    ...(hasMore ? { headers: { link: `<${base}?${query.toString()}>; rel="next", <${base}>; rel="last"` } } : {}),
    body: list.slice((page - 1) * size, page * size),
  };
};

/** As GitHub does: an answer has a tag, and is not sent again to whom has it. */
const tagged = (reply: Exclude<Reply, (...given: never[]) => void>, request: IncomingMessage): Reply => {
  if (reply.status !== 200 || reply.headers?.['etag'] !== undefined) return reply;
  const etag = `W/"${createHash('sha256').update(JSON.stringify(reply.body)).digest('hex')}"`;
  const headers = { ...reply.headers, etag };
  return request.headers['if-none-match'] === etag ? { status: 304, headers, body: '' } : { ...reply, headers };
};

/** An issue with every member that GitHub's description requires. */
export const makeIssue = (
  number: number,
  over: Partial<GithubIssue> & { readonly repository?: string } = {},
): GithubIssue => {
  const { repository = 'acme/widgets', ...given } = over;
  const api = `https://api.github.com/repos/${repository}`;
  return {
    id: 1_000_000 + number,
    node_id: `I_${number}`,
    number,
    state: 'open',
    title: `Issue ${number}`,
    body: null,
    user: user('ada'),
    assignee: null,
    assignees: [],
    milestone: null,
    locked: false,
    comments: 0,
    closed_at: null,
    created_at: '2026-01-02T03:04:05Z',
    updated_at: '2026-01-02T03:04:05Z',
    author_association: 'OWNER',
    url: `${api}/issues/${number}`,
    repository_url: api,
    labels_url: `${api}/issues/${number}/labels{/name}`,
    comments_url: `${api}/issues/${number}/comments`,
    events_url: `${api}/issues/${number}/events`,
    html_url: `https://github.com/${repository}/issues/${number}`,
    sub_issues_summary: { total: 0, completed: 0, percent_completed: 0 },
    issue_dependencies_summary: { blocked_by: 0, blocking: 0, total_blocked_by: 0, total_blocking: 0 },
    ...given,
    labels: (given.labels ?? []).map((label, index) => ({
      id: index + 1,
      node_id: `L_${index}`,
      url: `${api}/labels/x`,
      color: 'ededed',
      default: false,
      description: null,
      ...label,
    })),
  };
};

export const milestone = (number: number, title: string): NonNullable<GithubIssue['milestone']> => ({
  ...{
    number,
    title,
    url: 'https://api.github.com/m',
    html_url: 'https://github.com/m',
    labels_url: 'https://api.github.com/l',
  },
  ...{
    id: number,
    node_id: 'M',
    state: 'open',
    description: null,
    creator: user('ada'),
    open_issues: 1,
    closed_issues: 0,
  },
  ...{ created_at: '2026-01-02T03:04:05Z', updated_at: '2026-01-02T03:04:05Z', closed_at: null, due_on: null },
});

export const blockedBy = (open: number, total = open): object => ({
  issue_dependencies_summary: { blocked_by: open, blocking: 0, total_blocked_by: total, total_blocking: 0 },
});

/** What a user's own page has besides. */
const profile = {
  ...{ name: null, company: null, blog: null, location: null, email: null, hireable: null, bio: null },
  ...{ public_repos: 0, public_gists: 0, followers: 0, following: 0 },
  ...{ created_at: '2026-01-02T03:04:05Z', updated_at: '2026-01-02T03:04:05Z' },
};

export const user = (login: string): { readonly login: string } => {
  const api = `https://api.github.com/users/${login}`;
  return {
    login,
    ...{
      id: 1,
      node_id: 'U',
      avatar_url: 'https://a.b/c',
      gravatar_id: '',
      url: api,
      html_url: `https://github.com/${login}`,
    },
    ...{ followers_url: api, following_url: api, gists_url: api, starred_url: api, subscriptions_url: api },
    ...{
      organizations_url: api,
      repos_url: api,
      events_url: api,
      received_events_url: api,
      type: 'User',
      site_admin: false,
    },
  };
};
