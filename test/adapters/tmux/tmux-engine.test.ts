import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { makeTmuxEngine } from '../../../src/adapters/tmux/tmux-engine.ts';
import { environmentOf, makeWorld, type World } from '../../contract/engine/world.ts';
import { eventually } from '../../support/eventually.ts';

const REPOSITORY = '/home/ada/shop';
const SUFFIXED = `wf-batch-worker-1-${createHash('sha256').update(REPOSITORY).digest('hex').slice(0, 6)}`;

const within = (
  promise: string,
  test: (world: World) => Promise<void>,
  config = '',
  skip: string | false = false,
): void => {
  void it(promise, { timeout: 600_000, skip }, async () => {
    const world = makeWorld('tmux', config);
    try {
      await test(world);
    } finally {
      await world.close();
    }
  });
};

const namesOf = async ({ engine }: World): Promise<readonly string[]> =>
  (await engine().list()).map((session) => session.name);

describe('names of tmux sessions', () => {
  within('are wf-batch-<role>, so that a person can type them', async ({ engine, recorder, tmux }) => {
    assert.equal((await engine().start(recorder.request('worker-1', 'one'))).name, 'wf-batch-worker-1');
    assert.equal((await engine().start(recorder.request('scheduler', 'two'))).name, 'wf-batch-scheduler');
    assert.equal(tmux('show-options', '-v', '-t', '=wf-batch-worker-1:', '@wf_repository').trim(), REPOSITORY);
    assert.equal(tmux('show-options', '-v', '-t', '=wf-batch-worker-1:', '@wf_batch').trim(), 'batch-1');
  });

  within("get a suffix where a person's own session has the name", async (world) => {
    const { engine, recorder, tmux } = world;
    tmux('new-session', '-d', '-s', 'wf-batch-worker-1', '--', 'sleep', '600');
    const before = tmux('list-panes', '-a', '-F', '#{pane_pid}').trim();
    assert.deepEqual(await engine().start(recorder.request('worker-1', 'one')), { name: SUFFIXED });
    assert.deepEqual(await namesOf(world), [SUFFIXED]);
    assert.equal(await engine().end({ name: 'wf-batch-worker-1' }), true);
    assert.equal(tmux('list-panes', '-t', '=wf-batch-worker-1:', '-F', '#{pane_pid}').trim(), before);
  });

  within('lose the suffix when the name is free again, and the old session goes', async (world) => {
    const { engine, recorder, tmux } = world;
    tmux('new-session', '-d', '-s', 'wf-batch-worker-1', '--', 'sleep', '600');
    await engine().start(recorder.request('worker-1', 'one'));
    tmux('kill-session', '-t', '=wf-batch-worker-1');
    assert.deepEqual(await engine().start(recorder.request('worker-1', 'two')), { name: 'wf-batch-worker-1' });
    assert.deepEqual(await namesOf(world), ['wf-batch-worker-1']);
  });

  within('are given up, with the reason, when strangers hold them all', async ({ engine, recorder, tmux }) => {
    const long = `wf-batch-worker-1-${createHash('sha256').update(REPOSITORY).digest('hex').slice(0, 12)}`;
    const names = ['wf-batch-worker-1', SUFFIXED, long];
    for (const name of names) tmux('new-session', '-d', '-s', name, '--', 'sleep', '600');
    await assert.rejects(engine().start(recorder.request('worker-1', 'one')), /all in use/);
    assert.equal(tmux('list-sessions').trim().split('\n').length, names.length);
  });

  within('may be changed by a person: the session is still ours', async (world) => {
    const { engine, recorder, tmux } = world;
    await engine().start(recorder.request('worker-1', 'one'));
    const odd = `my "worker" $HOME 'x' #{y} \\ ü;`;
    tmux('rename-session', '-t', '=wf-batch-worker-1', odd.replace(/;$/, '\\;'));
    const [session] = await engine().list();
    assert.ok(session);
    assert.equal(`${session.name}\n`, tmux('list-sessions', '-F', '#{session_name}'));
    assert.equal(await engine().end(session), true);
    assert.deepEqual(await namesOf(world), []);
  });

  within('are told apart by repository, whatever characters its path has', async (world) => {
    const paths = ['/a b', '/a  b', '/a%20b', '/a,b}', '/#{x}', '/ü', '/u', '/\'"$;', '/a\nb', '/a'];
    const engines = paths.map((path) => world.engine(path));
    for (const [index, engine] of engines.entries()) {
      await engine.start(world.recorder.request('worker-1', `${index}`));
    }
    for (const engine of engines) assert.equal((await engine.list()).length, 1);
    for (const [index, engine] of engines.entries()) {
      for (const session of await engine.list()) await engine.end(session);
      const left = await Promise.all(engines.map(async (each) => (await each.list()).length));
      assert.deepEqual(
        left,
        Array.from(paths, (_, other) => (other <= index ? 0 : 1)),
      );
    }
  });

  within('of another batch of the repository are not listed, but replaced', async ({ engine, recorder, folder }) => {
    await engine().start(recorder.request('worker-1', 'one'));
    const options = { repository: REPOSITORY, socket: join(folder, 'socket'), env: environmentOf(folder) };
    const next = makeTmuxEngine({ ...options, batchRunId: 'batch-2' });
    assert.deepEqual(await next.list(), []);
    assert.deepEqual(await next.start(recorder.request('worker-1', 'two')), { name: 'wf-batch-worker-1' });
    assert.deepEqual(await engine().list(), []);
    assert.equal((await next.list()).length, 1);
  });
});

