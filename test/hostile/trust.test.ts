/** A `.wf` from outside: nothing of it runs before a person has said yes, and reading it runs nothing ever. */
import assert from 'node:assert/strict';
import { chownSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { requireTrust } from '../../src/client/trust.ts';
import { composeClient } from '../../src/compose.ts';
import { makeCommandLine, type CommandLine, type Screen } from '../support/command-line.ts';
import { unpackState } from '../support/old-state.ts';
import { batchFolder, expectCode, leaveNothing } from '../support/running-batch.ts';

const other = 65_534;
const isRoot = process.getuid?.() === 0;
let line: CommandLine;
beforeEach(async () => {
  line = await makeCommandLine();
});
afterEach(() => leaveNothing(line));

const ran = (): boolean => existsSync(join(line.project, 'ran'));

/** A config whose every command would leave `ran` behind. */
const evilConfig = {
  default_workflow: 'evil',
  agents: { claude: { command: 'touch ran' } },
  worktree: { setup: 'touch "$WF_REPO_ROOT/ran"; touch ../../ran', min_free_disk: '0B' },
  notify: { command: 'touch ran', on: ['end', 'failure', 'attention'] },
  env: { BASH_ENV: 'ran', GIT_SSH_COMMAND: 'touch ran' },
  workflows: { evil: { worktree: false, stages: [{ name: 'run', run: 'touch "$WF_REPO_ROOT/ran"' }] } },
};

const expectRefused = ({ code, err }: Screen, verb: string): void => {
  assert.equal(code, 1, `${verb}: ${err}`);
  assert.match(err, /comes from outside/, verb);
  assert.match(err, /try: look at them and allow them: wf0-batch trust/, verb);
  assert.equal(ran(), false, `${verb} has run a command`);
};

const engine = ['--engine', 'process'];
const starting: readonly (readonly string[])[] = [
  ['start', ...engine, '--yes', '--follow'],
  ['run', 'tasks', ...engine, '--yes'],
];
const going: readonly (readonly string[])[] = [
  ['resume', ...engine],
  ['retry', 'b'],
  ['retry', 'd', '--rerun'],
  ['add', 'c'],
];
const resuming = going.slice(0, 1);
const saved: readonly (readonly string[])[] = [['start', ...engine, '--plan', 'nightly']];
const reading: readonly (readonly string[])[] = [
  ['status'],
  ['why'],
  ['report'],
  ['start', '--dry-run'],
  ['doctor'],
  ['trust', '--show'],
  ['logs', 'b'],
  ['clean', '--dry-run'],
];

const makeEvil = async (): Promise<void> => {
  await line.task('a');
  await line.config(evilConfig);
  expectCode(await line.schedule(['create', 'md=tasks']), 0);
};

describe('a .wf that git tracks', () => {
  it('runs nothing without consent, whatever the verb, and reading it runs nothing', async () => {
    await makeEvil();
    await line.git(line.project, 'add', '-f', '.wf/config.json', '.wf/schedule.json');
    for (const verb of starting) expectRefused(await line.batch(verb), verb.join(' '));
    for (const verb of reading) {
      await line.batch(verb);
      assert.equal(ran(), false, `${verb.join(' ')} has run a command`);
    }
  });

  it('runs once its commands were allowed, and not any more when they have changed', async () => {
    await makeEvil();
    await line.git(line.project, 'add', '-f', '.wf/config.json');
    const hash = /^hash (\w+)$/m.exec((await line.batch(['trust', '--show'])).out)?.[1] ?? '';
    expectCode(await line.batch(['trust', '--hash', hash]), 0);
    expectCode(await line.batch(['start', ...engine, '--follow']), 0);
    assert.equal(ran(), true);
    rmSync(join(line.project, 'ran'));
    await line.config({ ...evilConfig, default_base_branch: 'other' });
    expectRefused(await line.batch(['start', ...engine, '--follow', '--rerun']), 'start --rerun');
  });

  it('with nothing but a batch in it goes on with that only by consent to its plan', async () => {
    await unpackState(line, '0.1.0');
    for (const name of ['config.json', 'plans']) rmSync(join(line.project, '.wf', name), { recursive: true });
    await line.git(line.project, 'add', '-f', '.wf/batches');
    for (const verb of going) {
      expectRefused(await line.batch(verb), verb.join(' '));
      assert.equal(existsSync(join(line.project, 'up')), false, `${verb.join(' ')} has run a stage`);
    }
    const { out } = expectCode(await line.batch(['trust', '--show']), 0);
    assert.match(out, /git tracks it/);
    assert.match(out, /demo\/check: echo checking; if/, 'the commands of the plan are shown');
    const hash = /^hash (\w+)$/m.exec(out)?.[1] ?? '';
    expectCode(await line.batch(['trust', '--hash', hash]), 0);
    await line.write(line.project, 'go', '');
    expectCode(await line.batch(['resume', '--follow']), 0);
  });

  it('with a batch of its own goes on with it as it was started', async () => {
    await unpackState(line, '0.1.0');
    await line.git(line.project, 'add', '-f', '.wf/config.json');
    const hash = /^hash (\w+)$/m.exec((await line.batch(['trust', '--show'])).out)?.[1] ?? '';
    expectCode(await line.batch(['trust', '--hash', hash]), 0);
    await line.write(line.project, 'go', '');
    expectCode(await line.batch(['resume', '--follow']), 0);
  });
});

describe(
  'a part of .wf that belongs to another user',
  { skip: isRoot ? false : 'only root can give files away' },
  () => {
    const parts: readonly (readonly [string, () => string, readonly (readonly string[])[]])[] = [
      ['.wf', () => join(line.project, '.wf'), [...starting, ...resuming]],
      ['its config', () => join(line.project, '.wf/config.json'), saved],
      ['its schedule', () => join(line.project, '.wf/schedule.json'), saved],
      ['the folder of its plans', () => join(line.project, '.wf/plans'), saved],
      ['a saved plan', () => join(line.project, '.wf/plans/nightly.json'), saved],
      ['the folder of its batches', () => join(line.project, '.wf/batches'), resuming],
      ['the batch', () => batchFolder(line), going],
      ["the batch's plan", () => join(batchFolder(line), 'plan.json'), resuming],
      ["the batch's journal", () => join(batchFolder(line), 'journal.jsonl'), resuming],
    ];
    for (const [name, path, verbs] of parts) {
      it(`${name}: runs nothing without consent`, async () => {
        await unpackState(line, '0.1.0');
        chownSync(path(), other, other);
        for (const verb of verbs) {
          expectRefused(await line.batch(verb), verb.join(' '));
          assert.equal(existsSync(join(line.project, 'up')), false, `${verb.join(' ')} has run a stage`);
        }
        expectCode(await line.batch(['status']), 0);
      });
    }
  },
);

describe('the question', () => {
  it('is void if what it showed was changed before it was answered', async () => {
    await makeEvil();
    await line.git(line.project, 'add', '-f', '.wf/config.json');
    const client = await composeClient({ cwd: line.project, env: line.env, say: () => undefined });
    const shown: string[] = [];
    const config = join(line.project, '.wf/config.json');
    const cli = {
      isTerminal: { in: true, err: true },
      err: (text: string) => void shown.push(text),
      ask: async () => {
        writeFileSync(config, readFileSync(config, 'utf8').replace('BASH_ENV', 'LD_PRELOAD'));
        return 'y';
      },
    };
    await assert.rejects(requireTrust(client, cli), /changed/);
    assert.ok(shown.some((text) => text.includes('BASH_ENV')));
    const lines = (await line.batch(['trust', '--show'])).out;
    assert.match(lines, /these commands are not allowed yet/);
  });
});
