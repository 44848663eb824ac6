/** Jira's issues as works: found by JQL, with what they wait for by links, by sub-tasks and by their texts. */
import type { Work, WorkId } from '../../core/work.ts';
import type { SourceWorks } from '../../ports/sources.ts';
import { Problem } from '../../ports/problem.ts';
import { completeWork, defaultPriority } from '../../protocol/schedule.ts';
import { boundedBody, oneLine } from '../foreign-text.ts';
import { issueId, prefixOf } from '../kind.ts';
import { priorityOfLabels, readPriority } from '../priority.ts';
import { resolveReferences } from '../references.ts';
import type { Surroundings } from '../surroundings.ts';
import { readDocument } from './document.ts';
import { isDone } from './issue.ts';
import type { JiraIssue } from './issue.ts';
import { findWaits } from './links.ts';
import { searchIssues } from './search.ts';
import { findSite } from './site.ts';
import type { Site } from './site.ts';

export interface JiraRequest {
  /** One JQL for each `jira=`. */
  readonly queries: readonly string[];
  /** Config `batch.dependency_patterns`. */
  readonly patterns: readonly string[];
  readonly surroundings: Surroundings;
}

/** Issues whose status is of the category done are left out; a dependency on one is satisfied. Throws a Problem. */
export const readJira = async ({ queries, patterns, surroundings }: JiraRequest): Promise<SourceWorks> => {
  if (queries.some((jql) => jql.trim() === '')) throw noJql();
  const site = findSite(surroundings);
  const found = new Map<string, JiraIssue>();
  for (const jql of queries)
    for (const issue of await searchIssues(site, jql, surroundings)) found.set(issue.key, issue);
  const issues = [...found.values()];
  const open = issues.filter(({ fields }) => !isDone(fields.status));
  const all = findWaits(issues);
  const doneKeys = new Set([
    ...issues.filter(({ fields }) => isDone(fields.status)).map(({ key }) => key),
    ...all.filter(({ status }) => isDone(status)).map(({ blocker }) => blocker),
  ]);
  const drafts = open.map((issue) => {
    const blockers = all.filter(({ waiting }) => waiting === issue.key).map(({ blocker }) => blocker);
    return toDraft(issue, { site, blockers, prefixes: surroundings.config.branch_prefix });
  });
  const resolved = resolveReferences({
    works: drafts.map(({ work, localBody }) => ({ ...work, body: localBody })),
    aliases: new Map(drafts.map(({ work }) => [work.id, [work.source.ref]])),
    done: [...doneKeys].map((key) => ({ id: key, aliases: [] })),
    patterns,
  });
  const left = issues.length - open.length;
  return {
    works: resolved.works.map((work, index) => ({ ...work, body: drafts[index]?.work.body ?? '' })),
    warnings: [...drafts.flatMap(({ warnings }) => warnings), ...resolved.warnings],
    notices: [
      ...(left === 0 ? [] : [`${left} issue${left === 1 ? '' : 's'} of Jira left out: done`]),
      ...resolved.notices,
    ],
  };
};

interface Draft {
  readonly work: Work;
  /** The body with addresses of this Jira's issues as their keys. */
  readonly localBody: string;
  readonly warnings: readonly string[];
}

interface DraftOptions {
  readonly site: Site;
  readonly blockers: readonly string[];
  readonly prefixes: Surroundings['config']['branch_prefix'];
}

const toDraft = ({ key, fields }: JiraIssue, { site, blockers, prefixes }: DraftOptions): Draft => {
  const labels = (fields.labels ?? []).map((label) => oneLine(label));
  const title = oneLine(fields.summary ?? '') || key;
  const prefix = prefixOf({ labels, type: fields.issuetype?.name ?? null, title }, prefixes);
  const { body, isCut } = boundedBody(readDocument(fields.description));
  const work = completeWork({
    id: issueId(prefix, key.toUpperCase(), title, prefixes),
    title,
    body,
    source: { type: 'jira', ref: key, url: `${site.baseUrl}/browse/${key}` },
    group: prefixes[prefix] ?? null,
    priority: priorityOfLabels(labels) ?? readPriority(fields.priority?.name ?? '') ?? defaultPriority,
    labels,
    dependencies: [...new Set(blockers)] as unknown as readonly WorkId[],
  });
  const localBody = body.replaceAll(`${site.baseUrl}/browse/`, '');
  return { work, localBody, warnings: isCut ? [`${key}: its text is longer than 256 KiB; the rest is cut off`] : [] };
};

const noJql = (): Problem =>
  new Problem({
    what: 'the JQL is empty, and Jira answers none without a restriction',
    where: 'jira=',
    hint: `for example: jira="project = WEB AND statusCategory != Done"`,
    code: 'usage',
  });
