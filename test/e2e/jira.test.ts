import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { document, linked, makeJiraIssue, node, startJira, status, text } from '../support/jira-server.ts';
import type { JiraServer } from '../support/jira-server.ts';
import { makeCommandLine, threeLines } from '../support/command-line.ts';
import type { CommandLine } from '../support/command-line.ts';

describe("Jira's issues, from create to the end of a batch", () => {
  let line: CommandLine;
  let server: JiraServer;
  const token = { JIRA_EMAIL: 'ada@acme.test', JIRA_API_TOKEN: 'secret-token' };

  before(async () => {
    line = await makeCommandLine();
    const blocks = { name: 'Blocks', inward: 'is blocked by', outward: 'blocks' };
    server = await startJira({
      pageSize: 1,
      issues: [
        makeJiraIssue('WEB-2', {
          ...{ summary: 'It leaks', issuetype: { name: 'Bug' } },
          issuelinks: [{ id: '1', type: blocks, inwardIssue: linked('WEB-1') }],
        }),
        makeJiraIssue('WEB-1', {
          ...{ summary: 'Add auth!', issuetype: { name: 'Story' } },
          description: document(node('paragraph', text('With a page.'))),
        }),
        makeJiraIssue('WEB-3', { status: status('done') }),
      ],
    });
    // The config is the person's own, so that the site may stand in it.
    await line.config({
      default_workflow: 'w',
      jira: { base_url: server.address },
      workflows: {
        w: {
          stages: [
            {
              name: 'write',
              run: ['sh', '-c', 'cp "$WF_WORK_FILE" work.json && git add . && git commit -qm done'],
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

  it('create reads the site of the config with the token of the environment', async () => {
    const screen = await line.schedule(['create', 'jira=project = WEB'], { env: token });
    assert.deepEqual(
      [screen.code, screen.out, screen.err],
      [
        0,
        '2 works in 2 groups scheduled\n',
        'note: Jira: 1 issues read\nnote: Jira: 2 issues read\nnote: 1 issue of Jira left out: done\n' +
          'next: wf0-batch start --dry-run shows the plan, wf0-batch start runs it\n',
      ],
    );
    assert.deepEqual(server.faults, []);
  });

  it('a batch of them ends completed, each on the branch of its key', async () => {
    const screen = await line.batch(['start', '--engine', 'process', '--follow']);
    assert.equal(screen.code, 0, screen.err);
    const work = await line.git(line.project, 'show', 'feat/WEB-1-add-auth:work.json');
    assert.equal((JSON.parse(work) as { body: string }).body, 'With a page.');
    const [first, second] = await Promise.all(
      ['feat/WEB-1-add-auth', 'fix/WEB-2-it-leaks~1'].map((name) => line.git(line.project, 'rev-parse', name)),
    );
    assert.equal(first, second);
  });

  it('without a token it says which variable is wanted', async () => {
    const screen = await line.schedule(['create', 'jira=project = WEB']);
    assert.deepEqual(
      [screen.code, screen.err],
      [
        5,
        threeLines(
          'Jira wants a token',
          'JIRA_API_TOKEN',
          'make an API token in your Atlassian account and set JIRA_API_TOKEN (and JIRA_EMAIL)',
        ),
      ],
    );
  });
});
