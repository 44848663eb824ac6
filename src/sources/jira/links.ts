/** What issues of Jira wait for: links that block, sub-tasks, and children of a parent. */
import type { IssueLink, JiraIssue, LinkedIssue, Status } from './issue.ts';

export interface Wait {
  /** The key of the issue that waits. */
  readonly waiting: string;
  readonly blocker: string;
  /** Of the blocker, where it is known. */
  readonly status: Status | undefined;
}

const waits = /^(?:is blocked by|depends on|depends upon|has to be done after|is dependent on|requires)$/i;
const isWaitedFor = /^(?:blocks|is depended on by|is a dependency for|has to be done before|is required by)$/i;

/** By the words of each link for its two directions: sites name their kinds of link themselves. */
export const findWaits = (issues: readonly JiraIssue[]): readonly Wait[] =>
  issues.flatMap(({ key, fields }) => [
    ...(fields.issuelinks ?? []).flatMap((link) => waitsOf(key, fields.status ?? undefined, link)),
    ...(fields.subtasks ?? []).map((task) => wait(key, task)),
    ...(fields.parent ? [{ waiting: fields.parent.key, blocker: key, status: fields.status ?? undefined }] : []),
  ]);

/** `inwardIssue` is there if the words for this issue are the inward ones: "is blocked by". */
const waitsOf = (
  key: string,
  status: Status | undefined,
  { type, inwardIssue, outwardIssue }: IssueLink,
): readonly Wait[] => {
  const sides = [
    { words: type.inward, other: inwardIssue },
    { words: type.outward, other: outwardIssue },
  ];
  return sides.flatMap(({ words, other }) => {
    if (other === undefined) return [];
    if (waits.test(words.trim())) return [wait(key, other)];
    return isWaitedFor.test(words.trim()) ? [{ waiting: other.key, blocker: key, status }] : [];
  });
};

const wait = (waiting: string, { key, fields }: LinkedIssue): Wait => ({
  waiting,
  blocker: key,
  status: fields?.status,
});
