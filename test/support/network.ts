/** What sources on a network get of the world in tests: a real cache in a folder of its own, short seconds, no person. */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeAnswerCache } from '../../src/adapters/answer-cache/answer-cache.ts';
import type { Surroundings } from '../../src/sources/surroundings.ts';

export interface TestNetwork {
  readonly folder: string;
  /** What was said, line by line. */
  readonly said: string[];
  readonly surroundings: Surroundings;
  readonly remove: () => Promise<void>;
}

export const makeNetwork = async (over: Partial<Surroundings> = {}): Promise<TestNetwork> => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'wf0-network-')));
  const said: string[] = [];
  const surroundings: Surroundings = {
    env: { PATH: '/nowhere', GITHUB_TOKEN: 'secret-token' },
    config: {
      branch_prefix: { FEAT: 'feat', FIX: 'fix', REFACTOR: 'refactor', CHORE: 'chore', RFC: 'rfc' },
      github: { base_url: null, max_wait_ms: 60_000 },
      jira: { base_url: null, email: null, max_wait_ms: 60_000 },
    },
    isConfigTrusted: true,
    remoteUrl: () => Promise.resolve('git@github.com:acme/widgets.git'),
    cache: (kind) => makeAnswerCache({ stateFolder: folder, kind, prepare: () => Promise.resolve() }),
    say: (line) => said.push(line),
    now: () => Date.now(),
    secondMs: 5,
    ...over,
  };
  return { folder, said, surroundings, remove: () => rm(folder, { recursive: true, force: true }) };
};
