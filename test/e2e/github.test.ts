import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { blockedBy, makeIssue, startGithub } from '../support/github-server.ts';
import type { GithubServer } from '../support/github-server.ts';
import { makeCommandLine, threeLines } from '../support/command-line.ts';
import type { CommandLine } from '../support/command-line.ts';

describe("GitHub's issues, from create to the end of a batch", () => {
  let line: CommandLine;
  let server: GithubServer;
  let env: Readonly<Record<string, string>>;

  before(async () => {
    line = await makeCommandLine();
    await line.git(line.project, 'config', 'url.https://github.com/.insteadOf', 'gh:');
    await line.git(line.project, 'remote', 'add', 'origin', 'gh:acme/widgets.git');
    server = await startGithub({
      repositories: {
        'acme/widgets': [
          makeIssue(123, { title: 'Add auth!', labels: [{ name: 'ready' }, { name: 'feature' }, { name: 'P1' }] }),
          makeIssue(124, {
            title: 'It leaks',
            labels: [{ name: 'ready' }, { name: 'bug' }],
            body: 'Depends on #123',
          }),
          makeIssue(125, { title: 'Tidy up', labels: [{ name: 'ready' }, { name: 'chore' }], ...blockedBy(1, 2) }),
          makeIssue(126, { title: 'Not ready' }),
        ],
        'acme/knot': [1, 2].map((number) =>
          makeIssue(number, { repository: 'acme/knot', body: `Depends on #${3 - number}` }),
        ),
      },
      blockedBy: { 125: [makeIssue(124), makeIssue(7, { state: 'closed' })] },
    });
    env = { GITHUB_API_URL: server.address, GITHUB_TOKEN: 'secret-token', PATH: line.env['PATH'] ?? '' };
    await line.config({
      default_workflow: 'w',
      push: { enabled: false },
      workflows: {
        w: {
          stages: [
            {
              name: 'write',
              run: 'echo "$WF_WORK_TITLE" > done.txt && git add . && git commit -qm done',
              requires: ['commit'],
            },
          ],
        },
      },
    });
  });
  after(async () => {
    await server.close();
    await line.remove();
  });

  it('create says what was scheduled, what is satisfied, and never the token', async () => {
    const screen = await line.schedule(['create', 'github=label:ready'], { env });
    assert.deepEqual(
      [screen.code, screen.out, screen.err],
      [
        0,
        '3 works in 3 groups scheduled\n',
        'note: CHORE-125-tidy-up: its dependency #7 is satisfied: #7 is done\n' +
          'next: wf0-batch start --dry-run shows the plan, wf0-batch start runs it\n',
      ],
    );
    assert.deepEqual(server.faults, []);
    const text = await readFile(join(line.project, '.wf', 'schedule.json'), 'utf8');
    assert.ok(!text.includes('secret-token'));
    assert.deepEqual((JSON.parse(text) as { sources: unknown }).sources, [{ type: 'github', query: 'label:ready' }]);
  });

  it('a second create costs questions whether anything changed, and gives the same schedule', async () => {
    const read = async () => ({
      ...(JSON.parse(await readFile(join(line.project, '.wf', 'schedule.json'), 'utf8')) as object),
      created_at: '',
    });
    const first = await read();
    const asked = server.asked.length;
    assert.equal((await line.schedule(['create', 'github=label:ready'], { env })).code, 0);
    assert.deepEqual(await read(), first);
    assert.equal(server.asked.length - asked, 2);
    assert.equal((await lstat(join(line.project, '.wf', 'cache'))).mode & 0o777, 0o700);
  });

  it('the dry run has them in the order of their dependencies, on branches by their kind', async () => {
    const { out } = await line.batch(['start', '--dry-run', '--json', '--engine', 'process']);
    const { items } = JSON.parse(out) as {
      items: readonly { id: string; level: number; dependencies: readonly string[] }[];
    };
    assert.deepEqual(
      items.map(({ id, level, dependencies }) => [id, level, dependencies]),
      [
        ['FEAT-123-add-auth', 0, []],
        ['FIX-124-it-leaks', 1, ['FEAT-123-add-auth']],
        ['CHORE-125-tidy-up', 2, ['FIX-124-it-leaks']],
      ],
    );
  });

  it('a batch of them ends completed, each on its branch', async () => {
    // The remote has no server behind it: works start from the local branch.
    await line.git(line.project, 'remote', 'remove', 'origin');
    const screen = await line.batch(['start', '--engine', 'process', '--follow', '--parallel', '2']);
    assert.equal(screen.code, 0, screen.err);
    for (const [branch, title] of [
      ['feat/123-add-auth', 'Add auth!'],
      ['fix/124-it-leaks', 'It leaks'],
      ['chore/125-tidy-up', 'Tidy up'],
    ])
      assert.equal(await line.git(line.project, 'show', `${branch}:done.txt`), title);
  });

  it('a cycle among issues is refused with its path, and nothing is saved', async () => {
    const before = await readFile(join(line.project, '.wf', 'schedule.json'), 'utf8');
    const screen = await line.schedule(['create', 'github=repo:acme/knot'], { env });
    assert.equal(screen.code, 1);
    assert.match(
      screen.err,
      /FEAT-1-issue-1 -> FEAT-2-issue-2 -> FEAT-1-issue-1|FEAT-2-issue-2 -> FEAT-1-issue-1 -> FEAT-2-issue-2/,
    );
    assert.equal(await readFile(join(line.project, '.wf', 'schedule.json'), 'utf8'), before);
  });

  it('a query that matches nothing gives an empty schedule, with a note', async () => {
    const screen = await line.schedule(['create', 'github=repo:acme/widgets,label:nobody'], { env });
    assert.deepEqual([screen.code, screen.out.split(':')[0]?.trim()], [0, '0 works scheduled']);
    assert.match(screen.err, /^note: nothing open was found: the schedule is empty$/m);
  });

  it('a slip in a key is a usage error', async () => {
    const screen = await line.schedule(['create', 'github=lable:ready'], { env });
    assert.deepEqual(
      [screen.code, screen.err],
      [
        2,
        threeLines(
          'there is no key "lable" in a query',
          'github=lable:ready',
          'did you mean label:? Known: label, milestone, state, assignee, creator, mentioned, type, repo',
        ),
      ],
    );
  });
});

