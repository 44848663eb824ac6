import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { projectFolder } from '../../scripts/layers/load.ts';
import { endLeaked, findLeaks } from '../../scripts/tests/leaks.ts';
import { readResults, totalsOf } from '../../scripts/tests/results.ts';
import { makeSurroundings, removeSurroundings } from '../../scripts/tests/surroundings.ts';

/** The compiled one: node loads a reporter before anything that could translate it. */
const reporter = join(projectFolder(), 'dist/scripts/tests/reporter.js');

const settleMs = 100;

const sample = `
import { describe, it, test } from 'node:test';
test('passes', () => {});
test('fails', () => { throw new Error('first line\\nsecond'); });
test('is skipped', { skip: true }, () => {});
test('is to do', { todo: 'later' }, () => { throw new Error('x'); });
describe('outer', () => { describe('inner', () => { it('is deep', () => {}); it('fails deep', () => { throw new Error('deep'); }); }); });
test('parent', async (t) => { await t.test('child', () => {}); });
`;

/** Runs a test file with our reporter in a folder of its own. */
const reportOn = (source: string) => {
  const root = mkdtempSync(join(tmpdir(), 'report-'));
  try {
    writeFileSync(join(root, 'a.test.mjs'), source);
    const destination = `--test-reporter-destination=${join(root, 'results.jsonl')}`;
    const args = ['--test', `--test-reporter=${reporter}`, destination, join(root, 'a.test.mjs')];
    const { NODE_TEST_CONTEXT: _inherited, ...env } = process.env;
    spawnSync(process.execPath, args, { env });
    return readResults(root, 'results.jsonl') ?? [];
  } finally {
    rmSync(root, { recursive: true });
  }
};

test('each test is reported once, with all its titles and its outcome', () => {
  const results = reportOn(sample);
  assert.deepEqual(
    results.map(({ titles, outcome, message }) => [titles.join(' › '), outcome, message]),
    [
      ['passes', 'passed', null],
      ['fails', 'failed', 'first line'],
      ['is skipped', 'skipped', null],
      ['is to do', 'skipped', 'x'],
      ['outer › inner › is deep', 'passed', null],
      ['outer › inner › fails deep', 'failed', 'deep'],
      ['parent › child', 'passed', null],
    ],
  );
  assert.deepEqual(totalsOf(results), { passed: 3, failed: 2, skipped: 2 });
});

test('a file that dies before its first test counts as a failure', () => {
  const results = reportOn(`throw new Error('broken');`);
  assert.deepEqual(totalsOf(results), { passed: 0, failed: 1, skipped: 0 });
});

test('a process that outlives the tests is found by the mark in its environment and ended', async () => {
  const surroundings = makeSurroundings(false);
  const child = spawn('sleep', ['60'], { env: surroundings.env, detached: true, stdio: 'ignore' });
  try {
    await once(child, 'spawn');
    const leaks = await findLeaks(surroundings, settleMs);
    assert.deepEqual(leaks, { processes: [{ pid: child.pid, command: 'sleep 60' }], files: [] });
    const ended = once(child, 'exit');
    endLeaked(leaks);
    await ended;
    assert.deepEqual(await findLeaks(surroundings), { processes: [], files: [] });
  } finally {
    child.kill('SIGKILL');
    removeSurroundings(surroundings);
  }
});

test('a file that tests leave in their temporary folder is found', async () => {
  const surroundings = makeSurroundings(false);
  try {
    writeFileSync(join(surroundings.temporary, 'left'), '');
    assert.deepEqual(await findLeaks(surroundings), { processes: [], files: ['left'] });
  } finally {
    removeSurroundings(surroundings);
  }
});

test("the tests' environment has a home and a time zone of its own, and nothing of the caller's git or tmux", () => {
  const before = { ...process.env };
  Object.assign(process.env, { GIT_DIR: '/nowhere', TMUX: 'x', WF_BATCH_PARALLEL: '9', WF_CASES: '/cases' });
  const surroundings = makeSurroundings(true);
  try {
    const { env, folder } = surroundings;
    assert.deepEqual(
      [env['GIT_DIR'], env['TMUX'], env['WF_BATCH_PARALLEL'], env['WF_CASES'], env['WF_LONG'], env['TZ'], env['HOME']],
      [undefined, undefined, undefined, '/cases', '1', 'UTC', join(folder, 'home')],
    );
  } finally {
    process.env = before;
    removeSurroundings(surroundings);
  }
});
