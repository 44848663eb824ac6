/** Issues as GitHub's REST API gives them; of its many members those that are used here. */
import { integer, list, matching, nullable, object, optional, text } from '../../protocol/shape.ts';
import type { Shape } from '../../protocol/shape.ts';
import { checkAnswer } from '../wrong-answer.ts';

export interface Issue {
  readonly number: number;
  readonly title: string;
  readonly body?: string | null | undefined;
  readonly state: string;
  readonly html_url: string;
  readonly repository_url: string;
  readonly labels: readonly (string | { readonly name?: string | null | undefined })[];
  readonly milestone: { readonly number: number; readonly title: string } | null;
  readonly type?: { readonly name: string } | null | undefined;
  /** There for pull requests alone. */
  readonly pull_request?: object | undefined;
  readonly parent_issue_url?: string | null | undefined;
  /** Absent on servers that know no dependencies. `blocked_by` counts open ones only. */
  readonly issue_dependencies_summary?: { readonly blocked_by: number; readonly total_blocked_by: number } | undefined;
  readonly sub_issues_summary?: { readonly total: number } | undefined;
}

const labelShape: Shape = (value) =>
  typeof value === 'string' ? null : object<{ name: unknown }>({ name: optional(nullable(text())) })(value);

const issueShape: Shape = object<Issue>({
  number: integer(1),
  title: text(),
  body: optional(nullable(text())),
  state: text(),
  html_url: text(),
  repository_url: text(),
  labels: list(labelShape),
  milestone: nullable(object<NonNullable<Issue['milestone']>>({ number: integer(0), title: text() })),
  type: optional(nullable(object<{ name: string }>({ name: text() }))),
  pull_request: optional(matching('an object', (value) => typeof value === 'object')),
  parent_issue_url: optional(nullable(text())),
  issue_dependencies_summary: optional(
    object<NonNullable<Issue['issue_dependencies_summary']>>({ blocked_by: integer(0), total_blocked_by: integer(0) }),
  ),
  sub_issues_summary: optional(object<NonNullable<Issue['sub_issues_summary']>>({ total: integer(0) })),
});

const pageShape = list(issueShape);

/** One page of a list. Throws a Problem (environment) for anything else. */
export const asIssues = (answer: unknown, where: string): readonly Issue[] =>
  checkAnswer(answer, pageShape, { name: 'GitHub', where });

/** One issue; see `asIssues`. */
export const asIssue = (answer: unknown, where: string): Issue =>
  checkAnswer(answer, issueShape, { name: 'GitHub', where });

/** `owner/name` of an issue, lower case. */
export const repositoryOf = ({ repository_url }: Pick<Issue, 'repository_url'>): string =>
  /([^/]+\/[^/]+)\/*$/.exec(repository_url)?.[1]?.toLowerCase() ?? '';

export const labelsOf = ({ labels }: Issue): readonly string[] =>
  labels.map((label) => (typeof label === 'string' ? label : (label.name ?? ''))).filter((name) => name !== '');
