/** A stage that waits for a person is seen, says its question, and goes on when it is answered. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { makeCommandLine, type CommandLine } from '../support/command-line.ts';
import { eventually } from '../support/eventually.ts';

interface Status {
  readonly items: readonly {
    readonly state: string;
    readonly reason: string | null;
    readonly needs_attention: { readonly since: string; readonly question: string } | null;
  }[];
  readonly workers: readonly { readonly state: string }[];
}

const asks = 'printf "Which colour? "; read colour; echo "$colour" > "$WF_REPO_ROOT/answer"; exec test -n "$colour"';

const makeAsking = async (onWaiting?: string): Promise<CommandLine> => {
  const line = await makeCommandLine();
  const stage = { name: 'ask', run: asks, ...(onWaiting === undefined ? {} : { on_waiting: onWaiting }) };
  await line.config({
    retry: { max_attempts: 1 },
    batch: { stop_grace: '1s' },
    workflows: { wf: { worktree: false, stages: [stage] } },
  });
  await line.schedule(['create', 'local=paint']);
  return line;
};

const statusOf = async (line: CommandLine): Promise<Status> =>
  JSON.parse((await line.batch(['status', '--json'])).out) as Status;

describe('a stage that does not read its terminal', () => {
  test('needs attention while its last line is one of its waiting_patterns', async () => {
    const line = await makeCommandLine();
    const run = 'echo "Approve the plan in the browser? (y/n)"; until [ -e go ]; do sleep 0.1; done';
    await line.config({
      batch: { stop_grace: '1s' },
      workflows: {
        wf: { worktree: false, stages: [{ name: 'ask', run, waiting_patterns: ['\\(y/n\\)$', '^never$'] }] },
      },
    });
    await line.schedule(['create', 'local=paint']);
    assert.equal((await line.batch(['start', '--engine', 'process'])).code, 0);
    const question = await eventually(
      'it needs attention',
      async () => (await statusOf(line)).items[0]?.needs_attention?.question,
    );
    assert.equal(question, 'Approve the plan in the browser? (y/n)');
    await writeFile(`${line.project}/go`, '');
    assert.equal((await line.batch(['wait', '--timeout', '30s'])).code, 0);
    await line.remove();
  });
});

describe('a stage that reads its terminal', { skip: process.platform !== 'linux' ? 'looks at /proc' : false }, () => {
  test('needs attention with its question; a person types into its pane and it goes on', async () => {
    const line = await makeAsking();
    assert.equal((await line.batch(['start'])).code, 0);
    const waiting = await eventually('it needs attention', async () => {
      const status = await statusOf(line);
      return status.items[0]?.needs_attention && status;
    });
    assert.equal(waiting.items[0]?.needs_attention?.question, 'Which colour?');
    assert.equal(waiting.workers[0]?.state, 'waiting');
    assert.match((await line.batch(['status'])).out, /Which colour\?/);
    await line.tmux('send-keys', '-t', '=wf-batch-worker-1:', 'blue', 'Enter');
    assert.equal((await line.batch(['wait', '--timeout', '30s'])).code, 0);
    assert.equal(await readFile(`${line.project}/answer`, 'utf8'), 'blue\n');
    await line.remove();
  });

  test('fails with its question where nobody may answer', async () => {
    const line = await makeAsking('fail');
    assert.equal((await line.batch(['start', '--follow', '--engine', 'process'])).code, 3);
    assert.match((await statusOf(line)).items[0]?.reason ?? '', /Which colour\?/);
    await line.remove();
  });

  test('is answered by the text that the config gives', async () => {
    const line = await makeAsking('answer:green');
    assert.equal((await line.batch(['start', '--follow', '--engine', 'process'])).code, 0);
    assert.equal(await readFile(`${line.project}/answer`, 'utf8'), 'green\n');
    await line.remove();
  });
});
