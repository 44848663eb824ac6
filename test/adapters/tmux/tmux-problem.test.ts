import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
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

/** An engine that finds the `tmux` in a folder of the test's, or none there. */
const engineWithPath = (folder: string, socket: string) =>
  makeTmuxEngine({
    repository: '/r',
    batchRunId: 'b',
    socket,
    env: { ...environmentOf(folder), PATH: join(folder, 'bin') },
  });

const installTmux = (folder: string, version: string): void => {
  writeFileSync(join(folder, 'bin', 'tmux'), `#!/bin/sh\ncase "$*" in *-V) echo "${version}";; *) exit 1;; esac\n`);
  chmodSync(join(folder, 'bin', 'tmux'), 0o755);
};

describe('why tmux cannot be used', () => {
  within('is said where it is missing, with what to try', async ({ folder }) => {
    mkdirSync(join(folder, 'bin'));
    const engine = engineWithPath(folder, join(folder, 'socket'));
    assert.match((await engine.problem()) ?? '', /apt-get install tmux.*--engine process/);
    const request = { role: 'worker-1', argv: ['true'], cwd: folder, logFile: '/dev/null' } as const;
    await assert.rejects(engine.start(request), /not installed/);
    await assert.rejects(engine.list(), /not installed/);
  });

  within('is said where it is too old', async ({ folder }) => {
    mkdirSync(join(folder, 'bin'));
    const engine = engineWithPath(folder, join(folder, 'socket'));
    installTmux(folder, 'tmux 2.9a');
    assert.match((await engine.problem()) ?? '', /tmux 2\.9a is too old, 3\.0 is needed.*--engine process/);
    for (const version of ['tmux 3.0', 'tmux 3.5a', 'tmux next-3.6', 'tmux 10.1', 'tmux master', 'tmux openbsd-7.4']) {
      installTmux(folder, version);
      assert.doesNotMatch((await engine.problem()) ?? '', /too old/, version);
    }
  });

  within('is said where the server ends when nobody is attached', async ({ engine, tmux, folder }) => {
    tmux('new-session', '-d', '-s', 'person', '--', 'sleep', '600');
    assert.equal(await engine().problem(), null);
    const person = spawn('tmux', ['-C', '-S', join(folder, 'socket'), 'attach', '-t', '=person'], {
      env: environmentOf(folder),
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    const isEnded = once(person, 'exit');
    await eventually('the person is attached', () => tmux('list-clients').includes('person'));
    tmux('set-option', '-s', 'exit-unattached', 'on');
    assert.match((await engine().problem()) ?? '', /exit-unattached off.*--engine process/);
    person.stdin.end();
    await isEnded;
  });

  within('is said where the folder of the socket is missing or the path too long', async ({ folder }) => {
    const env = environmentOf(folder);
    const problemOf = (socket: string) => makeTmuxEngine({ repository: '/r', batchRunId: 'b', socket, env }).problem();
    assert.match((await problemOf(join(folder, 'none', 'socket'))) ?? '', /does not exist/);
    assert.match((await problemOf(join(folder, 'x'.repeat(150)))) ?? '', /too long/);
  });
});
