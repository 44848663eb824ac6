import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { Problem } from '../../../src/ports/problem.ts';
import { parseSchedule, writeSchedule } from '../../../src/protocol/schedule.ts';
import { makeIssue, notFound } from '../../support/github-server.ts';
import type { GithubOptions } from '../../support/github-server.ts';
import { makeReaders } from '../../support/github-reader.ts';
import type { GithubReader } from '../../support/github-reader.ts';

const readers = makeReaders();
after(readers.end);

type Instead = NonNullable<GithubOptions['instead']>;
const withAnswers = (instead: Instead): Promise<GithubReader> => readers.start([makeIssue(1)], { instead });

const problemOf = async ({ read }: GithubReader, over = {}): Promise<Problem> => {
  const error: unknown = await read(['label:a'], { over }).then(
    () => new Error('it was read'),
    (failure: unknown) => failure,
  );
  assert.ok(error instanceof Problem, String((error as Error).stack));
  assert.ok(!`${error.message}${error.hint}`.includes('secret-token'), 'the token is shown');
  return error;
};

const said =
  (status: number, message: string, headers: Readonly<Record<string, string>> = {}) =>
  () => ({
    status,
    headers,
    body: { message, documentation_url: 'https://docs.github.com/rest' },
  });

const where = (reader: GithubReader): string =>
  `GET ${reader.server.address}/repos/{owner}/{repo}/issues (acme/widgets)`;

describe('what GitHub refuses is said with its place and what to try', () => {
  const link = ' - https://docs.github.com/rest';
  const table: readonly (readonly [string, Instead, string, string, string])[] = [
    [
      'a token that is none',
      said(401, 'Bad credentials'),
      'environment',
      `GitHub does not accept the token: Bad credentials${link}`,
      'make a new one and set GITHUB_TOKEN, or log in: gh auth login',
    ],
    [
      'a token without rights',
      said(403, 'Resource not accessible by personal access token'),
      'environment',
      `the token may not read the issues of acme/widgets: Resource not accessible by personal access token${link}`,
      'give it the permission `Issues: read` (a classic one: `repo`), and allow it for the organisation',
    ],
    [
      'a repository that is not there',
      () => notFound,
      'refused',
      'GitHub knows no repository acme/widgets, or hides it from this token',
      'check the name, and that the token may read it',
    ],
    [
      'issues that are switched off',
      said(410, 'Issues are disabled'),
      'environment',
      `the issues of acme/widgets are switched off or gone: Issues are disabled${link}`,
      'check the name',
    ],
    [
      'a query that makes no sense',
      said(422, 'Validation Failed'),
      'environment',
      `GitHub does not understand the query: Validation Failed${link}`,
      'check the values of the query',
    ],
  ];
  for (const [name, instead, code, what, hint] of table)
    test(name, async () => {
      const reader = await withAnswers(instead);
      const problem = await problemOf(reader);
      assert.deepEqual([problem.code, problem.what, problem.where, problem.hint], [code, what, where(reader), hint]);
      assert.equal(reader.server.asked.length, 1);
    });

  test('no token where one is wanted', async () => {
    const reader = await withAnswers(said(401, 'Requires authentication'));
    const problem = await problemOf(reader, { env: { PATH: '/nowhere', GITHUB_API_URL: reader.server.address } });
    assert.equal(problem.what, 'GitHub wants a token');
    assert.deepEqual(reader.server.tokens, ['']);
  });
});

