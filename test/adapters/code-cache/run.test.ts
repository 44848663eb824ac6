/** Compiled code beside the chunks of the bundle: it is what runs, and one that cannot be used is passed over. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { bundledFile } from '../../support/command-line.ts';

describe('compiled code of chunks', () => {
  let folder: string;
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  const start = (): string => execFileSync(process.execPath, [join(folder, 'bin', 'main.js')], { encoding: 'utf8' });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wf0-code-'));
    mkdirSync(join(folder, 'bin'));
    for (const name of ['code-cache.js', 'make-code-cache.js']) copyFileSync(bundledFile(name), join(folder, name));
    write('bin/main.js', `require('../code-cache.js'); console.log(require('../chunk.js').say());`);
    write('chunk.js', `const { join } = require('node:path'); exports.say = () => join('one', 'a');`);
    execFileSync(process.execPath, [join(folder, 'make-code-cache.js')]);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is what runs', () => {
    // The engine compares the length of the source alone, so that another text of this length shows what ran.
    write('chunk.js', readFileSync(join(folder, 'chunk.js'), 'utf8').replace('one', 'two'));
    assert.equal(start(), 'one/a\n');
  });

  it('is passed over when it is cut short, empty, no such thing, or gone', () => {
    write('chunk.js', readFileSync(join(folder, 'chunk.js'), 'utf8').replace('one', 'two'));
    truncateSync(join(folder, 'chunk.js.cache'), 200);
    assert.equal(start(), 'two/a\n');
    write('chunk.js.cache', '');
    assert.equal(start(), 'two/a\n');
    write('chunk.js.cache', 'x'.repeat(5000));
    assert.equal(start(), 'two/a\n');
    rmSync(join(folder, 'chunk.js.cache'));
    assert.equal(start(), 'two/a\n');
  });

  it('names the same place in a trace as without it', () => {
    write('chunk.js', `exports.say = () => { throw new Error('here'); };`);
    const trace = (): string =>
      spawnSync(process.execPath, [join(folder, 'bin', 'main.js')], { encoding: 'utf8' }).stderr;
    rmSync(join(folder, 'chunk.js.cache'));
    const without = trace();
    execFileSync(process.execPath, [join(folder, 'make-code-cache.js')]);
    assert.match(without, /chunk\.js:1:29/);
    assert.match(trace(), /chunk\.js:1:29/);
  });
});
