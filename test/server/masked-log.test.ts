/** Secrets that reach a log in two parts, seen while it grows: as a log and as the terminal of a batch without sessions. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { WebSocket } from 'ws';
import { makeCommandLine, type CommandLine } from '../support/command-line.ts';
import { eventually } from '../support/eventually.ts';
import { expectCode, leaveNothing } from '../support/running-batch.ts';
import { api, serve, type Served } from '../support/serve.ts';

const secret = 'a-token-that-is-secret';
const ofStage = 'known-to-one-stage-alone';
const run = `printf 'begins a-token-'; while [ ! -e "$WF_REPO_ROOT/go" ]; do sleep 0.05; done; echo "that-is-secret, over $STAGE_TOKEN"`;

describe('a secret that is printed in two parts', () => {
  let line: CommandLine;
  let served: Served;
  before(async () => {
    line = await makeCommandLine();
    await line.config({
      default_workflow: 'prints',
      batch: { stop_grace: '300ms' },
      workflows: { prints: { worktree: false, stages: [{ name: 'prints', run, env: { STAGE_TOKEN: ofStage } }] } },
    });
    await line.task('a-1');
    expectCode(await line.schedule(['create', 'md=tasks']), 0);
    expectCode(await line.batch(['start', '--engine', 'process']), 0);
    served = await serve(line, [], { env: { API_TOKEN: secret } });
  });
  after(async () => {
    await served.end();
    await leaveNothing(line);
  });

  it('is masked in the terminal that shows a log, to the last byte, and so is one that the config gives to a stage alone', async () => {
    const { host } = served;
    const socket = new WebSocket(`ws://${host}${api}/latest/items/a-1/terminal?mode=read`, {
      headers: { cookie: served.cookie, origin: `http://${host}` },
    });
    let seen = '';
    let isClosed = false;
    socket.on('message', (data: Buffer, isBinary) => (seen += isBinary ? data.toString('utf8') : ''));
    socket.on('close', () => (isClosed = true));
    await eventually('the first part is there', () => seen.includes('begins '));
    writeFileSync(join(line.project, 'go'), '');
    await eventually('the log is over', () => isClosed);
    assert.equal(seen.trim(), `begins ${'*'.repeat(secret.length)}, over ${'*'.repeat(ofStage.length)}`);
  });
});