describe('limits of requests are waited for, with a line', () => {
  const inSeconds = (seconds: number): string => String(Math.floor(Date.now() / 1000) + seconds);

  test('the primary one, until its reset', async () => {
    const reader = await withAnswers((_url, _request, count) =>
      count === 1
        ? said(403, 'API rate limit exceeded', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': inSeconds(20) })()
        : undefined,
    );
    assert.equal((await reader.read()).works.length, 1);
    assert.match(reader.network.said.join('\n'), /^GitHub's limit of requests is reached; waiting 2[01] s$/);
  });

  test('the secondary one, as long as GitHub says', async () => {
    const reader = await withAnswers((_url, _request, count) =>
      count <= 2 ? said(429, 'You have exceeded a secondary rate limit', { 'retry-after': '7' })() : undefined,
    );
    assert.equal((await reader.read()).works.length, 1);
    assert.match(reader.network.said[0] ?? '', /^GitHub's secondary limit of requests is reached; waiting 7 s$/);
    assert.equal(reader.server.asked.length, 3);
  });

  test('not longer than github.max_wait: then it is an error that says until when', async () => {
    const reset = inSeconds(3000);
    const reader = await withAnswers(
      said(403, 'API rate limit exceeded', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset }),
    );
    const problem = await problemOf(reader);
    const until = new Date(Number(reset) * 1000).toISOString().slice(0, 19).replace('T', ' ');
    assert.equal(
      problem.what,
      `GitHub's limit of requests is reached until ${until} UTC: API rate limit exceeded - https://docs.github.com/rest`,
    );
    assert.equal(problem.hint, 'try again then, or let it wait longer: github.max_wait in .wf/config.json (now 60s)');
    assert.equal(reader.server.asked.length, 1);
    assert.deepEqual(reader.network.said, []);
  });

  test('not for ever: a limit that comes back each time is given up', async () => {
    const reader = await withAnswers(said(429, 'You have exceeded a secondary rate limit', { 'retry-after': '1' }));
    assert.match((await problemOf(reader)).what, /^GitHub's limit of requests is reached: You have/);
    assert.equal(reader.server.asked.length, 4);
  });
});

describe('failures of the server are tried again', () => {
  for (const status of [500, 502, 503])
    test(`${status} once, and all is well`, async () => {
      const reader = await withAnswers((_url, _request, count) => (count === 1 ? said(status, 'Oops')() : undefined));
      assert.equal((await reader.read()).works.length, 1);
      assert.equal(reader.server.asked.length, 2);
    });

  test('and given up after four times, with what it said', async () => {
    const reader = await withAnswers(() => ({
      status: 502,
      headers: { 'content-type': 'text/html' },
      body: '<h1>Bad Gateway</h1>',
    }));
    const problem = await problemOf(reader);
    assert.deepEqual(
      [problem.code, problem.what, problem.hint],
      [
        'environment',
        'GitHub answers 502, also when asked again: <h1>Bad Gateway</h1>',
        'try again later; nothing was changed',
      ],
    );
    assert.equal(reader.server.asked.length, 4);
  });

  test('a connection that is cut in the middle of an answer', async () => {
    const reader = await withAnswers((_url, _request, count) =>
      count > 1
        ? undefined
        : (response) => {
            response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
            response.write('[{"number": 1', () => response.destroy());
          },
    );
    assert.equal((await reader.read()).works.length, 1);
    assert.equal(reader.server.asked.length, 2);
  });

  test('a server that is not there is said to be out of reach', async () => {
    const reader = await withAnswers(() => undefined);
    await reader.server.close();
    const problem = await problemOf(reader);
    assert.match(problem.what, /^GitHub cannot be reached: .*ECONNREFUSED/);
    assert.equal(problem.code, 'environment');
  });
});

describe('an answer that none of GitHub can be ends it at once', () => {
  test('100 MB', async () => {
    const reader = await withAnswers(() => (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const part = Buffer.alloc(1024 * 1024, ' ');
      let left = 100;
      const more = (): void => {
        while (left-- > 0) if (!response.write(part)) return void response.once('drain', more);
        response.end();
      };
      more();
    });
    const before = process.memoryUsage.rss();
    const problem = await problemOf(reader);
    assert.equal(problem.what, "GitHub's answer is longer than 64 MiB, which none of its pages is");
    assert.equal(reader.server.asked.length, 1);
    assert.ok(process.memoryUsage.rss() - before < 300 * 1024 * 1024);
  });

  test('100 MB by its own word is not even read', async () => {
    const reader = await withAnswers(() => (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(100 * 1024 * 1024) });
      response.flushHeaders();
    });
    assert.match((await problemOf(reader)).what, /longer than 64 MiB/);
  });

  const table: readonly (readonly [string, string, RegExp])[] = [
    [
      'a page for people',
      '<html>Log in</html>',
      /^GitHub's answer is neither a list nor an object: "<html>Log in<\/html>"$/,
    ],
    ['nothing', '', /^GitHub's answer is empty$/],
    ['half of JSON', '[{"number": 1', /^GitHub's answer is neither a list nor an object/],
    [
      'an object',
      '{"message": "hi"}',
      /^GitHub's answer is not what its API describes: a list is expected, not an object$/,
    ],
    [
      'issues without a number',
      '[{"title": "x"}]',
      /`\[0\]\.number`: a whole number from 1 is expected, but it is missing$/,
    ],
    ['null', 'null', /^GitHub's answer is neither a list nor an object: "null"$/],
  ];
  for (const [name, body, what] of table)
    test(name, async () => {
      const reader = await withAnswers(() => ({ status: 200, body }));
      const problem = await problemOf(reader);
      assert.match(problem.what, what);
      assert.equal(problem.code, 'environment');
    });

  test('a redirect to another server, which would get the token', async () => {
    const thief = await readers.start([makeIssue(1)]);
    const reader = await withAnswers(() => ({
      status: 301,
      headers: { location: `${thief.server.address}/repos/acme/widgets/issues` },
      body: {},
    }));
    assert.match(
      (await problemOf(reader)).what,
      /^GitHub sends us to another server, 127\.0\.0\.1:\d+, which would get the token$/,
    );
    assert.deepEqual(thief.server.asked, []);
  });

  test('a link to the next page on another server', async () => {
    const thief = await readers.start([makeIssue(1)]);
    const reader = await withAnswers(() => ({
      status: 200,
      headers: { link: `<${thief.server.address}/repos/acme/widgets/issues>; rel="next"` },
      body: [],
    }));
    assert.match((await problemOf(reader)).what, /another server/);
    assert.deepEqual(thief.server.asked, []);
  });

  test('a circle of redirects', async () => {
    const reader = await withAnswers((url) => ({ status: 302, headers: { location: url.pathname }, body: {} }));
    assert.equal((await problemOf(reader)).what, 'GitHub sends us in circles');
  });
});

test('a repository that moved is followed on the same server', async () => {
  const { read, server } = await readers.start([], {
    repositories: {
      'acme/widgets': [],
      'acme/gadgets': [
        makeIssue(1, { repository: 'acme/gadgets', body: 'Depends on acme/gadgets#2 and acme/widgets#2' }),
        makeIssue(2, { repository: 'acme/gadgets' }),
      ],
    },
    instead: (url) =>
      url.pathname.startsWith('/repos/acme/widgets')
        ? {
            status: 301,
            headers: { location: `/repositories/102/issues${url.search}` },
            body: { message: 'Moved Permanently', url: 'x', documentation_url: 'y' },
          }
        : undefined,
  });
  const { works } = await read();
  assert.deepEqual(
    works.map(({ dependencies }) => dependencies),
    [['FEAT-2-issue-2'], []],
  );
  assert.deepEqual(server.faults, []);
});

test('dependencies that may not be read are an error: without them the order would be wrong', async () => {
  const { read } = await readers.start(
    [
      makeIssue(1, {
        issue_dependencies_summary: { blocked_by: 1, blocking: 0, total_blocked_by: 1, total_blocking: 0 },
      }),
    ],
    { instead: (url) => (url.pathname.endsWith('blocked_by') ? said(403, 'Forbidden')() : undefined) },
  );
  await assert.rejects(read(), { name: 'Problem', code: 'environment' });
});

test('titles and texts of strangers become works that a schedule can hold', async () => {
  const hostile = [
    '$(rm -rf ~); `id` && ${HOME}',
    '\u001b[2J\u0007\u202e evil\r\nsecond line',
    '../../etc/passwd',
    '-rf --force',
    '',
    '   ',
    'x'.repeat(5000),
    '🎉🎉🎉',
    '__proto__',
    'a\u0000b',
    'CON.lock',
  ];
  const { read } = await readers.start(
    hostile.map((title, index) =>
      makeIssue(index + 1, { title, body: `${title}\nDepends on #${index}`, labels: [{ name: title }] }),
    ),
  );
  const { works } = await read();
  assert.equal(works.length, hostile.length);
  const schedule = { version: 1 as const, created_at: '', sources: [], groups: { order: [], pinned: [] }, works };
  assert.deepEqual(parseSchedule(writeSchedule(schedule), 'schedule.json').works, works);
  assert.deepEqual(
    works.slice(0, 4).map(({ id }) => id),
    ['FEAT-1-rm-rf-id-home', 'FEAT-2-2j-evil-second-line', 'FEAT-3-etc-passwd', 'FEAT-4-rf-force'],
  );
  assert.ok(works.every(({ title }) => title !== '' && !/\p{Cc}/u.test(title) && title.length <= 500));
});

test('a text longer than a schedule can hold is cut off and said', async () => {
  const { read } = await readers.start([makeIssue(1, { body: 'ä'.repeat(200_000) })]);
  const { works, warnings } = await read();
  assert.equal(Buffer.byteLength(works[0]?.body ?? ''), 256 * 1024);
  assert.deepEqual(warnings, ['#1: its text is longer than 256 KiB; the rest is cut off']);
});
