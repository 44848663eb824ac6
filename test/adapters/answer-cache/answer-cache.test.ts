import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { makeAnswerCache } from '../../../src/adapters/answer-cache/answer-cache.ts';

let stateFolder: string;
let prepared = 0;
const open = () =>
  makeAnswerCache({
    stateFolder,
    kind: 'x',
    prepare: async () => {
      prepared++;
      await mkdir(stateFolder, { recursive: true });
    },
  });
const answer = { etag: '"1"', headers: { link: '<a>; rel="next"' }, body: '[1, "ü"]' };

beforeEach(async () => {
  prepared = 0;
  stateFolder = join(await mkdtemp(join(tmpdir(), 'wf0-cache-')), '.wf');
});
afterEach(() => rm(join(stateFolder, '..'), { recursive: true }));

const onlyFile = async (): Promise<string> => {
  const folder = join(stateFolder, 'cache', 'x');
  return join(folder, (await readdir(folder))[0] ?? '');
};

test('an answer comes back as it was put, under its own key alone; nothing is made before one is put', async () => {
  assert.equal(await open().get('a'), null);
  assert.equal(prepared, 0);
  await open().put('a', answer);
  const { etag, headers, body } = (await open().get('a')) ?? {};
  assert.deepEqual({ etag, headers, body }, answer);
  assert.equal(await open().get('b'), null);
});

test('what could have come with the repository is passed over: another mode, a link, no answer', async () => {
  await open().put('a', answer);
  const file = await onlyFile();
  await chmod(file, 0o644);
  assert.equal(await open().get('a'), null);
  await chmod(file, 0o600);
  assert.notEqual(await open().get('a'), null);
  await rename(file, `${file}.real`);
  await symlink(`${file}.real`, file);
  assert.equal(await open().get('a'), null);
  await rm(file);
  for (const text of ['', '{"version": 2}', '{"version": 1, "etag": 1}', 'null']) {
    await writeFile(file, text, { mode: 0o600 });
    assert.equal(await open().get('a'), null, text);
  }
});

test('a link in the place of the folder is not written through', async () => {
  const elsewhere = join(stateFolder, '..', 'elsewhere');
  await mkdir(elsewhere);
  await mkdir(stateFolder);
  await symlink(elsewhere, join(stateFolder, 'cache'));
  await open().put('a', answer);
  assert.deepEqual(await readdir(elsewhere), []);
});

test('what nobody used for a month goes when the next program writes', async () => {
  await open().put('old', answer);
  const old = await onlyFile();
  const long = new Date(Date.now() - 31 * 24 * 3600 * 1000);
  await utimes(old, long, long);
  await open().put('new', answer);
  assert.equal(await open().get('old'), null);
  assert.notEqual(await open().get('new'), null);
});

test('an answer that cannot be kept harms nothing', async () => {
  await writeFile(stateFolder, 'a file');
  await open().put('a', answer);
  assert.equal(await readFile(stateFolder, 'utf8'), 'a file');
});
