import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Problem } from '../../../src/ports/problem.ts';
import { findServer, readRemote } from '../../../src/sources/github/place.ts';
import { findToken } from '../../../src/sources/github/token.ts';
import { makeNetwork } from '../../support/network.ts';

const github = (baseUrl: string | null) => ({
  ...{ branch_prefix: {}, jira: { base_url: null, email: null, max_wait_ms: 1 } },
  github: { base_url: baseUrl, max_wait_ms: 1 },
});

test('owner and name are read from every form of a remote', () => {
  const table: readonly (readonly [string, string | null])[] = [
    ['git@github.com:acme/widgets.git', 'github.com acme/widgets'],
    ['github.com:acme/widgets', 'github.com acme/widgets'],
    ['org-1@ghe.example.com:acme/widgets.git', 'ghe.example.com acme/widgets'],
    ['ssh://git@github.com/acme/widgets.git', 'github.com acme/widgets'],
    ['ssh://git@ssh.github.com:443/acme/widgets.git', 'github.com acme/widgets'],
    ['https://github.com/acme/widgets', 'github.com acme/widgets'],
    ['https://user:pass@GitHub.com/acme/widgets.git/', 'github.com acme/widgets'],
    ['http://localhost:8080/acme/wid.gets', 'localhost acme/wid.gets'],
    ['git://github.com/acme/widgets', 'github.com acme/widgets'],
    ['/srv/git/acme/widgets.git', null],
    ['../widgets.git', null],
    ['file:///srv/acme/widgets.git', null],
    ['C:/acme/widgets', null],
    ['https://gitlab.com/group/sub/project.git', null],
    ['', null],
  ];
  for (const [url, expected] of table) {
    const found = readRemote(url);
    assert.equal(found === null ? null : `${found.host} ${found.owner}/${found.name}`, expected, url);
  }
});

test('the server is the one that the person named, else the one of the remote', async () => {
  const { surroundings, remove } = await makeNetwork();
  const remote = (host: string) => ({ host, owner: 'o', name: 'r' });
  const baseOf = (host: string | null, over: object = {}): string =>
    findServer(host === null ? null : remote(host), { ...surroundings, ...over }).baseUrl;
  assert.equal(baseOf(null), 'https://api.github.com');
  assert.equal(baseOf('github.com'), 'https://api.github.com');
  assert.equal(baseOf('acme.ghe.com'), 'https://api.acme.ghe.com');
  assert.equal(baseOf('git.acme.test'), 'https://git.acme.test/api/v3');
  assert.equal(
    baseOf('github.com', { config: github('https://git.acme.test/api/v3/') }),
    'https://git.acme.test/api/v3',
  );
  assert.equal(
    baseOf('github.com', { env: { GITHUB_API_URL: 'http://127.0.0.1:9/x' }, config: github('https://git.acme.test') }),
    'http://127.0.0.1:9/x',
  );
  await remove();
});

test('a token goes to no address that an untrusted config names, and over no clear line', async () => {
  const { surroundings, remove } = await makeNetwork();
  const refusal = (over: object): string => {
    try {
      findServer(null, { ...surroundings, ...over });
    } catch (error) {
      return error instanceof Problem ? `${error.code}: ${error.what}` : String(error);
    }
    return 'none';
  };
  assert.equal(
    refusal({ isConfigTrusted: false, config: github('https://evil.test') }),
    'refused: .wf comes from outside, and your token would go to https://evil.test',
  );
  assert.equal(refusal({ isConfigTrusted: false }), 'none');
  assert.equal(
    refusal({ env: { GITHUB_API_URL: 'http://git.acme.test' } }),
    'refused: "http://git.acme.test" would have a token travel in clear',
  );
  assert.equal(refusal({ env: { GITHUB_API_URL: 'nonsense' } }), 'refused: "nonsense" is no address');
  assert.equal(
    refusal({ env: { GITHUB_API_URL: 'https://a:b@c.test' } }),
    'refused: "https://a:b@c.test" is no address of a server',
  );
  await remove();
});

test('the token for github.com is not given to a server that only the remote names', async () => {
  const env = { PATH: '/nowhere', GITHUB_TOKEN: 'for-github', GH_ENTERPRISE_TOKEN: 'for-acme' };
  const own = { baseUrl: '', host: 'github.com', takesGithubToken: true };
  const other = { baseUrl: '', host: 'git.evil.test', takesGithubToken: false };
  assert.equal(await findToken(own, { env }), 'for-github');
  assert.equal(await findToken(own, { env: { ...env, GH_TOKEN: ' first\n' } }), 'first');
  assert.equal(await findToken(other, { env }), 'for-acme');
  assert.equal(await findToken(other, { env: { PATH: '/nowhere', GITHUB_TOKEN: 'for-github' } }), null);
});

test('a variable that no token can be is named, and its value is not shown', async () => {
  await assert.rejects(
    findToken({ baseUrl: '', host: 'github.com', takesGithubToken: true }, { env: { GITHUB_TOKEN: 'sec ret\nx' } }),
    (error: unknown) => error instanceof Problem && error.where === 'GITHUB_TOKEN' && !error.message.includes('ret'),
  );
});

test('without a variable the program gh is asked for the token of the host, without a shell', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'wf0-gh-'));
  await writeFile(join(folder, 'gh'), '#!/bin/sh\n[ "$*" = "auth token --hostname git.acme.test" ] && echo from-gh\n');
  await chmod(join(folder, 'gh'), 0o755);
  const env = { PATH: `${folder}:/usr/bin:/bin` };
  assert.equal(await findToken({ baseUrl: '', host: 'git.acme.test', takesGithubToken: false }, { env }), 'from-gh');
  assert.equal(await findToken({ baseUrl: '', host: 'github.com', takesGithubToken: true }, { env }), null);
  await rm(folder, { recursive: true });
});
