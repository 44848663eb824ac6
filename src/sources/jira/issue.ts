/** Issues as Jira's REST API gives them; of their many fields those that are asked for. */
import { flag, list, nullable, object, optional, text } from '../../protocol/shape.ts';
import type { Shape } from '../../protocol/shape.ts';
import { checkAnswer } from '../wrong-answer.ts';

/** The fields that are asked for. */
export const fieldNames = [
  ...['summary', 'description', 'status', 'issuetype', 'priority'],
  ...['labels', 'issuelinks', 'subtasks', 'parent'],
];

export interface Status {
  readonly name?: string | undefined;
  readonly statusCategory?: { readonly key: string } | undefined;
}

/** An issue as another one names it. */
export interface LinkedIssue {
  readonly key: string;
  readonly fields?: { readonly status?: Status | undefined } | undefined;
}

export interface IssueLink {
  readonly type: { readonly inward: string; readonly outward: string };
  readonly inwardIssue?: LinkedIssue | undefined;
  readonly outwardIssue?: LinkedIssue | undefined;
}

type Named = { readonly name: string } | null | undefined;

export interface JiraIssue {
  readonly key: string;
  readonly fields: {
    readonly summary?: string | null | undefined;
    /** A document of Atlassian's format, or text. */
    readonly description?: unknown;
    readonly status?: Status | null | undefined;
    readonly issuetype?: Named;
    readonly priority?: Named;
    readonly labels?: readonly string[] | null | undefined;
    readonly issuelinks?: readonly IssueLink[] | null | undefined;
    readonly subtasks?: readonly LinkedIssue[] | null | undefined;
    readonly parent?: LinkedIssue | null | undefined;
  };
}

/** A page of `/rest/api/3/search/jql`. */
export interface JiraPage {
  readonly issues?: readonly JiraIssue[] | undefined;
  readonly nextPageToken?: string | null | undefined;
  readonly isLast?: boolean | undefined;
}

const keyShape: Shape = (value) =>
  typeof value === 'string' && /^[A-Za-z][A-Za-z0-9_]{0,99}-[1-9]\d{0,14}$/.test(value)
    ? null
    : {
        path: [],
        expected: 'a key such as PROJ-7',
        found: typeof value === 'string' ? JSON.stringify(value.slice(0, 60)) : typeof value,
      };

const maybe = (shape: Shape): Shape => optional(nullable(shape));
const named = maybe(object<{ name: string }>({ name: text() }));
const status = object<Status>({
  name: optional(text()),
  statusCategory: optional(object<{ key: string }>({ key: text() })),
});
const linked = object<LinkedIssue>({
  key: keyShape,
  fields: optional(object<{ status?: Status }>({ status: optional(status) })),
});
const link = object<IssueLink>({
  type: object<IssueLink['type']>({ inward: text(), outward: text() }),
  inwardIssue: optional(linked),
  outwardIssue: optional(linked),
});

const pageShape = object<JiraPage>({
  issues: optional(
    list(
      object<JiraIssue>({
        key: keyShape,
        fields: object<JiraIssue['fields']>({
          summary: maybe(text()),
          description: () => null,
          status: maybe(status),
          issuetype: named,
          priority: named,
          labels: maybe(list(text())),
          issuelinks: maybe(list(link)),
          subtasks: maybe(list(linked)),
          parent: maybe(linked),
        }),
      }),
    ),
  ),
  nextPageToken: maybe(text()),
  isLast: optional(flag),
});

/** Throws a Problem (environment) for what is no page of issues. */
export const asPage = (answer: unknown, where: string): JiraPage =>
  checkAnswer(answer, pageShape, { name: 'Jira', where });

/** Whether a status is of the category done. */
export const isDone = (found: Status | null | undefined): boolean => found?.statusCategory?.key === 'done';
