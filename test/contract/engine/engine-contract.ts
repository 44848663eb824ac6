/** What every engine promises, whatever its sessions are made of. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { makeProcesses } from '../../../src/adapters/system/processes.ts';
import type { Engine } from '../../../src/ports/engine.ts';
import { eventually } from '../../support/eventually.ts';
import { livingRecorders } from './recorder.ts';
import { makeWorld, type EngineKind, type World } from './world.ts';

/** Registers the suite for one kind of engine. */
export const testEngineContract = (kind: EngineKind): void => {
  const within = (promise: string, test: (world: World) => Promise<void>): void => {
    it(promise, { timeout: 120_000 }, async () => {
      const world = makeWorld(kind);
      try {
        await test(world);
      } finally {
        await world.close();
      }
    });
  };

  describe(`the ${kind} engine`, () => {
    within('can be used here', async ({ engine }) => {
      assert.equal(engine().kind, kind);
      assert.equal(await engine().problem(), null);
    });

    within('lists what it started, in the order of numbers, until it is ended', async ({ engine, recorder }) => {
      assert.deepEqual(await engine().list(), []);
      const roles = ['worker-10', 'scheduler', 'worker-2'];
      const sessions = await Promise.all(roles.map((role) => engine().start(recorder.request(role, role))));
      const [ten, scheduler, two] = sessions.map((session) => session.name);
      assert.deepEqual(await namesOf(engine()), [scheduler, two, ten]);
      const recorded = await Promise.all(roles.map((role) => recorder.read(role)));
      for (const session of sessions) assert.equal(await engine().end(session), true);
      assert.deepEqual(await engine().list(), []);
      for (const { pid } of recorded) await isGone(pid);
    });

    within('passes every argument byte for byte', async ({ engine, recorder, folder }) => {
      await engine().start(recorder.request('worker-1', 'one', AWKWARD_ARGUMENTS));
      const recorded = await recorder.read('one');
      assert.deepEqual(recorded.args, AWKWARD_ARGUMENTS);
      assert.equal(recorded.cwd, folder);
    });

    within('starts a program without arguments by its path, not through a shell', async ({ engine, folder }) => {
      const program = `${folder}/a $(touch bad) 'b'; touch bad`;
      writeFileSync(program, `#!/bin/sh\ntouch "${folder}/ran"\nexec sleep 600\n`, { mode: 0o755 });
      await engine().start({ role: 'worker-1', argv: [program], cwd: folder, logFile: `${folder}/log` });
      await eventually('the program ran', () => existsSync(`${folder}/ran`));
      assert.equal(existsSync(`${folder}/bad`), false);
      assert.equal((await engine().list()).length, 1);
    });

    within('starts in the folder that it is given, whatever its name', async ({ engine, recorder, folder }) => {
      const cwd = `${folder}/#(touch bad) #{x} #[y] ü;`;
      mkdirSync(cwd);
      await engine().start({ ...recorder.request('worker-1', 'one'), cwd });
      assert.equal((await recorder.read('one')).cwd, cwd);
    });

    within('says so if the folder is missing', async ({ engine, recorder, folder }) => {
      await assert.rejects(engine().start({ ...recorder.request('worker-1', 'one'), cwd: `${folder}/none` }), /none/);
      assert.deepEqual(await engine().list(), []);
    });

    within('gives the program nothing of the caller that is secret', async ({ engine, recorder }) => {
      await engine().start(recorder.request('worker-1', 'one'));
      const { environment } = await recorder.read('one');
      assert.match(environment, /^PATH=/m);
      assert.match(environment, /^HOME=/m);
      assert.doesNotMatch(environment, /SECRET|never-to-be-seen/);
    });

    within('replaces a session of the same role that is left over', async ({ engine, recorder }) => {
      const first = await engine().start(recorder.request('worker-1', 'first'));
      const { pid } = await recorder.read('first');
      const second = await engine().start(recorder.request('worker-1', 'second'));
      assert.notEqual((await recorder.read('second')).pid, pid);
      assert.equal(second.name, first.name);
      assert.deepEqual(await namesOf(engine()), [second.name]);
      await isGone(pid);
    });

    within('ends worker-1 without touching worker-10', async ({ engine, recorder }) => {
      const one = await engine().start(recorder.request('worker-1', 'one'));
      const ten = await engine().start(recorder.request('worker-10', 'ten'));
      await engine().end(one);
      assert.deepEqual(await namesOf(engine()), [ten.name]);
      assert.equal(await engine().end(one), true);
      await engine().start(recorder.request('worker-1', 'again'));
      assert.ok(makeProcesses().identify((await recorder.read('ten')).pid));
    });

    within('never touches the session of another repository', async ({ engine, recorder }) => {
      const other = engine('/home/ada/other');
      const theirs = await other.start(recorder.request('worker-1', 'theirs'));
      const ours = await engine().start(recorder.request('worker-1', 'ours'));
      const { pid } = await recorder.read('theirs');
      assert.deepEqual(await namesOf(engine()), [ours.name]);
      await engine().start(recorder.request('worker-1', 'ours again'));
      await engine().end({ name: theirs.name });
      await engine().end(ours);
      assert.deepEqual(await engine().list(), []);
      assert.deepEqual(await namesOf(other), [theirs.name]);
      assert.ok(makeProcesses().identify(pid));
    });

    within('leaves one session when a role is started many times at once', async ({ engine, recorder, folder }) => {
      const starts = Array.from({ length: 8 }, (_, index) => engine().start(recorder.request('worker-1', `${index}`)));
      const names = new Set((await Promise.all(starts)).map((session) => session.name));
      assert.equal(names.size, 1);
      assert.deepEqual(await namesOf(engine()), [...names]);
      await eventually('the replaced ones are gone', () => livingRecorders(folder).length === 1);
      assert.equal(await engine().end({ name: [...names][0] ?? '' }), true);
      await eventually('the last one is gone', () => livingRecorders(folder).length === 0);
    });

    within('gives each of many repositories a session when they start at once', async ({ engine, recorder }) => {
      const repositories = Array.from({ length: 6 }, (_, index) => `/home/ada/shop-${index}`);
      const started = await Promise.all(
        repositories.map((path, index) => engine(path).start(recorder.request('worker-1', `${index}`))),
      );
      for (const [index, path] of repositories.entries()) {
        assert.deepEqual(await namesOf(engine(path)), [started[index]?.name]);
        assert.ok(makeProcesses().identify((await recorder.read(`${index}`)).pid));
      }
    });

    within('keeps a session when its starter and all of its group are killed', async ({ engine, recorder, spec }) => {
      const request = recorder.request('scheduler', 'one');
      const told = JSON.stringify({ spec: spec('/home/ada/shop'), request });
      const starter = spawn(process.execPath, [...LOADER, STARTER, told], {
        detached: true,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [said] = (await once(starter.stdout, 'data')) as [Buffer];
      const { pid } = await recorder.read('one');
      const isEnded = once(starter, 'exit');
      for (const signal of ['SIGHUP', 'SIGTERM', 'SIGKILL'] as const) killGroup(starter.pid, signal);
      await isEnded;
      assert.ok(makeProcesses().identify(pid));
      assert.deepEqual(await namesOf(engine()), [said.toString().trim()]);
    });

    within('takes the end of what has ended by itself for done', async ({ engine, folder }) => {
      const request = {
        role: 'worker-1',
        argv: ['/bin/sh', '-c', 'exit 3'],
        cwd: folder,
        logFile: `${folder}/log`,
      } as const;
      const session = await engine().start(request);
      await eventually('it is no longer listed', async () => (await engine().list()).length === 0);
      assert.equal(await engine().end(session), true);
      assert.equal(await engine().end(session), true);
    });

    within('refuses a role that could mean more than a name', async ({ engine, recorder }) => {
      for (const role of ['', 'a b', '../x', 'a:b', '=a', '-t', 'a.b']) {
        await assert.rejects(engine().start(recorder.request(role, 'one')), /not a role/);
      }
    });
  });
};

const STARTER = fileURLToPath(new URL(`starter${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url));
const LOADER = STARTER.endsWith('.ts') ? ['--import', 'tsx'] : [];

const AWKWARD_ARGUMENTS = [
  '',
  ' two  spaces ',
  `'single' "double" \`tick\``,
  '$(touch bad) $HOME ${HOME} #{session_name} #(touch bad) %H:%M',
  'line\nbreak\r\ttab',
  'Grüße 日本 🚀',
  'ends in ;',
  'ends in \\;',
  'ends in \\\\;',
  ';',
  ';;',
  '\\',
  '{',
  '}',
  '-t',
  '--',
  '~',
  '=worker-1',
  '*',
];

const namesOf = async (engine: Engine): Promise<readonly string[]> => (await engine.list()).map((found) => found.name);

const isGone = (pid: number): Promise<boolean> =>
  eventually(`process ${pid} is gone`, () => makeProcesses().identify(pid) === null);

const killGroup = (leader: number | undefined, signal: NodeJS.Signals): void => {
  assert.ok(leader);
  try {
    process.kill(-leader, signal);
  } catch (error) {
    // The signal before has ended them all.
    assert.ok(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
};
