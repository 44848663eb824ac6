import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { makeProcessEngine } from '../../../src/adapters/process/process-engine.ts';
import { makeProcesses } from '../../../src/adapters/system/processes.ts';
import { makeWorld, type World } from '../../contract/engine/world.ts';
import { eventually } from '../../support/eventually.ts';

const processes = makeProcesses();

const within = (promise: string, test: (world: World & { directory: string }) => Promise<void>): void => {
  it(promise, { timeout: 120_000 }, async () => {
    const world = makeWorld('process');
    try {
      await test({ ...world, directory: join(world.folder, 'batch--home-ada-shop') });
    } finally {
      await world.close();
    }
  });
};

describe('a plain process', () => {
  within('appends its output to a log that only its owner reads', async ({ engine, recorder, folder }) => {
    const log = join(folder, 'worker-1.log');
    writeFileSync(log, 'earlier\n', { mode: 0o644 });
    await engine().start(recorder.request('worker-1', 'one'));
    await recorder.read('one');
    assert.match(readFileSync(log, 'utf8'), /^earlier\nrecording to /);
    assert.equal(statSync(log).mode & 0o777, 0o600);
  });

  within('leads a session of its own, without a terminal and with nothing to read', async ({ engine, folder }) => {
    const script = 'cat; ps -o pid=,sid=,tty= -p $$ > seen.part; mv seen.part seen; exec sleep 600';
    const argv = ['/bin/sh', '-c', script] as const;
    await engine().start({ role: 'worker-1', argv, cwd: folder, logFile: join(folder, 'log') });
    const seen = await eventually('it looked', () => readdirSync(folder).includes('seen'));
    assert.ok(seen);
    const [pid, session, terminal] = readFileSync(join(folder, 'seen'), 'utf8').trim().split(/\s+/);
    assert.equal(session, pid);
    assert.match(terminal ?? '', /^\?+$/);
  });

  within('has a file of its own, 0600, with who it is', async ({ engine, recorder, directory }) => {
    await engine().start(recorder.request('worker-1', 'one'));
    const { pid } = await recorder.read('one');
    assert.deepEqual(readdirSync(directory), ['engine-worker-1.json']);
    const path = join(directory, 'engine-worker-1.json');
    assert.equal(statSync(path).mode & 0o777, 0o600);
    const record = JSON.parse(readFileSync(path, 'utf8')) as { process: unknown };
    assert.deepEqual(record.process, processes.identify(pid));
    await engine().end({ name: 'worker-1' });
    assert.deepEqual(readdirSync(directory), []);
  });

  within('that ignores TERM is killed after 2 s', async ({ engine, folder }) => {
    const argv = ['/bin/sh', '-c', "trap '' TERM HUP; echo $$ > pid; while :; do sleep 600; done"] as const;
    const session = await engine().start({ role: 'worker-1', argv, cwd: folder, logFile: join(folder, 'log') });
    const pid = await eventually('it is ready', () => {
      const text = readdirSync(folder).includes('pid') ? readFileSync(join(folder, 'pid'), 'utf8') : '';
      return text.endsWith('\n') ? Number(text) : null;
    });
    const began = performance.now();
    assert.equal(await engine().end(session), true);
    const tookMs = performance.now() - began;
    assert.ok(tookMs >= 1_900 && tookMs < 60_000, `${tookMs}`);
    assert.equal(processes.identify(pid), null);
    killGroup(pid);
  });

  within('that cannot be executed is an error which names it', async ({ engine, recorder, directory }) => {
    const request = { ...recorder.request('worker-1', 'one'), argv: ['/no/such/program'] as const };
    await assert.rejects(engine().start(request), /\/no\/such\/program/);
    assert.deepEqual(readdirSync(directory), []);
  });
});

/** The `sleep` of the program that was killed stays behind: what it started is not the engine's to end. */
const killGroup = (leader: number): void => {
  process.kill(-leader, 'SIGKILL');
};

describe('the file of a role', () => {
  within('that names a pid which another process has now ends nobody', async ({ engine, recorder, directory }) => {
    const self = processes.self();
    const record = { version: 1, role: 'worker-1', repository: '/home/ada/shop', batch_run_id: 'batch-1' };
    mkdirSync(directory, { recursive: true });
    engine();
    for (const stranger of [
      { ...self, started: '1' },
      { ...self, boot: 'another' },
    ]) {
      writeFileSync(join(directory, 'engine-worker-1.json'), JSON.stringify({ ...record, process: stranger }));
      assert.deepEqual(await engine().list(), []);
      assert.equal(await engine().end({ name: 'worker-1' }), true);
      assert.deepEqual(readdirSync(directory), []);
    }
    await engine().start(recorder.request('worker-1', 'one'));
    assert.equal((await engine().list()).length, 1);
  });

  within('that came with a copied repository ends nobody', async ({ engine, recorder, directory }) => {
    await engine().start(recorder.request('worker-1', 'one'));
    const { pid } = await recorder.read('one');
    const copy = makeProcessEngine({ repository: '/home/ada/copy', batchRunId: 'batch-1', directory, processes });
    assert.deepEqual(await copy.list(), []);
    const original = readFileSync(join(directory, 'engine-worker-1.json'));
    assert.equal(await copy.end({ name: 'worker-1' }), true);
    assert.ok(processes.identify(pid));
    writeFileSync(join(directory, 'engine-worker-1.json'), original);
  });

  within('that holds nonsense is replaced', async ({ engine, recorder, directory }) => {
    engine();
    for (const [n, nonsense] of ['', '{', '[]', '{"version":2}', '{"version":1,"process":null}'].entries()) {
      writeFileSync(join(directory, 'engine-worker-1.json'), nonsense);
      assert.deepEqual(await engine().list(), []);
      await engine().start(recorder.request('worker-1', `one-${n}`));
      assert.equal((await engine().list()).length, 1);
      // Nobody knows the process any more once its file is nonsense: it must have said who it is before the clean-up.
      await recorder.read(`one-${n}`);
    }
  });

  within('that a starter took away before it died is still found', async ({ engine, recorder, directory }) => {
    const { renameSync } = await import('node:fs');
    await engine().start(recorder.request('worker-1', 'one'));
    const { pid } = await recorder.read('one');
    renameSync(join(directory, 'engine-worker-1.json'), join(directory, 'engine-worker-1.0-0.json'));
    assert.deepEqual(await engine().list(), [{ name: 'worker-1' }]);
    assert.equal(await engine().end({ name: 'worker-1' }), true);
    assert.equal(processes.identify(pid), null);
    assert.deepEqual(readdirSync(directory), []);
  });
});
