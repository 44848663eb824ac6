import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeClock } from '../../../src/adapters/system/clock.ts';
import { makeLog } from '../../../src/adapters/system/log.ts';

test('a sleep ends by time, or at once by its signal', async () => {
  const clock = makeClock();
  const start = clock.now();
  await clock.sleep(30);
  assert.ok(clock.now() - start >= 29);
  await clock.sleep(60_000, AbortSignal.abort());
  const late = new AbortController();
  const sleeping = clock.sleep(60_000, late.signal);
  late.abort();
  await sleeping;
  await clock.sleep(-5);
});

test('a log line has time and level, cannot steer a terminal, and tells the cause', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wf-log-'));
  try {
    const file = join(folder, 'scheduler.log');
    const shown: string[] = [];
    const clock = { now: () => 0, elapsed: () => 0, sleep: () => Promise.resolve() };
    const log = makeLog({ clock, file, stream: { write: (text) => shown.push(text) } });
    log.info('one\ntwo \u001b[31mred');
    log.error('failed', new TypeError('why'));
    const text = readFileSync(file, 'utf8');
    assert.equal(text, shown.join(''));
    assert.match(
      text,
      /^1970-01-01T00:00:00.000Z info {2}one\n {4}two \[31mred\n1970\S+ error failed\n {4}TypeError: why/,
    );
    assert.equal(statSync(file).mode & 0o777, 0o600);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a log that cannot be written ends nobody', () => {
  const write = (): never => {
    throw new Error('closed');
  };
  makeLog({ clock: makeClock(), stream: { write }, file: '/no/such/folder/log' }).warn('lost');
});
