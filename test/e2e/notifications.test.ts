/** A batch that tells a person: a real web address, a real command, and a scheduler that dies in between. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { NoticeDocument } from '../../src/ports/notifications.ts';
import { makeCommandLine, type CommandLine } from '../support/command-line.ts';
import { eventually } from '../support/eventually.ts';
import { batchFolder, eventsOf, expectCode, happened, leaveNothing } from '../support/running-batch.ts';
import { openWebAddress, type WebAddress } from '../support/web-address.ts';

const secret = 'a-secret-that-signs';
const env = { WF_BATCH_WEBHOOK_SECRET: secret, MY_API_TOKEN: 'token-of-the-person' };

const result = (json: object): string => `printf '%s' '${JSON.stringify(json)}' > "$WF_RESULT_FILE"`;
const stage = (run: string): object => ({
  worktree: false,
  stages: [{ name: 'one', run, retry: { max_attempts: 1 } }],
});

const noticesOf = ({ received }: WebAddress): readonly NoticeDocument[] =>
  received.map(({ body }) => JSON.parse(body) as NoticeDocument);

describe('a batch with a web address and a command', () => {
  let line: CommandLine;
  let address: WebAddress;
  const told = (): readonly string[] =>
    readFileSync(join(line.project, 'told'), 'utf8').split('\n').filter(Boolean).sort();
  before(async () => {
    line = await makeCommandLine();
    address = await openWebAddress();
    await line.config({
      batch: { default_parallel: 4, stop_grace: '200ms' },
      notify: { webhook: address.url, command: 'printf "%s %s\\n" "$WF_NOTICE_KIND" "$WF_NOTICE_WORKS" >> told' },
      workflows: {
        fails: stage('env > seen; echo "bad token-of-the-person"; exit 7'),
        asks: stage(result({ outcome: 'blocked', question: 'Which database?' })),
        waits: stage('while [ ! -e go ]; do sleep 0.05; done'),
      },
    });
    for (const name of ['fails', 'asks', 'waits']) await line.task(name, `workflow: ${name}`, `Title of ${name}`);
    expectCode(await line.schedule(['create', 'md=tasks']), 0);
    expectCode(await line.batch(['start', '--engine', 'process'], { env }), 0);
    await eventually('failure and question are told', () => address.received.length === 2);
    const scheduler = (await happened(line, 'scheduler_started')).process;
    process.kill(scheduler.pid, 'SIGKILL');
    await eventually('it is started again', () => eventsOf(line, 'scheduler_started').length === 2);
    await line.write(line.project, 'go', '');
    expectCode(await line.batch(['wait', '--timeout', '30s']), 3);
    await eventually('the end is told', () => address.received.length === 3);
    await eventually('the command was told, too', () => told().length === 3);
  });
  after(async () => {
    await leaveNothing(line);
    await address.close();
  });

  it('tells failure, question and end, each once though the scheduler was killed', () => {
    const notices = noticesOf(address);
    assert.deepEqual(notices.map(({ kind }) => kind).sort(), ['attention', 'end', 'failure']);
    assert.equal(new Set(notices.map(({ id }) => id)).size, 3);
    const of = (kind: string): NoticeDocument | undefined => notices.find((notice) => notice.kind === kind);
    assert.deepEqual(
      of('failure')?.works.map(({ id, title }) => [id, title]),
      [['fails', 'Title of fails']],
    );
    assert.deepEqual(
      of('attention')?.works.map(({ why }) => why),
      ['Which database?'],
    );
    assert.match(of('end')?.title ?? '', /^batch \w+: 1 of 3 works completed, 1 failed, 1 stopped in /);
    assert.deepEqual(told(), ['attention asks', 'end asks fails', 'failure fails'].sort());
  });

  it('signs every body', () => {
    for (const { body, headers } of address.received)
      assert.equal(
        headers['x-wf-batch-signature-256'],
        `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
      );
  });

  it('masks the secrets of the person in what it says', () => {
    const [failure] = noticesOf(address).filter(({ kind }) => kind === 'failure');
    assert.equal(failure?.works[0]?.why, 'one exited with 7: bad ***');
  });

  it('keeps address and secret from the stages and from every file of the batch', () => {
    const seen = readFileSync(join(line.project, 'seen'), 'utf8');
    for (const hidden of [secret, 'address-secret']) {
      assert.ok(!seen.includes(hidden), `${hidden} reached a stage`);
      for (const name of readdirSync(batchFolder(line), { recursive: true, encoding: 'utf8' })) {
        const file = join(batchFolder(line), name);
        if (/\.(json|jsonl|log|md)$/.test(name))
          assert.ok(!readFileSync(file, 'utf8').includes(hidden), `${hidden} is in ${name}`);
      }
    }
  });
});

describe('a way that fails', () => {
  let line: CommandLine;
  before(async () => {
    line = await makeCommandLine();
    const gone = await openWebAddress();
    await gone.close();
    await line.config({
      batch: { stop_grace: '200ms' },
      notify: { webhook: gone.url, command: ['no-such-notifier'], desktop: true, on: ['end', 'failure'] },
      workflows: { wf: stage('exit 3') },
    });
    expectCode(await line.schedule(['create', 'local=A,B']), 0);
  });
  after(() => leaveNothing(line));

  it('is noted once in the journal, and the batch ends as it would', async () => {
    const sender = await line.write(line.folder, 'bin/notify-send', '#!/bin/sh\necho no bus >&2; exit 4\n');
    chmodSync(sender, 0o755);
    const PATH = `${join(line.folder, 'bin')}:${line.env['PATH']}`;
    expectCode(await line.batch(['start', '--engine', 'process', '--follow'], { env: { PATH } }), 3);
    const notes = (): readonly string[] =>
      eventsOf(line, 'noted')
        .map(({ text }) => text.replace(/127\.0\.0\.1:\d+/, 'HOST'))
        .sort();
    await eventually('all three are noted', () => notes().length >= 3);
    await happened(line, 'scheduler_ended');
    assert.deepEqual(notes(), [
      'notifying by command failed: no-such-notifier cannot be started (ENOENT)',
      'notifying by desktop failed: notify-send ended with 4: no bus',
      'notifying by webhook failed: HOST: ECONNREFUSED',
    ]);
  });
});
