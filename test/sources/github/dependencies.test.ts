import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceWorks } from '../../../src/ports/sources.ts';
import { blockedBy, makeIssue, notFound } from '../../support/github-server.ts';
import type { GithubIssue } from '../../support/github-server.ts';
import { makeReaders } from '../../support/github-reader.ts';

const readers = makeReaders();
after(readers.end);

/** `12: 3 4` for each issue that waits for others. */
const edges = ({ works }: SourceWorks): readonly string[] => {
  const refOf = new Map<string, string>(works.map(({ id, source }) => [id, source.ref]));
  return works
    .filter(({ dependencies }) => dependencies.length > 0)
    .map(({ source, dependencies }) => `${source.ref}: ${dependencies.map((id) => refOf.get(id) ?? id).join(' ')}`);
};

const pull = { url: '', html_url: '', diff_url: '', patch_url: '' };

test("GitHub's own blockers count: open ones are waited for, closed ones are satisfied and said, all pages of them", async () => {
  const many = Array.from({ length: 120 }, (_, index) => makeIssue(index + 100));
  const { server, read } = await readers.start(
    [makeIssue(1, blockedBy(1, 2)), makeIssue(2), makeIssue(4, blockedBy(120)), makeIssue(5), ...many],
    { blockedBy: { 1: [makeIssue(2), makeIssue(3, { state: 'closed' })], 4: many } },
  );
  const found = await read();
  assert.equal(edges(found)[0], '1: 2');
  assert.equal(found.works.find(({ source }) => source.ref === '4')?.dependencies.length, 120);
  assert.deepEqual(found.notices, ['FEAT-1-issue-1: its dependency #3 is satisfied: #3 is done']);
  // Two pages of issues, one of blockers of #1, two of #4; nothing is asked about issues without blockers.
  assert.equal(server.asked.length, 5);
  assert.deepEqual(server.faults, []);
});

test('a parent waits for its sub-issues', async () => {
  const { server, read } = await readers.start(
    [
      makeIssue(1, { sub_issues_summary: { total: 2, completed: 1, percent_completed: 50 } }),
      makeIssue(2),
      makeIssue(3),
    ],
    { subIssues: { 1: [makeIssue(2), makeIssue(9, { state: 'closed' })] } },
  );
  const found = await read();
  assert.deepEqual(edges(found), ['1: 2']);
  assert.deepEqual(found.notices, ['FEAT-1-issue-1: its dependency #9 is satisfied: #9 is done']);
  assert.deepEqual(server.faults, []);
});

test('a blocker in another repository stays a reference that nothing here resolves, never an issue of the same number', async () => {
  const { read } = await readers.start([makeIssue(1, blockedBy(2)), makeIssue(7)], {
    blockedBy: {
      1: [makeIssue(7, { repository: 'other/repo' }), makeIssue(8, { repository: 'other/repo', state: 'closed' })],
    },
  });
  const found = await read();
  assert.deepEqual(edges(found), ['1: other/repo#7']);
  assert.deepEqual(found.notices, ['FEAT-1-issue-1: its dependency other/repo#8 is satisfied: other/repo#8 is done']);
});

test('an open blocker that the query leaves out is kept, so that start refuses instead of running too early', async () => {
  const { read } = await readers.start([makeIssue(1, { ...blockedBy(1), labels: [{ name: 'a' }] }), makeIssue(2)], {
    blockedBy: { 1: [makeIssue(2)] },
  });
  assert.deepEqual(edges(await read(['label:a'])), ['1: #2']);
});

describe('a server that gives no summaries', () => {
  const bare = (number: number, over: Partial<GithubIssue> = {}): GithubIssue =>
    makeIssue(number, { issue_dependencies_summary: undefined, sub_issues_summary: undefined, ...over });

  test('is asked about each issue', async () => {
    const { server, read } = await readers.start([bare(1), bare(2)], { blockedBy: { 1: [bare(2)] } });
    assert.deepEqual(edges(await read()), ['1: 2']);
    assert.equal(server.asked.length, 5);
  });

  test('and knows no dependencies is not asked a thousand times', async () => {
    const issues = Array.from({ length: 300 }, (_, index) => bare(index + 1));
    const { server, read } = await readers.start(issues, {
      instead: (url) => (/blocked_by|sub_issues/.test(url.pathname) ? notFound : undefined),
    });
    assert.equal((await read()).works.length, 300);
    assert.ok(server.asked.length <= 3 + 2 * 8, `${server.asked.length} requests`);
  });

  test('still has the parents that sub-issues name', async () => {
    const parent = 'https://api.github.com/repos/acme/widgets/issues/1';
    const { read } = await readers.start([bare(1), bare(2, { parent_issue_url: parent })]);
    assert.deepEqual(edges(await read()), ['1: 2']);
  });
});

