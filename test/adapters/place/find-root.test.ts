import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
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
      assert.deepEqual([findRoot(folder, {}), await asked(folder)], [project, project]);
  });

  it('a worktree of it, wherever it lies', async () => {
    for (const path of [join(project, '.worktrees/x'), join(sandbox.folder, 'elsewhere')]) {
      await sandbox.git(project, 'worktree', 'add', '-q', '--detach', path);
      assert.deepEqual([findRoot(path, {}), await asked(path)], [project, project]);
    }
  });
});

describe('git is to be asked for', () => {
  it('no repository, and a folder that looks like a bare one', async () => {
    const bare = await sandbox.makeBareRemote();
    for (const folder of [sandbox.folder, bare, join(bare, 'objects')])
      assert.equal(findRoot(folder, {}), null, folder);
  });

  it('a worktree of a bare repository', async () => {
    const path = join(sandbox.folder, 'of-bare');
    await sandbox.git(sandbox.folder, 'clone', '-q', '--bare', project, join(sandbox.folder, 'b.git'));
    await sandbox.git(join(sandbox.folder, 'b.git'), 'worktree', 'add', '-q', '--detach', path);
    assert.equal(findRoot(path, {}), null);
  });

  it('variables of git, another worktree folder in its config, included configs', async () => {
    assert.equal(findRoot(project, { GIT_DIR: '/x' }), null);
    assert.equal(findRoot(project, { GIT_WORK_TREE: '/x' }), null);
    const odd = await sandbox.makeRepository('odd');
    await sandbox.git(odd, 'config', 'include.path', '/nowhere');
    assert.equal(findRoot(odd, {}), null);
    const moved = await sandbox.makeRepository('moved');
    await sandbox.git(moved, 'config', 'core.worktree', project);
    assert.equal(findRoot(moved, {}), null);
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
    assert.equal(findRoot(join(project, 'sub'), {}), null);
  });
});
