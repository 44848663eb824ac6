/**
 * What issues wait for by GitHub's own data: the issues that block them, and their sub-issues. Summaries in the list
 * say which issues have any, so that only those are asked about; where a server gives no summaries each issue is asked
 * about once, until the server says that it knows no such thing.
 */
import { mapBounded } from '../bounded.ts';
import { asIssues } from './issue.ts';
import type { Issue } from './issue.ts';
import type { Repository } from './list.ts';
import type { GithubServer } from './server.ts';

export interface Relation {
  /** The number of the issue that waits. */
  readonly waiting: number;
  readonly blocker: Issue;
}

export interface Relations {
  readonly relations: readonly Relation[];
  readonly warnings: readonly string[];
}

/** Look-ups under way at once. */
const lookUpsAtOnce = 8;

const kinds = [
  {
    route: 'GET /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by',
    name: 'blockers',
    countOf: ({ issue_dependencies_summary: summary }: Issue): number | null =>
      summary === undefined ? null : Math.max(summary.blocked_by, summary.total_blocked_by),
  },
  {
    route: 'GET /repos/{owner}/{repo}/issues/{issue_number}/sub_issues',
    name: 'sub-issues',
    countOf: ({ sub_issues_summary: summary }: Issue): number | null => summary?.total ?? null,
  },
] as const;
type Kind = (typeof kinds)[number];

/** All relations of these issues. Throws a Problem if they may not be read: an order that lacks some would be wrong. */
export const findRelations = async (
  server: GithubServer,
  repository: Repository,
  issues: readonly Issue[],
  say: (line: string) => void,
): Promise<Relations> => {
  const asked = kinds.flatMap((kind) =>
    issues.filter((issue) => kind.countOf(issue) !== 0).map((issue) => ({ kind, issue })),
  );
  const lacking = new Set<Kind>();
  const warnings: string[] = [];
  let done = 0;
  const found = await mapBounded(asked, lookUpsAtOnce, async ({ kind, issue }) => {
    if (++done % 100 === 0) say(`GitHub: ${done} of ${asked.length} look-ups of dependencies`);
    const isCounted = kind.countOf(issue) !== null;
    if (!isCounted && lacking.has(kind)) return [];
    const blockers = await readAll(server, repository, kind, issue);
    if (blockers === null && !isCounted) lacking.add(kind);
    if (blockers === null && isCounted) warnings.push(`#${issue.number}: GitHub does not find its ${kind.name}`);
    return (blockers ?? []).map((blocker) => ({ waiting: issue.number, blocker }));
  });
  return { relations: [...found.flat(), ...byParents(issues)], warnings };
};

/** Null if the server knows no such list. */
const readAll = async (
  server: GithubServer,
  { owner, name }: Repository,
  { route }: Kind,
  { number }: Issue,
): Promise<readonly Issue[] | null> => {
  const parameters = { owner, repo: name, issue_number: number, per_page: 100 };
  const where = `${route} (${owner}/${name}#${number})`;
  const issues: Issue[] = [];
  for await (const page of server.pages(route, parameters, true)) {
    if (page === null) return null;
    issues.push(...asIssues(page, where));
  }
  return issues;
};

/** A sub-issue names its parent, also where the parent has no summary. */
const byParents = (issues: readonly Issue[]): readonly Relation[] => {
  const numbers = new Set(issues.map(({ number }) => number));
  return issues.flatMap((blocker) => {
    const [, repository, number] = /([^/]+\/[^/]+)\/issues\/(\d+)$/.exec(blocker.parent_issue_url ?? '') ?? [];
    const isHere =
      number !== undefined && numbers.has(Number(number)) && blocker.repository_url.endsWith(`/${repository}`);
    return isHere ? [{ waiting: Number(number), blocker }] : [];
  });
};