test('look-ups are a few at a time, and said as they go', async () => {
  let underWay = 0;
  let most = 0;
  const issues = Array.from({ length: 230 }, (_, index) => makeIssue(index + 1, blockedBy(1)));
  const { read, network } = await readers.start(issues, {
    blockedBy: Object.fromEntries(issues.slice(1).map(({ number }) => [number, [makeIssue(number - 1)]])),
    instead: (url) => {
      if (!url.pathname.endsWith('blocked_by')) return undefined;
      most = Math.max(most, ++underWay);
      const { number } = issues[0] as GithubIssue;
      return (response) => {
        setTimeout(() => {
          underWay--;
          response.writeHead(200, { 'content-type': 'application/json' });
          response.end(JSON.stringify(url.pathname.includes('/1/') ? [] : [makeIssue(number)]));
        }, 5);
      };
    },
  });
  assert.equal(edges(await read()).length, 229);
  assert.ok(most > 1 && most <= 10, `${most} at once`);
  assert.deepEqual(
    network.said.filter((line) => line.includes('look-ups')),
    ['GitHub: 100 of 230 look-ups of dependencies', 'GitHub: 200 of 230 look-ups of dependencies'],
  );
});

describe('texts', () => {
  const bodies = async (table: Readonly<Record<number, string>>, patterns: readonly string[] = []) => {
    const { read, server } = await readers.start([
      ...Object.entries(table).map(([number, body]) => makeIssue(Number(number), { body })),
      makeIssue(70, { state: 'closed' }),
      makeIssue(71, { state: 'closed', pull_request: pull }),
      makeIssue(72, { labels: [{ name: 'elsewhere' }] }),
    ]);
    const found = await read(['state:open'], { patterns });
    assert.deepEqual(server.faults, []);
    return found;
  };

  test('name issues by number, by owner and name, and by address', async () => {
    const found = await bodies({
      1: 'Depends on #2, Acme/Widgets#3 and https://github.com/acme/widgets/issues/4#issuecomment-5.',
      2: '**Blocked by:** GH-3',
      3: 'Depends on gitlab.test/acme/widgets#4',
      4: 'x',
      5: 'Depends on https://gitlab.test/acme/widgets/issues/4',
    });
    assert.deepEqual(edges(found), ['1: 2 3 4', '2: 3', '5: https://gitlab.test/acme/widgets/issues/4']);
    assert.equal(found.works[0]?.body.includes('Acme/Widgets#3'), true);
  });

  test('that name closed issues and merged pull requests are satisfied, and said', async () => {
    const found = await bodies({ 1: 'Depends on #70, blocked by #71, depends on #404' });
    assert.deepEqual(edges(found), ['1: #404']);
    assert.deepEqual(found.notices.toSorted(), [
      'FEAT-1-issue-1: the dependency in its text, #70 is satisfied: #70 is done',
      'FEAT-1-issue-1: the dependency in its text, #71 is satisfied: #71 is done',
    ]);
  });

  test('that only look like dependencies are none', async () => {
    const found = await bodies({
      1: 'does not depend on #4. No longer blocked by #4.',
      2: '```\nDepends on #4\n```\n\n    blocked by #4\n\n`depends on #4`',
      3: '> Depends on #4\n\n<!-- depends on #4 -->\n~~blocked by #4~~',
      4: 'thereafter #10, unblocks #3, dependson #1',
      5: 'Depends on: none\nBlocked by: n/a\nDepends on: #\nDepends on: #UI-001',
      6: 'Depends on #6',
    });
    assert.deepEqual(edges(found), []);
  });

  test('have patterns of the config, too', async () => {
    const found = await bodies({ 1: 'Needs: #2', 2: 'x' }, ['^needs:\\s*(.+)$']);
    assert.deepEqual(edges(found), ['1: 2']);
  });

  test('a reference that no schedule could hold is left out', async () => {
    const found = await bodies({
      1: `Depends on https://x.test/${'a'.repeat(250)}/issues/1 and https://x.test/\u001b[31m/issues/2`,
    });
    assert.deepEqual(edges(found), []);
  });
});

