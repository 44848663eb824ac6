/** GitHub's issues as works: listed by queries, with what they wait for by GitHub's own data and by their texts. */
import type { Work, WorkId } from '../../core/work.ts';
import { Problem } from '../../ports/problem.ts';
import type { SourceWorks } from '../../ports/sources.ts';
import { distinctIds } from '../../protocol/id.ts';
import type { Surroundings } from '../surroundings.ts';
import { readIssues } from './issues-to-works.ts';
import { findServer, readRemote } from './place.ts';
import type { RemoteName } from './place.ts';
import { parseQuery } from './query.ts';
import type { GithubQuery } from './query.ts';
import { openServer } from './server.ts';
import { findToken } from './token.ts';

export interface GithubRequest {
  /** One for each `github=`. */
  readonly queries: readonly string[];
  /** Config `batch.dependency_patterns`. */
  readonly patterns: readonly string[];
  readonly surroundings: Surroundings;
}

/** Queries of one repository are read together, so that their issues may wait for each other. Throws a Problem. */
export const readGithub = async ({ queries, patterns, surroundings }: GithubRequest): Promise<SourceWorks> => {
  const parsed = queries.map(parseQuery);
  const url = await surroundings.remoteUrl();
  const remote = url === null ? null : readRemote(url);
  const server = findServer(remote, surroundings);
  const token = await findToken(server, surroundings);
  if (token === null)
    surroundings.say(
      'GitHub is asked without a token: private repositories are hidden, and 60 requests an hour are the limit',
    );
  const parts: SourceWorks[] = [];
  for (const { repository, own } of byRepository(parsed, remote, url)) {
    const full = `${repository.owner}/${repository.name}`;
    const github = openServer({ server, token, repository: full, surroundings });
    const isOwn = full.toLowerCase() === `${remote?.owner}/${remote?.name}`.toLowerCase();
    parts.push(await readIssues({ github, repository, queries: own, patterns, surroundings, isOwn }));
  }
  return combine(parts);
};

interface OneRepository {
  readonly repository: { readonly owner: string; readonly name: string };
  readonly own: readonly GithubQuery[];
}

const byRepository = (
  queries: readonly GithubQuery[],
  remote: RemoteName | null,
  url: string | null,
): readonly OneRepository[] => {
  const found = new Map<string, { repository: OneRepository['repository']; own: GithubQuery[] }>();
  for (const query of queries) {
    const repository = query.repo ?? remote;
    if (repository === null) throw noRepository(query, url);
    const key = `${repository.owner}/${repository.name}`.toLowerCase();
    const entry = found.get(key) ?? { repository: { owner: repository.owner, name: repository.name }, own: [] };
    entry.own.push(query);
    found.set(key, entry);
  }
  return [...found.values()];
};

/** Ids of issues of several repositories may be the same. */
const combine = (parts: readonly SourceWorks[]): SourceWorks => {
  const ids = distinctIds(parts.flatMap(({ works }) => works.map(({ id }) => id)));
  let next = 0;
  const works = parts.flatMap((part): readonly Work[] => {
    const renamed = new Map<WorkId, WorkId>(part.works.map(({ id }) => [id, ids[next++] ?? id]));
    const rename = (id: WorkId): WorkId => renamed.get(id) ?? id;
    return part.works.map((work) => ({ ...work, id: rename(work.id), dependencies: work.dependencies.map(rename) }));
  });
  return {
    works,
    warnings: parts.flatMap(({ warnings }) => warnings),
    notices: parts.flatMap(({ notices }) => notices),
  };
};

const noRepository = ({ text }: GithubQuery, url: string | null): Problem =>
  new Problem({
    what:
      url === null
        ? 'there is no remote that names a repository of GitHub'
        : 'the remote names no repository of GitHub',
    where: url === null ? `github=${text}` : url.replace(/\/\/[^/@]*@/, '//'),
    hint: `name it: github="repo:owner/name,${text}"`,
    code: 'refused',
  });
