/** One issue as a work whose references are still as their authors wrote them. */
import type { Work, WorkId } from '../../core/work.ts';
import { completeWork, defaultPriority } from '../../protocol/schedule.ts';
import { boundedBody, oneLine } from '../foreign-text.ts';
import { issueId, prefixOf } from '../kind.ts';
import type { Prefixes } from '../kind.ts';
import { priorityOfLabels } from '../priority.ts';
import { labelsOf, repositoryOf } from './issue.ts';
import type { Issue } from './issue.ts';
import type { Names } from './names.ts';

export interface Draft {
  readonly issue: Issue;
  readonly work: Work;
  /** The work's body, but the repository's own issues are `#12` in it, however they were written. */
  readonly localBody: string;
  readonly warnings: readonly string[];
}

export interface DraftOptions {
  readonly names: Names;
  readonly prefixes: Prefixes;
  /** What stands before the number in `source.ref`; empty for the repository that the works are done in. */
  readonly refPrefix: string;
  /** By the number of the issue that waits. */
  readonly blockers: ReadonlyMap<number, readonly Issue[]>;
}

export const toDraft = (issue: Issue, { names, prefixes, refPrefix, blockers }: DraftOptions): Draft => {
  const labels = labelsOf(issue).map((label) => oneLine(label));
  const title = oneLine(issue.title) || `#${issue.number}`;
  const prefix = prefixOf({ labels, type: issue.type?.name ?? null, title }, prefixes);
  const { body, isCut } = boundedBody(issue.body ?? '');
  const waitsFor = (blockers.get(issue.number) ?? []).map((blocker) => names.nameOf(blocker));
  const work = completeWork({
    id: issueId(prefix, String(issue.number), title, prefixes),
    title,
    body,
    source: { type: 'github', ref: `${refPrefix}${issue.number}`, url: oneLine(issue.html_url) },
    group: prefixes[prefix] ?? null,
    priority: priorityOfLabels(labels) ?? defaultPriority,
    labels,
    dependencies: [...new Set(waitsFor)] as unknown as readonly WorkId[],
  });
  const warnings = isCut ? [`#${issue.number}: its text is longer than 256 KiB; the rest is cut off`] : [];
  return { issue, work, localBody: names.localise(body), warnings };
};

/** What others may call an issue of their own repository. */
export const aliasesOf = ({ number }: Issue): readonly string[] => [`#${number}`, String(number), `GH-${number}`];

/** A closed issue as others may refer to it. */
export const asDone = (issue: Issue, names: Names): { readonly id: string; readonly aliases: readonly string[] } => ({
  id: names.nameOf(issue),
  aliases: names.isOwn(issue) ? aliasesOf(issue) : [`${repositoryOf(issue)}#${issue.number}`],
});
