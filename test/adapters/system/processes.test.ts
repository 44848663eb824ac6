import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { makeProcesses } from '../../../src/adapters/system/processes.ts';
import { makePsTable } from '../../../src/adapters/system/ps-table.ts';
import type { ProcessIdentity } from '../../../src/core/event.ts';
import { eventually } from '../../support/eventually.ts';

const here = dirname(fileURLToPath(import.meta.url)).replace(/\/dist\/test\//, '/test/');
const stages = join(here, '../../fixtures/stages');
const rounds = process.env['WF_LONG'] === '1' ? 100 : 10;
const processes = makeProcesses();

/** A process in a session of its own that carries the token. */
const startCarrier = (argv: readonly [string, ...string[]], token: string): ChildProcess => {
  const [file, ...args] = argv;
  const env = { PATH: process.env['PATH'] ?? '', WF_ATTEMPT_TOKEN: token };
  return spawn(file, args, { env, stdio: 'ignore', detached: true });
};

const identityOf = (child: ChildProcess): ProcessIdentity => {
  const identity = processes.identify(child.pid ?? 0);
  assert.ok(identity, 'the child lives');
  return identity;
};

for (const [name, table] of [
  ['the system', undefined],
  ['ps', makePsTable()],
] as const) {
  test(`by ${name}: a process is alive until it ends, and its pid alone is not it`, async () => {
    const some = makeProcesses(table);
    const child = spawn('sleep', ['100'], { stdio: 'ignore' });
    const identity = some.identify(child.pid ?? 0);
    assert.ok(identity);
    assert.equal(some.isAlive(identity), true);
    assert.equal(some.isAlive({ ...identity, started: '1' }), false);
    assert.equal(some.isAlive({ ...identity, boot: 'another' }), false);
    assert.equal(some.signal({ ...identity, started: '1' }, 'SIGKILL'), false);
    assert.equal(some.signal(identity, 'SIGTERM'), true);
    await once(child, 'exit');
    assert.equal(some.isAlive(identity), false);
    assert.equal(some.identify(child.pid ?? 0), null);
  });

  test(`by ${name}: who carries the token is found, by the whole token only`, async () => {
    const some = makeProcesses(table);
    const token = randomUUID();
    const child = startCarrier(['sleep', '100'], token);
    await eventually('the carrier is found', () => some.findByToken(token).length === 1);
    assert.equal(some.findByToken(token)[0]?.pid, child.pid);
    assert.deepEqual(some.findByToken(token.slice(0, -1)), []);
    const report = await some.endAttempt({ token, roots: [], graceMs: 1_000 });
    assert.deepEqual(
      report.ended.map((process) => process.pid),
      [child.pid],
    );
    assert.deepEqual(report.survivors, []);
  });
}

test('no pid that cannot be is anybody', () => {
  for (const pid of [0, -1, 1.5, Number.NaN, 2 ** 30]) assert.equal(processes.identify(pid), null);
  assert.deepEqual(processes.identify(process.pid), processes.self());
});

test(`nothing of a stage survives that forks setsid children on TERM (${rounds} rounds)`, async () => {
  for (let round = 0; round < rounds; round++) {
    const token = randomUUID();
    const child = startCarrier([join(stages, 'forks-setsid-child')], token);
    await once(child, 'exit');
    // Its trap is set when its own child is there.
    await eventually('the setsid child has a child', () => processes.findByToken(token).length >= 2);
    const report = await processes.endAttempt({ token, roots: [], graceMs: round % 2 === 0 ? 20 : 0 });
    assert.deepEqual(report.survivors, []);
    assert.deepEqual(processes.findByToken(token), []);
    assert.ok(report.ended.every((process) => !processes.isAlive(process)));
  }
});

test('a child whose environment was wiped is found by its parent, and stays found when that is gone', async () => {
  const token = randomUUID();
  const child = startCarrier([join(stages, 'wipes-environment')], token);
  const root = identityOf(child);
  const wiped = await eventually('the wiped child sleeps in a session of its own', () => {
    const carriers = new Set(processes.findByToken(token).map((process) => process.pid));
    return processes.family(root).find(({ process }) => !carriers.has(process.pid))?.process;
  });
  await processes.endAttempt({ token, roots: [root], graceMs: 500 });
  assert.equal(processes.isAlive(wiped), false);
});

test('processes that hop from fork to fork are caught', async () => {
  const token = randomUUID();
  // It stops by itself, so that a failing test leaves no storm of forks behind.
  const hop = '[ "$(date +%s)" -lt "$UNTIL" ] || exit; trap "" HUP TERM; sleep 0.005; setsid sh -c "$HOP" & exit';
  const until = String(Math.ceil(Date.now() / 1000) + 10);
  const child = spawn('sh', ['-c', hop], {
    env: { PATH: process.env['PATH'] ?? '', WF_ATTEMPT_TOKEN: token, HOP: hop, UNTIL: until },
    stdio: 'ignore',
    detached: true,
  });
  await once(child, 'exit');
  await eventually('the hopper is on its way', () => processes.findByToken(token).length > 0);
  await processes.endAttempt({ token, roots: [], graceMs: 0 });
  assert.deepEqual(processes.findByToken(token), []);
});

test('a stopped process gets the chance to act on TERM', async () => {
  const token = randomUUID();
  const child = startCarrier(['sh', '-c', 'trap "exit 9" TERM; while :; do sleep 0.01; done'], token);
  await eventually('the trap is set', () => processes.findByToken(token).length >= 2);
  process.kill(-(child.pid ?? 0), 'SIGSTOP');
  const exit = once(child, 'exit');
  await processes.endAttempt({ token, roots: [identityOf(child)], graceMs: 5_000 });
  assert.deepEqual(await exit, [9, null]);
});

test('an abort cuts the grace short', async () => {
  const token = randomUUID();
  const child = startCarrier([join(stages, 'ignores-term')], token);
  await eventually('its child lives', () => processes.findByToken(token).length >= 2);
  const hurry = new AbortController();
  const ending = processes.endAttempt({ token, roots: [identityOf(child)], graceMs: 60_000, signal: hurry.signal });
  hurry.abort();
  assert.deepEqual((await ending).survivors, []);
});

test('a stranger who has a root’s pid, or its group, is not touched; nor are we', async () => {
  const stranger = spawn('sh', ['-c', 'sleep 100 & wait'], { stdio: 'ignore', detached: true });
  const identity = identityOf(stranger);
  const roots = [
    { ...identity, started: '1' },
    { ...identity, boot: 'another' },
    processes.self(),
    processes.identify(process.ppid) ?? identity,
  ].filter((root) => root !== identity);
  const report = await processes.endAttempt({ token: randomUUID(), roots, graceMs: 10 });
  assert.deepEqual(report, { ended: [], survivors: [] });
  assert.equal(processes.isAlive(identity), true);
  const member = processes.family(identity).find(({ process }) => process.pid !== identity.pid)?.process;
  assert.ok(member);
  processes.signal(identity, 'SIGKILL');
  await once(stranger, 'exit');
  // Another program, which never saw the leader, cannot know whether the number of the group is still the root's.
  const other = makeProcesses();
  assert.deepEqual((await other.endAttempt({ token: randomUUID(), roots: [identity], graceMs: 0 })).ended, []);
  assert.equal(processes.isAlive(member), true);
  // This one saw it.
  await processes.endAttempt({ token: randomUUID(), roots: [identity], graceMs: 0 });
  assert.equal(processes.isAlive(member), false);
});
