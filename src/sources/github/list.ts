/** The issues that a query names, pull requests left out. */
import { oneLine } from '../foreign-text.ts';
import { asIssues, labelsOf } from './issue.ts';
import type { Issue } from './issue.ts';
import type { GithubQuery } from './query.ts';
import type { GithubServer, Parameters } from './server.ts';

export interface Listed {
  readonly issues: readonly Issue[];
  readonly pullRequests: number;
  /** What a person should know, a sentence each. */
  readonly notices: readonly string[];
}

export interface Repository {
  readonly owner: string;
  readonly name: string;
}

/** Reads all pages, a hundred a page, oldest first; says how far it is. Throws a Problem. */
export const listIssues = async (
  server: GithubServer,
  { owner, name }: Repository,
  query: GithubQuery,
  say: (line: string) => void,
): Promise<Listed> => {
  const route = 'GET /repos/{owner}/{repo}/issues';
  const parameters = { owner, repo: name, ...(await toParameters(query, server)) };
  const found = new Map<number, Issue>();
  for await (const page of server.pages(route, parameters)) {
    if (found.size > 0) say(`GitHub: ${found.size} issues read`);
    for (const issue of asIssues(page, `${route} (${owner}/${name})`)) found.set(issue.number, issue);
  }
  const all = [...found.values()];
  const issues = all.filter(({ pull_request }) => pull_request === undefined);
  const wanted = issues.filter((issue) => hasLabels(issue, query.labels) && hasMilestone(issue, query.milestone));
  return {
    issues: wanted.sort((left, right) => left.number - right.number),
    pullRequests: all.length - issues.length,
    notices: whyEmpty(query, issues, wanted),
  };
};

const toParameters = async (query: GithubQuery, server: GithubServer): Promise<Parameters> => {
  // A comma parts labels, so that a label with one cannot be asked for: those are looked for in the answers.
  const labels = query.labels.filter((label) => !label.includes(',')).join(',');
  const milestone = query.milestone;
  const me = async (login: string): Promise<string> => (login === '@me' ? whoAmI(server) : login);
  return {
    state: query.state,
    sort: 'created',
    direction: 'asc',
    per_page: 100,
    ...(labels === '' ? {} : { labels }),
    // The API takes numbers alone: titles are looked for among the issues that have any milestone.
    ...(milestone === null ? {} : { milestone: isTitle(milestone) ? '*' : milestone }),
    ...(query.assignee === null ? {} : { assignee: await me(query.assignee) }),
    ...(query.creator === null ? {} : { creator: await me(query.creator) }),
    ...(query.mentioned === null ? {} : { mentioned: await me(query.mentioned) }),
    ...(query.type === null ? {} : { type: query.type }),
  };
};

const whoAmI = async (server: GithubServer): Promise<string> => {
  const { login } = ((await server.get('GET /user', {})) ?? {}) as { readonly login?: unknown };
  return typeof login === 'string' ? login : '@me';
};

const isTitle = (milestone: string): boolean => !/^(?:\d{1,9}|none|\*)$/i.test(milestone);

const hasLabels = (issue: Issue, labels: readonly string[]): boolean => {
  const own = new Set(labelsOf(issue).map((label) => label.toLowerCase()));
  return labels.every((label) => own.has(label.toLowerCase()));
};

const hasMilestone = ({ milestone }: Issue, wanted: string | null): boolean =>
  wanted === null || !isTitle(wanted) || milestone?.title.toLowerCase() === wanted.toLowerCase();

/** A slip in the title of a milestone would look like a finished one. */
const whyEmpty = (query: GithubQuery, issues: readonly Issue[], wanted: readonly Issue[]): readonly string[] => {
  if (wanted.length > 0 || query.milestone === null || !isTitle(query.milestone)) return [];
  const titles = [
    ...new Set(issues.flatMap(({ milestone }) => (milestone === null ? [] : [oneLine(milestone.title, 60)]))),
  ];
  const others =
    titles.length === 0 ? 'there are no others with open issues' : `there are ${titles.slice(0, 10).join(', ')}`;
  return [`no issue found has the milestone ${JSON.stringify(query.milestone)}; ${others}`];
};
