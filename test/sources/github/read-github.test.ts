import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readGithub } from '../../../src/sources/github/read-github.ts';
import { makeIssue, milestone, user } from '../../support/github-server.ts';
import { makeReaders } from '../../support/github-reader.ts';
import { makeNetwork } from '../../support/network.ts';

if (process.env['WF_CASES'] === undefined)
  console.log(
    "WF_CASES is unset: GitHub's own description of its API is left out, a small one of the same shape judges",
  );

const readers = makeReaders();
after(readers.end);

test('open issues with all of the labels become works, in the order of their numbers', async () => {
  const { server, read } = await readers.start([
    makeIssue(9, { title: 'Later', labels: [{ name: 'a' }, { name: 'b' }, { name: 'P1' }] }),
    makeIssue(3, {
      title: 'Add auth!',
      body: 'Please.\n',
      labels: [{ name: 'A' }, { name: 'b' }, { name: 'feature' }],
    }),
    makeIssue(4, { labels: [{ name: 'a' }] }),
    makeIssue(5, { state: 'closed', labels: [{ name: 'a' }, { name: 'b' }] }),
    makeIssue(6, {
      labels: [{ name: 'a' }, { name: 'b' }],
      pull_request: { url: '', html_url: '', diff_url: '', patch_url: '' },
    }),
  ]);
  const { works, warnings, notices } = await read(['label:a,label:b']);
  assert.deepEqual(
    works.map(({ id, title, priority, group }) => [id, title, priority, group]),
    [
      ['FEAT-3-add-auth', 'Add auth!', 3, 'feat'],
      ['FEAT-9-later', 'Later', 1, 'feat'],
    ],
  );
  assert.deepEqual(works[0]?.source, { type: 'github', ref: '3', url: 'https://github.com/acme/widgets/issues/3' });
  assert.equal(works[0]?.body, 'Please.\n');
  assert.deepEqual(works[0]?.labels, ['A', 'b', 'feature']);
  assert.deepEqual([warnings, notices], [[], ['github=label:a,label:b: 1 pull request left out']]);
  assert.deepEqual(server.faults, []);
  assert.deepEqual(server.tokens, ['token secret-token']);
});

test('all pages are read by their links, which name the repository by its id, and said; 1,000 issues cost ten requests', async () => {
  const { server, read, network } = await readers.start(
    Array.from({ length: 1000 }, (_, index) => makeIssue(index + 1)),
  );
  const { works } = await read(['state:open']);
  assert.equal(works.length, 1000);
  assert.equal(server.asked.length, 10);
  assert.match(server.asked[9] ?? '', /^GET \/repositories\/101\/issues\?.*page=10$/);
  assert.deepEqual(network.said.slice(0, 2), ['GitHub: 100 issues read', 'GitHub: 200 issues read']);
  assert.deepEqual(server.faults, []);
});

test('a milestone is found by its title or its number, and a title that nobody has is said with those there are', async () => {
  const { server, read } = await readers.start([
    makeIssue(1, { milestone: milestone(7, 'Version 2') }),
    makeIssue(2, { milestone: milestone(8, 'Later') }),
    makeIssue(3),
  ]);
  const idsOf = async (query: string) => (await read([query])).works.map(({ source }) => source.ref);
  assert.deepEqual(await idsOf('milestone:version 2'), ['1']);
  assert.deepEqual(await idsOf('milestone:8'), ['2']);
  assert.deepEqual(await idsOf('milestone:none'), ['3']);
  assert.deepEqual(await idsOf('milestone:*'), ['1', '2']);
  const { works, notices } = await read(['milestone:Verson 2']);
  assert.deepEqual(works, []);
  assert.deepEqual(notices, ['no issue found has the milestone "Verson 2"; there are Version 2, Later']);
  assert.deepEqual(server.faults, []);
});

