import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { makeTmuxEngine } from '../../../src/adapters/tmux/tmux-engine.ts';
import { environmentOf, makeWorld, type World } from '../../contract/engine/world.ts';
import { eventually } from '../../support/eventually.ts';

const within = (promise: string, test: (world: World) => Promise<void>): void => {
  it(promise, { timeout: 120_000 }, async () => {
    const world = makeWorld('tmux');
    try {
      await test(world);
    } finally {
      await world.close();
    }
  });
};

const engineIn = (socket: string | null, env: NodeJS.ProcessEnv) =>
  makeTmuxEngine({ repository: '/home/ada/shop', batchRunId: 'batch-1', socket, env });

const NAME = { name: 'wf-batch-worker-1' };
const TARGET = ['-t', '=wf-batch-worker-1'];

/** Runs a command of tmux as a client in control mode, which needs no terminal; it leaves when its input ends. */
const withClient = async (command: readonly string[], env: NodeJS.ProcessEnv, test: () => Promise<void>) => {
  const [program = '', ...args] = command;
  const client = spawn(program, ['-C', ...args], { env, stdio: ['pipe', 'ignore', 'inherit'] });
  const isEnded = once(client, 'exit');
  try {
    await test();
  } finally {
    client.stdin.end();
    await isEnded;
  }
};

const clientsOf = (world: World): string => world.tmux('list-clients', '-F', '#{client_session}').trim();

describe('the command that attaches', () => {
  within('names the socket only where a plain tmux would use another', async ({ folder }) => {
    const env = environmentOf(folder);
    const socket = join(folder, 'socket');
    assert.deepEqual(engineIn(null, env).attachCommand(NAME), ['tmux', 'attach', ...TARGET]);
    assert.deepEqual(engineIn(socket, env).attachCommand(NAME), ['tmux', '-S', socket, 'attach', ...TARGET]);
    const plain = join(folder, `tmux-${process.getuid?.()}`, 'default');
    mkdirSync(join(plain, '..'), { mode: 0o700 });
    const elsewhere = { ...env, TMUX_TMPDIR: folder };
    assert.deepEqual(engineIn(plain, elsewhere).attachCommand(NAME), ['tmux', 'attach', ...TARGET]);
    assert.deepEqual(engineIn(plain, env).attachCommand(NAME), ['tmux', '-S', plain, 'attach', ...TARGET]);
  });

  within('switches the client inside the same server, however its path is written', async ({ folder }) => {
    const socket = join(folder, 'socket');
    symlinkSync(folder, join(folder, 'link'));
    const env = { ...environmentOf(folder), TMUX: `${socket},123,0` };
    const switching = ['tmux', 'switch-client', ...TARGET];
    assert.deepEqual(engineIn(null, env).attachCommand(NAME), switching);
    assert.deepEqual(engineIn(socket, env).attachCommand(NAME), switching);
    assert.deepEqual(engineIn(join(folder, 'link', 'socket'), env).attachCommand(NAME), switching);
    const other = join(folder, 'other');
    assert.deepEqual(engineIn(other, env).attachCommand(NAME), ['tmux', '-S', other, 'attach', ...TARGET]);
  });

  within('attaches', async (world) => {
    const session = await world.engine().start(world.recorder.request('worker-1', 'one'));
    await world.engine().start(world.recorder.request('worker-10', 'ten'));
    const command = world.engine().attachCommand(session) ?? [];
    await withClient(command, environmentOf(world.folder), () =>
      eventually('a client watches', () => clientsOf(world) === session.name).then(() => undefined),
    );
    await eventually('the client has left', () => clientsOf(world) === '');
    assert.equal((await world.engine().list()).length, 2);
  });

  within('switches a client that sits in the server', async (world) => {
    const socket = join(world.folder, 'socket');
    world.tmux('new-session', '-d', '-s', 'person', '--', 'sleep', '600');
    const session = await world.engine().start(world.recorder.request('worker-1', 'one'));
    const env = {
      ...environmentOf(world.folder),
      TMUX: `${socket},${world.tmux('display-message', '-p', '#{pid}').trim()},0`,
    };
    const [program = '', ...args] = engineIn(null, env).attachCommand(session) ?? [];
    await withClient(['tmux', '-S', socket, 'attach', '-t', '=person'], environmentOf(world.folder), async () => {
      await eventually('the person is there', () => clientsOf(world) === 'person');
      const [code] = (await once(spawn(program, args, { env, stdio: 'inherit' }), 'exit')) as [number];
      assert.equal(code, 0);
      assert.equal(clientsOf(world), session.name);
    });
  });
});

describe('the socket path', () => {
  within('is the one that a plain tmux uses, before and after its server starts', async ({ folder, recorder }) => {
    const env = { ...environmentOf(folder), TMUX_TMPDIR: folder };
    const engine = engineIn(null, env);
    const before = await engine.socketPath();
    const session = await engine.start(recorder.request('worker-1', 'one'));
    try {
      assert.equal(await engine.socketPath(), before);
      assert.equal(before, join(folder, `tmux-${process.getuid?.()}`, 'default'));
      const bySocket = engineIn(before, environmentOf(folder));
      assert.deepEqual(await bySocket.list(), [session]);
      const inside = engineIn(null, { ...environmentOf(folder), TMUX: `${before},1,0` });
      assert.deepEqual(await inside.list(), [session]);
      assert.equal(await inside.socketPath(), before);
    } finally {
      assert.equal(await engine.end(session), true);
    }
  });
});
