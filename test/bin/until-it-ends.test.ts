import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

const helper = join(import.meta.dirname, '..', '..', 'src', 'bin', 'until-it-ends.js');
const run = (main: string): { readonly status: number | null; readonly stderr: string } => {
  const code = `import { untilItEnds } from ${JSON.stringify(helper)}; untilItEnds(${main});`;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
  return { status, stderr };
};

test('a program that waits for what never comes says so and does not look like a success', () => {
  assert.deepEqual(run('() => new Promise(() => {})'), {
    status: 13,
    stderr: 'error: the program ended before it was done\n',
  });
});

test('a program ends with the code that it sets, with 0 if it sets none, and with 1 if it throws', () => {
  assert.deepEqual(run('async () => {}'), { status: 0, stderr: '' });
  assert.deepEqual(run('async () => { process.exitCode = 5; }'), { status: 5, stderr: '' });
  assert.deepEqual(run('async () => process.exit(0)'), { status: 0, stderr: '' });
  const thrown = run('async () => { await null; throw new Error("lost"); }');
  assert.equal(thrown.status, 1);
  assert.match(thrown.stderr, /Error: lost/);
});