test('assignee takes a login, none, anybody, and @me', async () => {
  const { server, read } = await readers.start([
    makeIssue(1, { assignee: user('octocat') }),
    makeIssue(2, { assignee: user('ada') }),
    makeIssue(3),
  ]);
  const refsOf = async (query: string) => (await read([query])).works.map(({ source }) => source.ref);
  assert.deepEqual(await refsOf('assignee:ada'), ['2']);
  assert.deepEqual(await refsOf('assignee:none'), ['3']);
  assert.deepEqual(await refsOf('assignee:*'), ['1', '2']);
  assert.deepEqual(await refsOf('assignee:@me'), ['1']);
  assert.deepEqual(server.faults, []);
});

test('a label with a comma is looked for in the answers', async () => {
  const { server, read } = await readers.start([makeIssue(1, { labels: [{ name: 'a, b' }] }), makeIssue(2)]);
  assert.deepEqual(
    (await read(['label:"a, b"'])).works.map(({ source }) => source.ref),
    ['1'],
  );
  assert.deepEqual(server.faults, []);
});

test('reading again asks only whether anything changed, with answers kept for the person alone', async () => {
  const issues = Array.from({ length: 250 }, (_, index) => makeIssue(index + 1));
  let notModified = 0;
  const { server, read, network } = await readers.start(issues, {
    instead: (_url, request) => {
      if (request.headers['if-none-match'] !== undefined) notModified++;
      return undefined;
    },
  });
  const first = await read(['state:open']);
  assert.equal(notModified, 0);
  const again = await read(['state:open']);
  assert.equal(notModified, 3);
  assert.deepEqual(again, first);
  assert.equal(server.asked.length, 6);
  const folder = join(network.folder, 'cache', 'github');
  assert.equal((await lstat(folder)).mode & 0o777, 0o700);
  for (const name of await readdir(folder)) assert.equal((await lstat(join(folder, name))).mode & 0o777, 0o600);
});

test('another repository is named by repo:, and two of them keep their ids apart', async () => {
  const { server, read } = await readers.start([makeIssue(1, { title: 'Same' })], {
    repositories: {
      'acme/widgets': [makeIssue(1, { title: 'Same' })],
      'acme/gears': [
        makeIssue(1, { title: 'Same', repository: 'acme/gears', body: 'Depends on #2' }),
        makeIssue(2, { repository: 'acme/gears' }),
      ],
    },
  });
  const { works } = await read(['state:open', 'repo:acme/gears']);
  assert.deepEqual(
    works.map(({ id, source, dependencies }) => [id, source.ref, dependencies]),
    [
      ['FEAT-1-same', '1', []],
      ['FEAT-1-same-2', 'acme/gears#1', ['FEAT-2-issue-2']],
      ['FEAT-2-issue-2', 'acme/gears#2', []],
    ],
  );
  assert.deepEqual(server.faults, []);
});

test('two queries of one repository are one list, in which issues wait for each other', async () => {
  const { server, read } = await readers.start([
    makeIssue(1, { labels: [{ name: 'a' }], body: 'Blocked by #2' }),
    makeIssue(2, { labels: [{ name: 'b' }] }),
    makeIssue(3, { labels: [{ name: 'a' }, { name: 'b' }] }),
  ]);
  const { works } = await read(['label:a', 'label:b']);
  assert.deepEqual(
    works.map(({ source, dependencies }) => [source.ref, dependencies]),
    [
      ['1', ['FEAT-2-issue-2']],
      ['2', []],
      ['3', []],
    ],
  );
  assert.equal(server.asked.length, 2);
});

test('without a remote, or with one that is none of GitHub, the repository must be named', async () => {
  const network = await makeNetwork();
  for (const url of [null, '/srv/git/x.git'])
    await assert.rejects(
      readGithub({
        queries: ['label:a'],
        patterns: [],
        surroundings: { ...network.surroundings, remoteUrl: () => Promise.resolve(url) },
      }),
      { name: 'Problem', code: 'refused', hint: 'name it: github="repo:owner/name,label:a"' },
    );
  await network.remove();
});