test('issues of an owner whose name begins with a number are not taken for that number', async () => {
  const { read } = await readers.start([], {
    repositories: {
      '42-school/w': [
        makeIssue(1, { repository: '42-school/w', body: 'Depends on #42 and 42-school/w#2' }),
        makeIssue(2, { repository: '42-school/w' }),
      ],
    },
  });
  assert.deepEqual(edges(await read(['repo:42-school/w'])), ['42-school/w#1: #42 42-school/w#2']);
});

interface Oracle {
  readonly repo: string;
  readonly issues: readonly { readonly number: number; readonly state: string; readonly body: string }[];
  readonly expected_core_body_only_keywords_depends_on_blocked_by: readonly (readonly [number, number])[];
  readonly z0al_single_line_cases: readonly {
    readonly self: number;
    readonly keywords: readonly string[];
    readonly text: string;
    readonly deps: readonly string[];
  }[];
}

const cases = process.env['WF_CASES'];
if (cases === undefined)
  console.log('WF_CASES is unset: the bodies with known edges (github/issue-body-deps.oracle.json) are left out');

describe('the edges of real bodies', { skip: cases === undefined && 'WF_CASES is unset' }, () => {
  const oracle = (): Oracle =>
    JSON.parse(readFileSync(join(cases ?? '', 'github/issue-body-deps.oracle.json'), 'utf8')) as Oracle;

  test('are those that the oracle gives', async () => {
    const { repo, issues, expected_core_body_only_keywords_depends_on_blocked_by: expected } = oracle();
    const { read, server } = await readers.start([], {
      repositories: {
        [repo]: issues.map(({ number, state, body }) => makeIssue(number, { state, body, repository: repo })),
      },
    });
    const found = await read([`repo:${repo},state:open`]);
    const satisfied = found.notices.flatMap((notice) => {
      const [, from, to] = /^FEAT-(\d+)-.*, #(\d+) is satisfied/.exec(notice) ?? [];
      return from === undefined ? [] : [[Number(from), Number(to)]];
    });
    const numberOf = (id: string): number => Number(/(?:^FEAT-|^#)(\d+)/.exec(id)?.[1]);
    const open = found.works.flatMap(({ id, dependencies }) => dependencies.map((to) => [id, to] as const));
    const foreign = open.filter(([, to]) => to.includes('/'));
    const local = open.filter(([, to]) => !to.includes('/')).map(([from, to]) => [numberOf(from), numberOf(to)]);
    const sorted = (edges: readonly (readonly number[])[]) => edges.map((edge) => edge.join('>')).sort();
    assert.deepEqual(sorted([...local, ...satisfied]), sorted(expected));
    assert.deepEqual(foreign, [['FEAT-60-issue-60', 'other/repo#10']]);
    assert.deepEqual(server.faults, []);
  });

  test('are read from single lines, too', async () => {
    const ours = oracle().z0al_single_line_cases.filter(({ text }) => !text.includes('depends on'));
    assert.equal(ours.length, 5);
    for (const { self, text, deps } of ours) {
      const repository = 'github/atom';
      const others = [1, 2, 3].filter((number) => number !== self).map((number) => makeIssue(number, { repository }));
      const { read } = await readers.start([], {
        repositories: {
          [repository]: [makeIssue(self, { body: text.replace(/ \(own.*/, ''), repository }), ...others],
        },
      });
      const found = await read([`repo:${repository}`]);
      const own = found.works.find(({ source }) => source.ref.endsWith(`#${self}`));
      const named = own?.dependencies
        .map((id) => /^FEAT-(\d+)/.exec(id)?.[1])
        .map((number, index) => (number === undefined ? own.dependencies[index] : `#${number}`));
      assert.deepEqual(named, deps, text);
    }
  });
});