describe("a person's tmux configuration", () => {
  const configs: Readonly<Record<string, string>> = {
    'ends unattached sessions': 'set -g destroy-unattached on',
    'keeps dead panes': 'set -g remain-on-exit on\nset -g exit-empty off',
    'has commands and shells of its own': 'set -g default-command "exit 3"\nset -g default-shell /bin/false',
    'counts from one': 'set -g base-index 1\nset -g pane-base-index 1\nset -g renumber-windows on',
    'has broken lines': 'this is no command\nset -g no-such-option on\nset -g "',
    'has hooks that make the server wait': "set-hook -g after-new-session 'run-shell true'\nset -g history-limit 77",
    'renames windows and has an odd size': 'set -g automatic-rename on\nset -g default-size 10x5\nset -g status off',
  };
  for (const [what, config] of Object.entries(configs)) {
    const test = async (world: World): Promise<void> => {
      const session = await world.engine().start(world.recorder.request('worker-1', 'one'));
      const { pid } = await world.recorder.read('one');
      // A second client that comes and goes, as `destroy-unattached` waits for.
      world.tmux('list-sessions');
      assert.deepEqual(await namesOf(world), [session.name]);
      assert.match(world.tmux('list-panes', '-a', '-F', '#{pane_pid} #{window_width}'), new RegExp(`^${pid} 200\n$`));
      process.kill(pid, 'SIGKILL');
      await eventually('the session is gone with its program', async () => (await namesOf(world)).length === 0);
    };
    within(`may be one that ${what}`, test, config);
  }

  const historyTest = async (world: World): Promise<void> => {
    await world.engine().start(world.recorder.request('worker-1', 'one'));
    assert.equal(world.tmux('show-options', '-gv', 'history-limit').trim(), '77');
  };
  within('is read by a server that we start', historyTest, 'set -g history-limit 77');

  const leavingTest = async (world: World): Promise<void> => {
    await assert.rejects(
      world.engine().start(world.recorder.request('worker-1', 'one')),
      /exit-unattached|ends as soon/,
    );
    assert.deepEqual(await namesOf(world), []);
  };
  within(
    'that ends the server when nobody is attached is named as the reason',
    leavingTest,
    'set -s exit-unattached on',
  );
});