describe('a .wf that came with the repository', () => {
  let line: CommandLine;
  let server: GithubServer;

  before(async () => {
    line = await makeCommandLine();
    server = await startGithub({ repositories: { 'acme/widgets': [makeIssue(1)] } });
  });
  after(async () => {
    await server.close();
    await line.remove();
  });

  it('gets no token for the server that it names until the person has allowed it; the person sees where it would go', async () => {
    const env = { GITHUB_TOKEN: 'secret-token' };
    await line.config({ github: { base_url: server.address } });
    await line.git(line.project, 'add', '--force', '.wf/config.json');
    await line.git(line.project, 'commit', '--quiet', '-m', 'settings');
    const create = () => line.schedule(['create', 'github=repo:acme/widgets'], { env });
    const refused = await create();
    assert.deepEqual(
      [refused.code, refused.err],
      [
        1,
        threeLines(
          `.wf comes from outside, and your token would go to ${server.address}`,
          '.wf/config.json, `github.base_url`',
          'look at it and allow it: wf0-batch trust; or name the server yourself: GITHUB_API_URL',
        ),
      ],
    );
    assert.deepEqual(server.asked, []);
    const shown = (await line.batch(['trust', '--show'])).out;
    assert.match(shown, new RegExp(`^ {2}your token for GitHub goes to: ${server.address}$`, 'm'));
    await line.batch(['trust', '--hash', /^hash (\w+)$/m.exec(shown)?.[1] ?? '']);
    assert.equal((await create()).code, 0);
    assert.deepEqual(server.tokens, ['token secret-token']);
  });
});
