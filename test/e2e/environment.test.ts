/** What a stage sees, what it cannot be made to do, and where secrets never come. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { makeCommandLine, type CommandLine } from '../support/command-line.ts';
import { eventually } from '../support/eventually.ts';
import {
  batchFolder,
  expectCode,
  fixture,
  item,
  leaveNothing,
  processesOf,
  sessions,
  status,
  tmux,
  written,
} from '../support/running-batch.ts';

let line: CommandLine;
const told = (name: string): string => join(line.folder, name);
const secret = 'sw0rdfish-4711-geheim';
const title = `It's "quoted" \`touch ${'$'}BASE/x1\` ${'$'}(touch ${'$'}BASE/x2); touch x3 & \\ %s *`;

/** NUL-separated, so that a value may hold anything. */
const readEnvironment = (file: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readFileSync(file, 'utf8')
      .split('\0')
      .filter(Boolean)
      .map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  );

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

before(async () => {
  line = await makeCommandLine();
  await line.makeBareRemote({ from: line.project });
  await line.config({
    default_workflow: 'look',
    worktree: { port_base: 26_000, ports_per_slot: 5 },
    workflows: {
      look: {
        stages: [
          {
            name: 'see',
            run: 'env -0 > "$BASE/env-$WF_WORK_ID"; cp "$WF_WORK_FILE" "$BASE/work-$WF_WORK_ID"',
            env: { STAGE_ONLY: 'here' },
          },
          {
            name: 'array',
            run: [
              'sh',
              '-c',
              'printf "%s\\0" "$@" > "$BASE/args-$WF_WORK_ID"',
              'sh',
              '{id}',
              'a-{title}-b',
              '{Module-Name}',
              '{nothing}',
              '{stage}',
              '$(touch y1)',
            ],
          },
          {
            name: 'commit',
            run: 'git rev-parse --show-toplevel > "$BASE/top-$WF_WORK_ID"; echo "$WF_WORK_TITLE" > t; git add --all; git commit -qm "$WF_WORK_TITLE"',
          },
        ],
      },
      holds: {
        stages: [
          {
            name: 'holds',
            run: 'echo "$MY_SECRET" | wc -c; echo up > "$BASE/up-$WF_WORK_ID"; while [ ! -e "$BASE/go" ]; do sleep 0.02; done',
          },
        ],
      },
      asks: {
        stages: [
          { name: 'asks', run: `${fixture('asks')} > /dev/tty; echo` },
          { name: 'asked', run: [fixture('asks')] },
        ],
      },
    },
    env: { BASE: line.folder, FROM_CONFIG: 'with "quotes" and $dollar' },
  });
  await line.write(
    line.project,
    'tasks',
    '01-look.md',
    `---\ntitle: ${JSON.stringify(title)}\npriority: 2\nparams: {Module-Name: "a b;c", n: 7}\n---\nBody with $(touch "$BASE/x4")\n`,
  );
  await line.task('02-holds', 'workflow: holds\npriority: 1');
  await line.task('03-asks', 'workflow: asks\npriority: 3');
  expectCode(await line.schedule(['create', 'md=tasks']), 0);
  await line.git(line.folder, 'init', '-q', told('decoy'));
  const env = {
    MY_SECRET: secret,
    GIT_DIR: told('decoy/.git'),
    GIT_WORK_TREE: told('decoy'),
    GIT_INDEX_FILE: told('decoy/.git/index'),
    WF_BATCH_PARALLEL: '3',
    FROM_CALLER: 'line one\nline two',
    TMUX_PANE: '%99',
  };
  expectCode(await line.batch(['start'], { env }), 0);
});
after(() => leaveNothing(line));

