import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { fileInside, placeInside } from '../../../src/adapters/tree-files/inside.ts';
import { writeWhole } from '../../../src/adapters/tree-files/whole-file.ts';
import { Problem } from '../../../src/ports/problem.ts';

let top = '';
let folder = '';
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'wf0-files-'));
  folder = join(top, 'work');
  mkdirSync(folder);
  writeFileSync(join(folder, 'visit.js'), '');
  writeFileSync(join(top, 'other.js'), '');
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

const whatOf = (body: () => unknown): string => {
  try {
    body();
  } catch (error) {
    assert.ok(error instanceof Problem, String(error));
    return error.what;
  }
  return 'accepted';
};

test('a module below the folder is found, one outside or behind a link is refused, and so is none', () => {
  symlinkSync(join(top, 'other.js'), join(folder, 'link.js'));
  assert.equal(fileInside(folder, './visit.js', 'the module'), join(folder, 'visit.js'));
  assert.equal(
    whatOf(() => fileInside(folder, 'link.js', 'the module')),
    'the module lies outside the folder in which the stage runs: link.js',
  );
  assert.match(
    whatOf(() => fileInside(folder, '../other.js', 'the module')),
    /lies outside/,
  );
  assert.match(
    whatOf(() => fileInside(folder, 'gone.js', 'the module')),
    /^the module is not there: gone\.js$/,
  );
  assert.match(
    whatOf(() => fileInside(folder, '.', 'the module')),
    /is not there/,
  );
});

test('an output below the folder has its own folders made; one that would lie outside is refused, and makes nothing', () => {
  symlinkSync(top, join(folder, 'up'));
  assert.equal(placeInside(folder, 'a/b/out.yaml', 'the output'), join(folder, 'a/b/out.yaml'));
  assert.match(
    whatOf(() => placeInside(folder, 'up/made/out.yaml', 'the output')),
    /lies outside/,
  );
  assert.match(
    whatOf(() => placeInside(folder, '../made/out.yaml', 'the output')),
    /lies outside/,
  );
  assert.match(
    whatOf(() => placeInside(folder, 'a/b', 'the output')),
    /^the output is a folder: a\/b$/,
  );
  assert.equal(existsSync(join(top, 'made')), false);
});

test('a file is replaced whole when all is written, and left as it was when that fails', () => {
  const file = join(folder, 'out.yaml');
  writeFileSync(file, 'before');
  assert.throws(
    () =>
      writeWhole(file, (write) => {
        write('x'.repeat(600_000));
        throw new RangeError('in the middle');
      }),
    /in the middle/,
  );
  assert.equal(readFileSync(file, 'utf8'), 'before');
  writeFileSync(join(folder, '.out.yaml.part'), 'left by a run that was killed');
  writeWhole(file, (write) => {
    for (let i = 0; i < 100_000; i++) write(`ü${i}\n`);
  });
  assert.equal(readFileSync(file, 'utf8').split('\n').length, 100_001);
  assert.deepEqual(readdirSync(folder).sort(), ['out.yaml', 'visit.js']);
});
