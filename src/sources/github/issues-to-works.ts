/** The issues of one repository as works. */
import type { SourceWorks } from '../../ports/sources.ts';
import { resolveReferences } from '../references.ts';
import type { Surroundings } from '../surroundings.ts';
import { findRelations } from './blockers.ts';
import type { Relation } from './blockers.ts';
import { aliasesOf, asDone, toDraft } from './draft.ts';
import type { Draft } from './draft.ts';
import type { Issue } from './issue.ts';
import { listIssues } from './list.ts';
import type { Repository } from './list.ts';
import { findMentioned } from './mentioned.ts';
import { makeNames } from './names.ts';
import type { GithubQuery } from './query.ts';
import type { GithubServer } from './server.ts';

export interface IssuesRequest {
  readonly github: GithubServer;
  readonly repository: Repository;
  readonly queries: readonly GithubQuery[];
  /** Config `batch.dependency_patterns`. */
  readonly patterns: readonly string[];
  readonly surroundings: Surroundings;
  /** Whether it is the repository that the works are done in. */
  readonly isOwn: boolean;
}

/** Open issues become works; closed ones are known, so that a dependency on them is satisfied. Throws a Problem. */
export const readIssues = async (request: IssuesRequest): Promise<SourceWorks> => {
  const { github, repository, patterns, surroundings } = request;
  const { issues, notices } = await listAll(request);
  const names = makeNames(repository, issues);
  const open = issues.filter(isOpen);
  const found = await findRelations(github, repository, open, surroundings.say);
  const options = {
    names,
    prefixes: surroundings.config.branch_prefix,
    refPrefix: request.isOwn ? '' : `${repository.owner}/${repository.name}#`,
    blockers: byWaiting(found.relations),
  };
  const drafts = open.map((issue) => toDraft(issue, options));
  const near = [...issues, ...found.relations.map(({ blocker }) => blocker)];
  const mentioned = await findMentioned(github, repository, {
    bodies: drafts.map(({ localBody }) => localBody),
    known: new Set(near.filter(names.isOwn).map(({ number }) => number)),
    patterns,
  });
  const closed = [...near, ...mentioned.issues].filter((issue) => !isOpen(issue));
  const done = new Map(closed.map((issue) => [names.nameOf(issue), asDone(issue, names)]));
  const resolved = resolveDrafts(drafts, [...done.values()], patterns);
  return {
    works: resolved.works,
    warnings: [
      ...found.warnings,
      ...mentioned.warnings,
      ...drafts.flatMap(({ warnings }) => warnings),
      ...resolved.warnings,
    ],
    notices: [...notices, ...resolved.notices],
  };
};

const isOpen = ({ state }: Issue): boolean => state !== 'closed';

const byWaiting = (relations: readonly Relation[]): ReadonlyMap<number, readonly Issue[]> => {
  const found = new Map<number, Issue[]>();
  for (const { waiting, blocker } of relations) found.set(waiting, [...(found.get(waiting) ?? []), blocker]);
  return found;
};

/** References are looked for in the local bodies; the works keep the bodies as they were written. */
const resolveDrafts = (
  drafts: readonly Draft[],
  done: Parameters<typeof resolveReferences>[0]['done'],
  patterns: readonly string[],
): SourceWorks => {
  const resolved = resolveReferences({
    works: drafts.map(({ work, localBody }) => ({ ...work, body: localBody })),
    aliases: new Map(drafts.map(({ work, issue }) => [work.id, aliasesOf(issue)])),
    done,
    patterns,
  });
  return {
    ...resolved,
    works: resolved.works.map((work, index) => ({ ...work, body: drafts[index]?.work.body ?? '' })),
  };
};

const listAll = async ({
  github,
  repository,
  queries,
  surroundings,
}: IssuesRequest): Promise<{ readonly issues: readonly Issue[]; readonly notices: readonly string[] }> => {
  const found = new Map<number, Issue>();
  const notices: string[] = [];
  for (const query of queries) {
    const listed = await listIssues(github, repository, query, surroundings.say);
    for (const issue of listed.issues) found.set(issue.number, issue);
    notices.push(...listed.notices);
    if (listed.pullRequests > 0)
      notices.push(`github=${query.text}: ${count(listed.pullRequests, 'pull request')} left out`);
  }
  const issues = [...found.values()].sort((left, right) => left.number - right.number);
  const closed = issues.filter((issue) => !isOpen(issue)).length;
  const closedOnes = `${count(closed, 'issue')} of ${repository.owner}/${repository.name} left out: closed`;
  return { issues, notices: closed > 0 ? [...notices, closedOnes] : notices };
};

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
