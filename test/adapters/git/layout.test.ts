import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openRepository } from '../../../src/adapters/git/repository.ts';
import { makeSandbox } from '../../support/git.ts';
import type { Sandbox } from '../../support/git.ts';
import { makeMutex, makeRequest, openIn, valueOf } from '../../support/repository.ts';

describe('the root of a repository', () => {
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await makeSandbox();
  });
  after(() => sandbox.remove());

  it('is found from a subfolder whose names have spaces and letters beyond ASCII', async () => {
    const root = await sandbox.makeRepository('mein Projekt ß');
    await sandbox.write(root, 'tiefer ö/drin', 'x', '');
    assert.equal((await openIn(sandbox, join(root, 'tiefer ö', 'drin'))).root, root);
  });

  it('is the main worktree when asked from a linked one, one of ours, or the git folder', async () => {
    const root = await sandbox.makeRepository('linked');
    const repository = await openIn(sandbox, root);
    const base = await sandbox.git(root, 'rev-parse', 'HEAD');
    const { worktree } = valueOf(await repository.prepareWorktree(makeRequest(root, 'w', base)));
    await sandbox.git(root, 'worktree', 'add', '--quiet', '--detach', join(sandbox.folder, 'far away'));
    for (const from of [
      worktree,
      join(sandbox.folder, 'far away'),
      join(root, '.git'),
      join(root, '.git', 'worktrees'),
    ])
      assert.equal((await openIn(sandbox, from)).root, root, from);
  });

  it('is the submodule itself, not the repository around it', async () => {
    const library = await sandbox.makeRepository('library');
    const root = await sandbox.makeRepository('super');
    await sandbox.git(root, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library, 'lib');
    const sub = join(root, 'lib');
    assert.equal((await openIn(sandbox, sub)).root, sub);
    await sandbox.git(sub, 'worktree', 'add', '--quiet', '--detach', join(sandbox.folder, 'sub linked'));
    assert.equal((await openIn(sandbox, join(sandbox.folder, 'sub linked'))).root, sub);
    assert.equal((await openIn(sandbox, join(root, '.git', 'modules', 'lib'))).root, sub);
  });

  it('is a bare repository, or the folder that holds it as .bare', async () => {
    const source = await sandbox.makeRepository('source');
    await sandbox.git(sandbox.folder, 'clone', '--quiet', '--bare', source, 'pure.git');
    const pure = join(sandbox.folder, 'pure.git');
    assert.equal((await openIn(sandbox, pure)).root, pure);
    const home = join(sandbox.folder, 'hidden');
    await mkdir(home);
    await sandbox.git(home, 'clone', '--quiet', '--bare', source, '.bare');
    await writeFile(join(home, '.git'), 'gitdir: ./.bare\n');
    await sandbox.git(home, 'worktree', 'add', '--quiet', join(home, 'main'), 'main');
    for (const from of [home, join(home, '.bare'), join(home, 'main')])
      assert.equal((await openIn(sandbox, from)).root, home, from);
    const named = join(sandbox.folder, 'named');
    await mkdir(named);
    await sandbox.git(named, 'clone', '--quiet', '--bare', source, 'store');
    await writeFile(join(named, '.git'), `gitdir: ${join(named, 'store')}\n`);
    assert.equal((await openIn(sandbox, named)).root, named);
  });

  it('takes worktrees in a bare repository, whose branches get the mark of their owner all the same', async () => {
    const root = join(sandbox.folder, 'pure.git');
    const repository = await openIn(sandbox, root);
    const base = await sandbox.git(root, 'rev-parse', 'main');
    const request = makeRequest(root, 'b1', base);
    valueOf(await repository.prepareWorktree(request));
    valueOf(await repository.prepareWorktree(request));
    assert.equal(await sandbox.git(request.path, 'rev-parse', 'HEAD'), base);
  });

  it('is known of a repository whose git folder lies elsewhere', async () => {
    const root = join(sandbox.folder, 'apart');
    await sandbox.git(
      sandbox.folder,
      'init',
      '--quiet',
      '-b',
      'main',
      '--separate-git-dir',
      join(sandbox.folder, 'apart.store'),
      root,
    );
    await mkdir(join(root, 'deep'));
    assert.equal((await openIn(sandbox, join(root, 'deep'))).root, root);
  });

  it('is not misled by variables of a hook that started us', async () => {
    const root = await sandbox.makeRepository('hooked');
    const other = await sandbox.makeRepository('other');
    const env = {
      ...sandbox.env,
      GIT_DIR: join(other, '.git'),
      GIT_WORK_TREE: other,
      GIT_INDEX_FILE: join(other, 'x'),
      GIT_PREFIX: 'q/',
      GIT_OBJECT_DIRECTORY: '/nowhere',
      GIT_COMMON_DIR: join(other, '.git'),
    };
    const repository = await openIn(sandbox, root, { env });
    assert.equal(repository.root, root);
    await sandbox.write(root, 'new.txt', 'x');
    assert.deepEqual((await repository.worktreeStatus(root)).changed, ['new.txt']);
  });

  it('is null outside a repository and in a folder that is not there', async () => {
    const options = { env: sandbox.env, lock: makeMutex(), fetchLock: makeMutex() };
    assert.equal(await openRepository({ ...options, from: sandbox.folder }), null);
    assert.equal(await openRepository({ ...options, from: join(sandbox.folder, 'no such') }), null);
  });

  it('is refused, not denied, when the repository has a format that git does not know', async () => {
    const root = await sandbox.makeRepository('odd');
    await sandbox.git(root, 'config', 'core.repositoryFormatVersion', '99');
    await assert.rejects(openIn(sandbox, root), { name: 'Problem' });
  });

  it('is a problem of the environment when git is missing', async () => {
    const env = { ...sandbox.env, PATH: '/nonexistent' };
    await assert.rejects(openIn(sandbox, sandbox.folder, { env }), { name: 'Problem', code: 'environment' });
  });
});

