/** Servers and readers of one test file, ended together. */
import { readGithub } from '../../src/sources/github/read-github.ts';
import type { SourceWorks } from '../../src/ports/sources.ts';
import type { Surroundings } from '../../src/sources/surroundings.ts';
import { startGithub } from './github-server.ts';
import type { GithubIssue, GithubOptions, GithubServer } from './github-server.ts';
import { makeNetwork } from './network.ts';
import type { TestNetwork } from './network.ts';

export interface GithubReader {
  readonly server: GithubServer;
  readonly network: TestNetwork;
  /** As `create github=QUERY…` reads. */
  readonly read: (queries?: readonly string[], more?: ReadMore) => Promise<SourceWorks>;
}

interface ReadMore {
  readonly patterns?: readonly string[];
  readonly over?: Partial<Surroundings>;
}

export const makeReaders = () => {
  const ends: (() => Promise<void>)[] = [];
  const start = async (
    issues: readonly GithubIssue[],
    options: Partial<GithubOptions> = {},
    over: Partial<Surroundings> = {},
  ): Promise<GithubReader> => {
    const network = await makeNetwork(over);
    const server = await startGithub({ repositories: { 'acme/widgets': issues }, ...options });
    ends.push(server.close, network.remove);
    const { surroundings } = network;
    const env = { ...surroundings.env, GITHUB_API_URL: server.address };
    return {
      server,
      network,
      read: (queries = ['state:open'], more = {}) =>
        readGithub({ queries, patterns: more.patterns ?? [], surroundings: { ...surroundings, env, ...more.over } }),
    };
  };
  return {
    start,
    end: async () => {
      for (const end of ends) await end();
    },
  };
};
