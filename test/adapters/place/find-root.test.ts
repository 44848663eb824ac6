import assert from 'node:assert/strict';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { findRoot } from '../../../src/adapters/place/find-root.ts';
import { makeSandbox, type Sandbox } from '../../support/git.ts';
import { makeMutex } from '../../support/repository.ts';
import { openRepository } from '../../../src/adapters/git/repository.ts';

let sandbox: Sandbox;
let project = '';
before(async () => {
  sandbox = await makeSandbox();
  project = await sandbox.makeRepository();
});
after(() => sandbox.remove());

/** What git says of the same folder. */
const asked = async (from: string): Promise<string | null> =>
  (await openRepository({ from, env: sandbox.env, lock: makeMutex(), fetchLock: makeMutex() }))?.root ?? null;

describe('the root is read from files, and is what git says, for', () => {
  it('the repository itself and folders in it', async () => {
    const below = join(project, 'a/b');
    await mkdir(below, { recursive: true });
    for (const folder of [project, below])
      assert.deepEqual([findRoot(folder, {}), await asked(folder)], [{ kind: 'repository', root: project }, project]);
  });

  it('a worktree of it, wherever it lies', async () => {
    for (const path of [join(project, '.worktrees/x'), join(sandbox.folder, 'elsewhere')]) {
      await sandbox.git(project, 'worktree', 'add', '-q', '--detach', path);
      assert.deepEqual([findRoot(path, {}), await asked(path)], [{ kind: 'repository', root: project }, project]);
    }
  });
});

describe('no repository is read from files, and is what git says, for', () => {
  it('a folder outside any, and one that is named like a part of one', async () => {
    const below = join(sandbox.folder, 'outside/refs');
    await mkdir(below, { recursive: true });
    for (const folder of [sandbox.folder, below])
      assert.deepEqual([findRoot(folder, {}), await asked(folder)], [{ kind: 'none' }, null]);
  });
});

describe('git is to be asked for', () => {
  it('a bare repository, folders in it, and one whose HEAD is a link to a branch that is not there', async () => {
    const bare = await sandbox.makeBareRemote();
    const old = join(sandbox.folder, 'old.git');
    await sandbox.git(sandbox.folder, 'init', '-q', '--bare', old);
    await rm(join(old, 'HEAD'));
    await symlink('refs/heads/main', join(old, 'HEAD'));
    assert.equal(await asked(old), old);
    for (const folder of [bare, join(bare, 'objects'), old]) assert.equal(findRoot(folder, {}).kind, 'ask-git', folder);
  });

  it('a `.git` that is neither a folder nor a file', async () => {
    const folder = join(sandbox.folder, 'linked');
    await mkdir(folder);
    await symlink(join(project, '.git'), join(folder, '.git'));
    assert.equal(findRoot(folder, {}).kind, 'ask-git');
  });

  it('a folder outside any repository if variables could name one, or bound the search', () => {
    for (const name of ['GIT_DIR', 'GIT_COMMON_DIR', 'GIT_WORK_TREE', 'GIT_CEILING_DIRECTORIES'])
      assert.equal(findRoot(sandbox.folder, { [name]: '/x' }).kind, 'ask-git', name);
  });

  it('a worktree of a bare repository', async () => {
    const path = join(sandbox.folder, 'of-bare');
    await sandbox.git(sandbox.folder, 'clone', '-q', '--bare', project, join(sandbox.folder, 'b.git'));
    await sandbox.git(join(sandbox.folder, 'b.git'), 'worktree', 'add', '-q', '--detach', path);
    assert.equal(findRoot(path, {}).kind, 'ask-git');
  });

  it('variables of git, another worktree folder in its config, included configs', async () => {
    assert.equal(findRoot(project, { GIT_DIR: '/x' }).kind, 'ask-git');
    assert.equal(findRoot(project, { GIT_WORK_TREE: '/x' }).kind, 'ask-git');
    const odd = await sandbox.makeRepository('odd');
    await sandbox.git(odd, 'config', 'include.path', '/nowhere');
    assert.equal(findRoot(odd, {}).kind, 'ask-git');
    const moved = await sandbox.makeRepository('moved');
    await sandbox.git(moved, 'config', 'core.worktree', project);
    assert.equal(findRoot(moved, {}).kind, 'ask-git');
  });

  it('a submodule', async () => {
    await sandbox.git(
      project,
      '-c',
      'protocol.file.allow=always',
      'submodule',
      '--quiet',
      'add',
      join(sandbox.folder, 'odd'),
      'sub',
    );
    assert.equal(findRoot(join(project, 'sub'), {}).kind, 'ask-git');
  });
});