describe('small questions', () => {
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await makeSandbox();
  });
  after(() => sandbox.remove());

  it('version, commits, tracked paths and objects are told', async () => {
    const root = join(sandbox.folder, 'empty');
    await sandbox.git(sandbox.folder, 'init', '--quiet', '-b', 'main', root);
    const repository = await openIn(sandbox, root);
    assert.match(await repository.version(), /^\d+\.\d+/);
    assert.equal(await repository.hasCommits(), false);
    const commit = await sandbox.commit(root, '.wf/config.json', '{}\n');
    const next = await sandbox.commit(root, 'b', 'b\n');
    assert.equal(await repository.hasCommits(), true);
    assert.equal(await repository.tracks('.wf'), true);
    assert.equal(await repository.tracks('.worktrees'), false);
    assert.equal(await repository.hasCommit(commit), true);
    assert.equal(await repository.hasCommit('0'.repeat(39) + '1'), false);
    assert.equal(await repository.isAncestor(commit, next), true);
    assert.equal(await repository.isAncestor(next, commit), false);
    assert.equal(await repository.isAncestor('0'.repeat(39) + '1', commit), false);
  });

  it('a branch name is judged as git judges it', async () => {
    const repository = await openIn(sandbox, await sandbox.makeRepository('names'));
    const good = ['wf/1', 'feat/123-add-auth', 'wf/1.10', 'ü/b', 'a@b'];
    const bad = [
      '',
      '-x',
      'a..b',
      'a.lock',
      'a b',
      'a/',
      '/a',
      'a//b',
      'a~1',
      'HEAD',
      'a.',
      '@{-1}',
      'a:b',
      'a\\b',
      '.a',
      'x/.y',
    ];
    for (const name of good) assert.equal(await repository.isBranchName(name), true, name);
    for (const name of bad) assert.equal(await repository.isBranchName(name), false, name);
  });

  it('exclude adds each missing line once, after a last line without an end, whoever asks at once', async () => {
    const root = await sandbox.makeRepository('excluding');
    const repository = await openIn(sandbox, root);
    const file = join(root, '.git', 'info', 'exclude');
    await writeFile(file, '# mine\n*.tmp');
    await Promise.all(Array.from({ length: 8 }, () => repository.exclude(['.wf', '.worktrees', '.wf'])));
    assert.equal(await readFile(file, 'utf8'), '# mine\n*.tmp\n.wf\n.worktrees\n');
    await rm(join(root, '.git', 'info'), { recursive: true });
    await repository.exclude(['.wf']);
    assert.equal(await readFile(file, 'utf8'), '.wf\n');
  });
});