describe('a tmux server', () => {
  within('that is killed leaves an empty list, and start begins a new one', async (world) => {
    const { engine, recorder, tmux } = world;
    const first = await engine().start(recorder.request('worker-1', 'one'));
    tmux('kill-server');
    assert.deepEqual(await engine().list(), []);
    assert.equal(await engine().end(first), true);
    assert.equal(await engine().problem(), null);
    const second = await engine().start(recorder.request('worker-1', 'two'));
    assert.deepEqual(await namesOf(world), [second.name]);
  });

  within('that we start does not keep secrets of ours', async ({ engine, recorder, tmux }) => {
    await engine().start(recorder.request('worker-1', 'one'));
    const kept = tmux('show-environment', '-g') + tmux('show-environment', '-t', '=wf-batch-worker-1');
    assert.match(kept, /^PATH=/m);
    assert.doesNotMatch(kept, /SECRET|never-to-be-seen/);
  });

  within('that is killed again and again never makes list or start fail for good', async (world) => {
    const rounds = process.env['WF_LONG'] === '1' ? 200 : 15;
    let refused = 0;
    for (let round = 0; round < rounds; round += 1) {
      const outcomes = await Promise.allSettled([
        world.engine().start(world.recorder.request('worker-1', 'one')),
        world.engine().list(),
        (async () => world.tmux('kill-server'))(),
        world.engine().start(world.recorder.request('worker-2', 'two')),
        world.engine().list(),
      ]);
      refused += [outcomes[0], outcomes[3]].filter((outcome) => outcome?.status === 'rejected').length;
      assert.equal(outcomes[1]?.status, 'fulfilled', JSON.stringify(outcomes));
      assert.equal(outcomes[4]?.status, 'fulfilled', JSON.stringify(outcomes));
      await world.engine().start(world.recorder.request('worker-3', 'three'));
      assert.ok((await namesOf(world)).includes('wf-batch-worker-3'));
    }
    assert.ok(refused <= rounds * 0.1, `${refused} of ${rounds * 2} starts refused`);
    console.log(`${rounds} servers killed between two starts; ${refused} of ${rounds * 2} starts refused`);
  });

  const neverEndingTest = async (world: World): Promise<void> => {
    const { engine, recorder, tmux } = world;
    await engine().start(recorder.request('worker-1', 'one'));
    const server = Number(tmux('display-message', '-p', '#{pid}'));
    tmux('set-hook', '-g', 'session-closed', "set-hook -gu session-closed ; new-session -d -s late 'exec sleep 600'");
    tmux('kill-server');
    assert.throws(() => tmux('list-sessions'), /server exited/);
    assert.deepEqual(await engine().list(), []);
    await engine().start(recorder.request('worker-1', 'two'));
    assert.deepEqual(await namesOf(world), ['wf-batch-worker-1']);
    assert.notEqual(Number(tmux('display-message', '-p', '#{pid}')), server);
  };
  within(
    'that was killed while a session was being made, and turns everybody away for ever, is ended',
    neverEndingTest,
    '',
    process.platform !== 'linux' && 'who listens on a socket is looked up in /proc',
  );

  within('is told what does not fit into its messages', async ({ engine, recorder }) => {
    await assert.rejects(engine().start(recorder.request('worker-1', 'one', ['x'.repeat(20_000)])), /too long/);
    assert.deepEqual(await engine().list(), []);
  });

  const frozenTest = async (world: World): Promise<void> => {
    await world.engine().start(world.recorder.request('worker-1', 'one'));
    const server = Number(world.tmux('display-message', '-p', '#{pid}'));
    process.kill(server, 'SIGSTOP');
    try {
      await assert.rejects(world.engine().list(), /no answer within 10 s/);
    } finally {
      process.kill(server, 'SIGCONT');
    }
    assert.deepEqual(await namesOf(world), ['wf-batch-worker-1']);
  };
  const tooSlow = process.env['WF_LONG'] === '1' ? false : 'takes 10 s: WF_LONG=1';
  within('that does not answer is given up after 10 s', frozenTest, '', tooSlow);

  within('is not started by looking', async ({ engine, folder }) => {
    await engine().problem();
    await engine().list();
    await engine().end({ name: 'wf-batch-worker-1' });
    assert.equal(existsSync(join(folder, 'socket')), false);
  });
});
