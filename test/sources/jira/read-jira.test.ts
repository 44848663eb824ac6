import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import fc from 'fast-check';
import type { Work } from '../../../src/core/work.ts';
import { Problem } from '../../../src/ports/problem.ts';
import type { SourceWorks } from '../../../src/ports/sources.ts';
import { branchOf } from '../../../src/protocol/id.ts';
import { readDocument } from '../../../src/sources/jira/document.ts';
import { readJira } from '../../../src/sources/jira/read-jira.ts';
import type { Surroundings } from '../../../src/sources/surroundings.ts';
import { document, linked, makeJiraIssue, node, startJira, status, text } from '../../support/jira-server.ts';
import type { JiraOptions, JiraServer } from '../../support/jira-server.ts';
import { makeNetwork } from '../../support/network.ts';

const ends: (() => Promise<void>)[] = [];
after(async () => {
  for (const end of ends) await end();
});

interface Started {
  readonly server: JiraServer;
  readonly said: readonly string[];
  readonly read: (over?: Partial<Surroundings>, jql?: string) => Promise<SourceWorks>;
}

const start = async (issues: readonly object[], options: Partial<JiraOptions> = {}): Promise<Started> => {
  const server = await startJira({ issues, ...options });
  const { surroundings, said, remove } = await makeNetwork();
  ends.push(server.close, remove);
  const env = { JIRA_BASE_URL: server.address, JIRA_EMAIL: 'ada@acme.test', JIRA_API_TOKEN: 'secret-token' };
  const read: Started['read'] = (over = {}, jql = 'project = PROJ') =>
    readJira({ queries: [jql], patterns: [], surroundings: { ...surroundings, env, ...over } });
  return { server, said, read };
};

const edges = ({ works }: SourceWorks): readonly string[] =>
  works.flatMap(({ source, dependencies }) =>
    dependencies.length === 0 ? [] : [`${source.ref}: ${dependencies.join(' ')}`],
  );

const blocks = { id: '1', name: 'Blocks', inward: 'is blocked by', outward: 'blocks' };

test('issues become works by their key, kind, priority and labels; what is done is left out and said', async () => {
  const { server, read } = await start([
    makeJiraIssue('PROJ-7', {
      summary: 'Add auth!',
      issuetype: { name: 'Story' },
      priority: { name: 'Highest' },
      labels: ['web'],
    }),
    makeJiraIssue('PROJ-8', { summary: 'It leaks', issuetype: { name: 'Bug' }, priority: null }),
    makeJiraIssue('PROJ-9', { status: status('done') }),
  ]);
  const { works, notices } = await read();
  assert.deepEqual(
    works.map(({ id, priority, group, labels, source }) => [id, priority, group, labels, source]),
    [
      [
        'FEAT-PROJ-7-add-auth',
        1,
        'feat',
        ['web'],
        { type: 'jira', ref: 'PROJ-7', url: `${server.address}/browse/PROJ-7` },
      ],
      ['FIX-PROJ-8-it-leaks', 3, 'fix', [], { type: 'jira', ref: 'PROJ-8', url: `${server.address}/browse/PROJ-8` }],
    ],
  );
  assert.equal(branchOf(works[0] as Work, { FEAT: 'feat' }), 'feat/PROJ-7-add-auth');
  assert.deepEqual(notices, ['1 issue of Jira left out: done']);
  assert.deepEqual(server.authorizations, [`Basic ${Buffer.from('ada@acme.test:secret-token').toString('base64')}`]);
  assert.deepEqual(server.questions[0]?.jql, 'project = PROJ');
  assert.deepEqual(server.faults, []);
});

test('all pages are read by their tokens, however many issues a page has', async () => {
  const issues = Array.from({ length: 250 }, (_, index) => makeJiraIssue(`PROJ-${index + 1}`));
  const { server, read, said } = await start(issues, { pageSize: 60 });
  assert.equal((await read()).works.length, 250);
  assert.deepEqual(
    server.questions.map(({ nextPageToken }) => nextPageToken),
    [undefined, 'from-60', 'from-120', 'from-180', 'from-240'],
  );
  assert.equal(said[0], 'Jira: 60 issues read');
  assert.deepEqual(server.faults, []);
});

