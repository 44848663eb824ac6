/** A worker's output in place of a terminal: a file that a night of output must not fill the disk with. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const module = new URL('../../../src/adapters/system/screen.ts', import.meta.url).href.replace(
  /ts$/,
  import.meta.url.endsWith('.js') ? 'js' : 'ts',
);
const limit = 1000;

/** A process whose stdout is the file writes ten characters so many times. */
const writeTens = (file: string, times: number): void => {
  const output = openSync(file, 'a');
  const script = `const screen = (await import('${module}')).makeScreen(process, ${limit});
    for (let i = 0; i < ${times}; i++) screen.write(i % 2 ? '0123456789' : Buffer.from('abcdefghij'));`;
  try {
    execFileSync(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', output, 'inherit'] });
  } finally {
    closeSync(output);
  }
};

test('what stages print into a file in place of a terminal ends at its limit, with one line that says so, over several processes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wf-screen-'));
  const file = join(folder, 'worker-1.log');
  try {
    writeTens(file, 60);
    assert.equal(readFileSync(file, 'utf8').length, 600);
    writeTens(file, 60);
    const text = readFileSync(file, 'utf8');
    assert.match(text.slice(0, limit), /^(abcdefghij0123456789){50}$/);
    const note = '\n[the limit of 1000 bytes is reached; the logs of the works have the rest]\n';
    assert.equal(text.slice(limit), note);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