describe('the environment of a stage', () => {
  it('has the facts of the work, the parameters, the variables of caller, config and stage, and nothing of ours', async () => {
    await eventually('01-look is delivered', async () => (await item(line, '01-look')).state === 'completed');
    const env = readEnvironment(told('env-01-look'));
    const { base_commit, branch } = await item(line, '01-look');
    const { batch_run_id } = await status(line);
    const slot = Number(env['WF_SLOT']);
    const port = 26_000 + (slot - 1) * 5;
    const wanted = {
      WF_WORK_ID: '01-look',
      WF_WORK_TITLE: title,
      WF_STAGE: 'see',
      WF_STAGE_INDEX: '0',
      WF_ATTEMPT: '1',
      WF_BATCH_RUN_ID: batch_run_id,
      WF_BASE: base_commit,
      WF_BRANCH: branch,
      WF_REPO_ROOT: line.project,
      WF_PARAM_MODULE_NAME: 'a b;c',
      WF_PARAM_N: '7',
      FROM_CALLER: 'line one\nline two',
      FROM_CONFIG: 'with "quotes" and $dollar',
      STAGE_ONLY: 'here',
      MY_SECRET: secret,
      PORT: env['PORT'],
      WF_PORTS: `${env['PORT']}-${Number(env['PORT']) + 4}`,
    };
    for (const [name, value] of Object.entries(wanted)) assert.equal(env[name], value, name);
    assert.equal((Number(env['PORT']) - port) % 25, 0, 'a block of the slot');
    for (const name of ['WF_WORK_FILE', 'WF_RESULT_FILE', 'WF_ATTEMPT_TOKEN', 'WF_SLOT']) assert.ok(env[name], name);
    const strange = Object.keys(env).filter((name) =>
      /^(TMUX$|TMUX_PANE|GIT_DIR|GIT_WORK_TREE|GIT_INDEX_FILE|WF_BATCH_(?!RUN_ID))/.test(name),
    );
    assert.deepEqual(strange, []);
  });

  it('WF_WORK_FILE is the work as JSON, its body as it was written', () => {
    const work = JSON.parse(readFileSync(told('work-01-look'), 'utf8')) as Record<string, unknown>;
    assert.deepEqual([work['id'], work['title'], work['params']], ['01-look', title, { 'Module-Name': 'a b;c', n: 7 }]);
    assert.match(String(work['body']), /Body with \$\(touch "\$BASE\/x4"\)/);
  });

  it('the array form has values inside single arguments, and names that are none as they are', () => {
    const args = readFileSync(told('args-01-look'), 'utf8').split('\0').slice(0, -1);
    assert.deepEqual(args, ['01-look', `a-${title}-b`, 'a b;c', '{nothing}', 'array', '$(touch y1)']);
  });

  it('no title, parameter or body is ever run by a shell', async () => {
    const made = [...filesBelow(line.folder)].filter((path) => /\/[xy][1-4]$/.test(path));
    assert.deepEqual(made, []);
    assert.equal(await line.git(told('remote.git'), 'log', '-1', '--format=%s', 'wf/01-look'), title);
  });

  it("GIT_DIR and its kin of the caller mislead neither us nor the stage's git", async () => {
    assert.equal(readFileSync(told('top-01-look'), 'utf8').trim(), join(line.project, '.worktrees/01-look'));
    assert.equal(await line.git(told('decoy'), 'for-each-ref'), '');
    assert.equal(existsSync(told('decoy/.wf')), false);
  });
});

describe("the caller's secrets", () => {
  it('are in no file of the state, no argument and no tmux environment, while it runs and afterwards', async () => {
    await written(told('up-02-holds'));
    const hits = (): readonly string[] =>
      filesBelow(join(line.project, '.wf')).filter((file) => readFileSync(file).includes(secret));
    assert.deepEqual(hits(), []);
    assert.deepEqual(
      readdirSync(batchFolder(line)).filter((name) => name.startsWith('env-')),
      [],
    );
    for (const { pid, command } of processesOf(line)) assert.ok(!command.includes(secret), `process ${pid}`);
    for (const session of await sessions(line))
      assert.ok(!((await tmux(line, 'show-environment', '-t', `=${session}`)) ?? '').includes(secret), session);
    assert.ok(!((await tmux(line, 'show-environment', '-g')) ?? '').includes(secret), 'the server');
    await line.write(told('go'), '');
    await eventually('02-holds is delivered', async () => (await item(line, '02-holds')).state === 'completed');
    assert.deepEqual(hits(), []);
  });
});

describe('a person at the terminal', () => {
  it('answers what a stage asks, by typing into the pane of its worker', async () => {
    const session = async (): Promise<string> => {
      const found = (await status(line)).workers.find(({ work_id }) => work_id === '03-asks');
      return found?.session ?? '';
    };
    const pane = `=${await eventually('its session is known', session)}:`;
    const asks = (times: number): Promise<unknown> =>
      eventually(
        `it asks, ${times}`,
        async () =>
          ((await tmux(line, 'capture-pane', '-p', '-S', '-', '-t', pane)) ?? '').split('Which colour?').length > times,
      );
    await asks(1);
    await tmux(line, 'send-keys', '-t', pane, 'green', 'Enter');
    await asks(2);
    await tmux(line, 'send-keys', '-t', pane, 'blaü', 'Enter');
    expectCode(await line.batch(['wait', '--timeout', '20s']), 0);
    const { out } = await line.batch(['logs', '03-asks', '--stage', 'asked']);
    assert.match(out, /You said: blaü/);
  });
});