test('links that block, sub-tasks, parents and texts make dependencies; those that are done are satisfied', async () => {
  const { server, read } = await start([
    makeJiraIssue('PROJ-1', {
      issuelinks: [
        { id: '1', type: blocks, inwardIssue: linked('PROJ-2') },
        { id: '2', type: blocks, inwardIssue: linked('PROJ-90', 'done') },
        { id: '3', type: blocks, inwardIssue: linked('OTHER-5') },
        {
          id: '4',
          type: { id: '2', name: 'Relates', inward: 'relates to', outward: 'relates to' },
          inwardIssue: linked('PROJ-4'),
        },
      ],
    }),
    makeJiraIssue('PROJ-2', { issuelinks: [{ id: '1', type: blocks, outwardIssue: linked('PROJ-3') }] }),
    makeJiraIssue('PROJ-3', { subtasks: [linked('PROJ-4'), linked('PROJ-91', 'done')] }),
    makeJiraIssue('PROJ-4', { issuetype: { name: 'Sub-task', subtask: true }, parent: linked('PROJ-3') }),
    makeJiraIssue('PROJ-5', { description: document(node('paragraph', text('Depends on PROJ-4, requires UTF-8.'))) }),
  ]);
  const found = await read();
  assert.deepEqual(edges(found), [
    'PROJ-1: FEAT-PROJ-2-issue-proj-2 OTHER-5',
    'PROJ-3: FEAT-PROJ-2-issue-proj-2 FEAT-PROJ-4-issue-proj-4',
    'PROJ-5: FEAT-PROJ-4-issue-proj-4',
  ]);
  assert.deepEqual(found.notices, [
    'FEAT-PROJ-1-issue-proj-1: its dependency PROJ-90 is satisfied: PROJ-90 is done',
    'FEAT-PROJ-3-issue-proj-3: its dependency PROJ-91 is satisfied: PROJ-91 is done',
  ]);
  assert.deepEqual(server.faults, []);
});

describe('a description', () => {
  test('becomes Markdown, in which code, quotes and struck-out text are still that', () => {
    const given = document(
      { type: 'heading', attrs: { level: 2 }, content: [text('Plan')] },
      node('paragraph', text('Do '), text('x()', 'code'), { type: 'hardBreak' }, text('Depends on PROJ-1', 'strike')),
      node(
        'bulletList',
        node(
          'listItem',
          node('paragraph', text('one')),
          node('orderedList', node('listItem', node('paragraph', text('deep')))),
        ),
      ),
      { type: 'codeBlock', attrs: { language: 'sh' }, content: [text('depends on PROJ-2\n```')] },
      node('blockquote', node('paragraph', text('depends on PROJ-3'))),
      node('taskList', { type: 'taskItem', attrs: { state: 'DONE' }, content: [text('done')] }),
      node(
        'panel',
        node(
          'paragraph',
          { type: 'mention', attrs: { text: '@Ada' } },
          { type: 'inlineCard', attrs: { url: 'https://a.test/' } },
        ),
      ),
      node(
        'table',
        node(
          'tableRow',
          node('tableCell', node('paragraph', text('a'))),
          node('tableCell', node('paragraph', text('b'))),
        ),
      ),
    );
    assert.equal(
      readDocument(given),
      [
        '## Plan',
        'Do `x()`\n~~Depends on PROJ-1~~',
        '- one\n  1. deep',
        '````sh\ndepends on PROJ-2\n```\n````',
        '> depends on PROJ-3',
        '- [x] done',
        '@Adahttps://a.test/',
        '| a | b |',
      ].join('\n\n'),
    );
  });

  test('that is deep, strange or none is read without harm', () => {
    let deep: object = text('x');
    for (let level = 0; level < 5000; level++) deep = node('blockquote', deep);
    assert.equal(typeof readDocument(document(deep)), 'string');
    for (const value of [null, undefined, 7, [], {}, { content: 'x' }, { content: [null, 7] }, 'plain'])
      assert.equal(readDocument(value), value === 'plain' ? 'plain' : '');
    fc.assert(fc.property(fc.anything(), (value) => typeof readDocument(value) === 'string'));
  });
});

describe('what goes wrong with Jira is said in three lines', () => {
  const problemOf = async ({ read }: Started, over: Partial<Surroundings> = {}, jql?: string): Promise<Problem> => {
    const error: unknown = await read(over, jql).then(
      () => new Error('it was read'),
      (failure: unknown) => failure,
    );
    assert.ok(error instanceof Problem, String((error as Error).stack));
    assert.ok(!`${error.message}`.includes('secret-token'), 'the token is shown');
    return error;
  };
  const refusing = (code: number, message: string, headers: Readonly<Record<string, string>> = {}) =>
    start([], { instead: () => ({ status: code, headers, body: { errorMessages: [message], errors: {} } }) });

  const table: readonly (readonly [number, string, string, string])[] = [
    [400, 'refused', "Jira does not understand the JQL: The field 'x' does not exist.", 'try it in the search of Jira'],
    [
      401,
      'environment',
      "Jira does not accept the token: The field 'x' does not exist.",
      'check JIRA_EMAIL, and make a new JIRA_API_TOKEN',
    ],
    [
      403,
      'environment',
      "the token may not search here: The field 'x' does not exist.",
      'give it the scope read:jira-work, or ask who may',
    ],
    [
      404,
      'refused',
      "there is no Jira Cloud at this address: The field 'x' does not exist.",
      'check JIRA_BASE_URL or jira.base_url',
    ],
  ];
  for (const [code, kind, what, hint] of table)
    test(String(code), async () => {
      const started = await refusing(code, "The field 'x' does not exist.");
      const problem = await problemOf(started);
      const where = code === 400 ? 'jira=project = PROJ' : `POST ${started.server.address}/rest/api/3/search/jql`;
      assert.deepEqual([problem.code, problem.what, problem.where, problem.hint], [kind, what, where, hint]);
      assert.equal(started.server.asked.length, 1);
      assert.deepEqual(started.server.faults, []);
    });

  test('a limit is waited for with a line, and not for ever', async () => {
    const limit = { status: 429, headers: { 'retry-after': '5' }, body: { errorMessages: ['Rate limit exceeded.'] } };
    const once = await start([makeJiraIssue('PROJ-1')], { instead: (count) => (count === 1 ? limit : undefined) });
    assert.equal((await once.read()).works.length, 1);
    assert.deepEqual(once.said, ["Jira's limit of requests is reached; waiting 5 s"]);
    const always = await start([], { instead: () => limit });
    assert.equal((await problemOf(always)).what, "Jira's limit of requests is reached: Rate limit exceeded.");
    assert.equal(always.server.asked.length, 4);
    const long = await refusing(429, 'Later', { 'retry-after': '3600' });
    assert.match((await problemOf(long)).hint, /jira\.max_wait in \.wf\/config\.json \(now 60s\)$/);
    assert.equal(long.server.asked.length, 1);
  });

  test('failures and cut connections are tried again, then said', async () => {
    const bad = { status: 502, body: '<h1>Bad Gateway</h1>' };
    const twice = await start([makeJiraIssue('PROJ-1')], {
      instead: (count) =>
        count === 1
          ? bad
          : count === 2
            ? (response) => {
                response.writeHead(200, { 'content-length': '100' });
                response.write('{"issues"', () => response.destroy());
              }
            : undefined,
    });
    assert.equal((await twice.read()).works.length, 1);
    const always = await start([], { instead: () => bad });
    assert.equal((await problemOf(always)).what, 'Jira answers 502, also when asked again: <h1>Bad Gateway</h1>');
    assert.equal(always.server.asked.length, 4);
    await always.server.close();
    assert.match((await problemOf(always)).what, /^Jira cannot be reached: .*ECONNREFUSED/);
  });

  test('answers that are none', async () => {
    const answers: readonly (readonly [string, RegExp])[] = [
      ['<html>', /^Jira's answer is neither a list nor an object: "<html>"$/],
      ['', /^Jira's answer is empty$/],
      ['[]', /^Jira's answer is not what its API describes: an object is expected, not a list$/],
      [
        '{"issues": [{"key": "../x", "fields": {}}]}',
        /`issues\[0\]\.key`: a key such as PROJ-7 is expected, not "\.\.\/x"$/,
      ],
    ];
    for (const [body, what] of answers)
      assert.match((await problemOf(await start([], { instead: () => ({ status: 200, body }) }))).what, what);
    const huge = await start([], {
      instead: () => (response) => {
        response.writeHead(200, { 'content-length': String(100 * 1024 * 1024) });
        response.flushHeaders();
      },
    });
    assert.match((await problemOf(huge)).what, /longer than 64 MiB/);
  });

  test('a token for ever the same does not read for ever', async () => {
    const { read, server } = await start([], {
      instead: () => ({ status: 200, body: { issues: [], nextPageToken: 'again', isLast: false } }),
    });
    assert.deepEqual((await read()).works, []);
    assert.equal(server.asked.length, 2);
  });

  test('what is not set, or may not be used', async () => {
    const started = await start([]);
    const config = (base_url: string | null) => ({
      ...{ branch_prefix: {}, github: { base_url: null, max_wait_ms: 1 } },
      jira: { base_url, email: null, max_wait_ms: 1 },
    });
    const token = { JIRA_API_TOKEN: 'secret-token' };
    const whatOf = async (over: Partial<Surroundings>, jql?: string): Promise<string> =>
      (await problemOf(started, over, jql)).what;
    assert.equal(await whatOf({ env: token }), 'no Jira is named');
    assert.equal(await whatOf({ env: { JIRA_BASE_URL: started.server.address } }), 'Jira wants a token');
    assert.equal(
      await whatOf({ env: { ...token, JIRA_BASE_URL: 'http://acme.test' } }),
      '"http://acme.test" would have a token travel in clear',
    );
    assert.equal(await whatOf({}, ' '), 'the JQL is empty, and Jira answers none without a restriction');
    const address = started.server.address;
    assert.equal(
      await whatOf({ env: token, config: config(address), isConfigTrusted: false }),
      `.wf comes from outside, and your token would go to ${address}`,
    );
    assert.deepEqual(started.server.asked, []);
    await started.read({ env: token, config: config(address) });
    assert.deepEqual(started.server.authorizations, ['Bearer secret-token']);
  });
});
