import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, lstat, mkdir, readFile, readdir, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, describe, it } from 'node:test';
import type { Repository } from '../../../src/ports/git.ts';
import { makeSandbox } from '../../support/git.ts';
import type { Sandbox } from '../../support/git.ts';
import { failureOf, makeRequest, openIn, valueOf } from '../../support/repository.ts';

let sandbox: Sandbox;
let root: string;
let base: string;
let repository: Repository;
before(async () => {
  sandbox = await makeSandbox();
  root = await sandbox.makeRepository();
  await sandbox.write(root, '.gitignore', '*.log\nbuild/\n');
  await sandbox.write(root, 'a.txt', 'a\n');
  base = await sandbox.commit(root, 'b.txt', 'b\n');
  repository = await openIn(sandbox, root);
  await mkdir(join(root, '.wf'));
  await writeFile(join(root, '.wf', 'precious'), 'x');
  await repository.exclude(['.wf', '.worktrees']);
});
after(() => sandbox.remove());

const make = async (id: string): Promise<string> =>
  valueOf(await repository.prepareWorktree(makeRequest(root, id, base, { stateLink: join(root, '.wf') }))).worktree;
/** Keeps what is in a folder from being removed, as files of another user are; null where that cannot be done. */
const holdFile = (folder: string): { release(folder: string): void } | null => {
  const isRoot = process.getuid?.() === 0;
  const change = (sign: '+' | '-', where: string): boolean =>
    spawnSync(isRoot ? 'chattr' : 'chmod', [isRoot ? `${sign}i` : sign === '+' ? '500' : '700', where]).status === 0;
  return change('+', folder) ? { release: (where) => void change('-', where) } : null;
};
const show = (ref: string, path: string) => sandbox.git(root, 'show', `${ref}:${path}`);

describe('the status of a worktree', () => {
  it('names what is staged, changed, conflicted and untracked, and counts what is ignored, folders once', async () => {
    const path = await make('status');
    await sandbox.write(path, 'a.txt', 'changed');
    await sandbox.write(path, 'new ü.txt', 'n');
    await sandbox.git(path, 'add', 'new ü.txt');
    await sandbox.write(path, 'sub dir', 'x', 'u');
    await sandbox.write(path, 'build', 'one', '1');
    await sandbox.write(path, 'build', 'two', '2');
    await sandbox.write(path, 'x.log', 'l');
    await sandbox.git(path, 'mv', 'b.txt', 'c d.txt');
    const status = await repository.worktreeStatus(path);
    assert.equal(status.head, base);
    assert.deepEqual([...status.changed].sort(), ['a.txt', 'b.txt', 'c d.txt', 'new ü.txt', 'sub dir/']);
    assert.equal(status.ignored, 2);
  });

  it('says the head in one look, on a branch and off', async () => {
    const path = await make('heads');
    assert.equal(await repository.headOf(path), base);
    const commit = await sandbox.commit(path, 'h', 'h');
    await sandbox.git(root, 'pack-refs', '--all');
    assert.equal(await repository.headOf(path), commit);
    await sandbox.git(path, 'checkout', '--quiet', '--detach', base);
    assert.equal(await repository.headOf(path), base);
    assert.equal(await repository.headOf(root), base);
  });
});

describe('what is uncommitted', () => {
  it('is nothing in a clean worktree: no ref is made', async () => {
    assert.equal(await repository.saveUncommitted(await make('clean'), 'refs/wf/saved/b/clean/1'), null);
    assert.deepEqual(await repository.saved(), []);
  });

  it('is saved whole, staged and not, new, deleted, executable and links; worktree and index stay to the byte', async () => {
    const path = await make('dirty');
    await sandbox.write(path, 'staged.txt', 'first');
    await sandbox.git(path, 'add', 'staged.txt');
    await sandbox.write(path, 'staged.txt', 'second');
    await sandbox.write(path, 'sub', 'untracked.txt', 'u');
    await sandbox.write(path, 'run.sh', '#!/bin/sh\n');
    await chmod(join(path, 'run.sh'), 0o755);
    await symlink('a.txt', join(path, 'link'));
    await unlink(join(path, 'b.txt'));
    await sandbox.write(path, 'x.log', 'ignored');
    const index = await readFile(join(root, '.git', 'worktrees', 'dirty', 'index'));
    const before = await sandbox.git(path, 'status', '--porcelain');
    const ref = 'refs/wf/saved/b/dirty/1';
    assert.equal(await repository.saveUncommitted(path, ref), ref);
    const commit = await sandbox.git(root, 'rev-parse', ref);
    assert.equal(await sandbox.git(root, 'rev-parse', `${ref}^1`), base);
    const tree = await sandbox.git(root, 'ls-tree', '-r', '--format=%(objectmode) %(path)', ref);
    assert.deepEqual(tree.split('\n'), [
      '100644 .gitignore',
      '100644 README.md',
      '100644 a.txt',
      '120000 link',
      '100755 run.sh',
      '100644 staged.txt',
      '100644 sub/untracked.txt',
    ]);
    assert.equal(await show(ref, 'staged.txt'), 'second');
    assert.equal(await show(`${ref}^2`, 'staged.txt'), 'first', 'what was only staged is kept too');
    assert.equal(await sandbox.git(path, 'status', '--porcelain'), before);
    assert.deepEqual(await readFile(join(root, '.git', 'worktrees', 'dirty', 'index')), index);
    assert.deepEqual(await repository.saved(), [{ ref, commit }]);
    await sandbox.write(path, 'staged.txt', 'third');
    assert.equal(await repository.saveUncommitted(path, ref), `${ref}-2`, 'what was saved before is not overwritten');
    assert.equal(await sandbox.git(root, 'rev-parse', ref), commit);
    assert.equal(await show(`${ref}-2`, 'staged.txt'), 'third');
    await repository.deleteRef(ref);
    await repository.deleteRef(`${ref}-2`);
    assert.deepEqual(await repository.saved(), []);
  });

  it('is saved in the middle of a conflicted merge, which then goes on', async () => {
    const path = await make('conflict');
    await sandbox.commit(path, 'a.txt', 'ours\n');
    await sandbox.git(path, 'checkout', '--quiet', '-b', 'other-side', base);
    await sandbox.commit(path, 'a.txt', 'theirs\n');
    await sandbox.git(path, 'checkout', '--quiet', 'wf/conflict');
    await assert.rejects(sandbox.git(path, 'merge', 'other-side'));
    assert.deepEqual((await repository.worktreeStatus(path)).changed, ['a.txt']);
    await repository.saveUncommitted(path, 'refs/wf/saved/b/conflict/1');
    assert.match(await show('refs/wf/saved/b/conflict/1', 'a.txt'), /<<<<<<< HEAD\nours\n=======\ntheirs/);
    assert.match(await sandbox.git(path, 'status', '--porcelain'), /^UU a\.txt/);
  });

  it('is saved beside nested repositories, with and without a commit, and reset leaves those alone', async () => {
    const path = await make('nested');
    await sandbox.git(path, 'init', '--quiet', 'unborn');
    await sandbox.write(path, 'unborn', 'f', 'f');
    await sandbox.git(path, 'init', '--quiet', '-b', 'main', 'born');
    await sandbox.commit(join(path, 'born'), 'g', 'g');
    await sandbox.write(path, 'plain.txt', 'p');
    const ref = 'refs/wf/saved/b/nested/1';
    await repository.saveUncommitted(path, ref);
    assert.equal(await show(ref, 'plain.txt'), 'p');
    valueOf(await repository.resetWorktree(path, base));
    assert.equal(await readFile(join(path, 'unborn', 'f'), 'utf8'), 'f');
    assert.equal(await readFile(join(path, 'born', 'g'), 'utf8'), 'g');
  });

  it('is saved from a branch that has no commit yet', async () => {
    const path = await make('orphan');
    await sandbox.git(path, 'checkout', '--quiet', '--orphan', 'nothing-yet');
    const ref = 'refs/wf/saved/b/orphan/1';
    assert.equal((await repository.worktreeStatus(path)).head, '');
    await repository.saveUncommitted(path, ref);
    assert.equal(await show(ref, 'a.txt'), 'a');
  });

  it('is saved where the person has no name configured', async () => {
    const {
      GIT_AUTHOR_NAME: _a,
      GIT_AUTHOR_EMAIL: _b,
      GIT_COMMITTER_NAME: _c,
      GIT_COMMITTER_EMAIL: _d,
      ...env
    } = sandbox.env;
    const path = await make('nameless');
    await sandbox.write(path, 'x', 'x');
    const nameless = await openIn(sandbox, root, {
      env: { ...env, GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'user.useConfigOnly', GIT_CONFIG_VALUE_0: 'true' },
    });
    assert.ok(await nameless.saveUncommitted(path, 'refs/wf/saved/b/nameless/1'));
  });
});

describe('resetting a worktree', () => {
  it('gives back the commit exactly, and keeps ignored files and the .wf link', async () => {
    const path = await make('reset');
    await sandbox.commit(path, 'more', 'm');
    await sandbox.write(path, 'a.txt', 'changed');
    await sandbox.write(path, 'new', 'x', 'n');
    await sandbox.write(path, 'x.log', 'l');
    valueOf(await repository.resetWorktree(path, base));
    assert.deepEqual(await repository.worktreeStatus(path), { head: base, changed: [], ignored: 1 });
    assert.ok((await lstat(join(path, '.wf'))).isSymbolicLink());
  });

  it('is refused for what git does not list, the main worktree among it', async () => {
    await sandbox.write(root, 'mine.txt', 'mine');
    assert.equal(failureOf(await repository.resetWorktree(root, base)).reason, 'worktree');
    assert.equal(await readFile(join(root, 'mine.txt'), 'utf8'), 'mine');
    await unlink(join(root, 'mine.txt'));
  });

  it('goes on after the locks of a killed git were cleared, those of this worktree only', async () => {
    const path = await make('locks');
    const own = join(root, '.git', 'worktrees', 'locks', 'index.lock');
    const branch = join(root, '.git', 'refs', 'heads', 'wf', 'locks.lock');
    const main = join(root, '.git', 'index.lock');
    for (const file of [own, branch, main]) await writeFile(file, '');
    assert.deepEqual([...(await repository.clearStaleLocks(path))].sort(), [branch, own].sort());
    assert.ok(await lstat(main));
    await unlink(main);
    valueOf(await repository.resetWorktree(path, base));
  });

  it('leaves no lock of a push that was killed, and one of a fetch that runs alone', async () => {
    const path = await make('pushed');
    const folder = join(root, '.git', 'refs', 'remotes');
    const left = await sandbox.write(folder, 'origin', 'wf', 'pushed.lock', '');
    const live = await sandbox.write(folder, 'backup', 'wf', 'pushed.lock', '');
    const another = await sandbox.write(folder, 'origin', 'wf', 'pushed-too.lock', '');
    const clearing = repository.clearStaleLocks(path);
    for (let i = 0; i < 3; i++) {
      await pause(200);
      await unlink(live);
      await writeFile(live, `${i}`);
    }
    assert.deepEqual(await clearing, [left]);
    for (const file of [live, another]) await unlink(file);
  });
});

describe('delivery without a remote', () => {
  const commitOnAnotherBranch = async (id: string): Promise<{ path: string; commit: string }> => {
    const path = await make(id);
    await sandbox.git(path, 'checkout', '--quiet', '-b', `other-${id}`);
    return { path, commit: await sandbox.commit(path, id, id) };
  };

  it('brings the branch to what was reached on another one', async () => {
    const { path, commit } = await commitOnAnotherBranch('strayed');
    valueOf(await repository.deliverLocally({ worktree: path, branch: 'wf/strayed', commit }));
    assert.equal(await sandbox.git(root, 'rev-parse', 'wf/strayed'), commit);
    valueOf(await repository.deliverLocally({ worktree: path, branch: 'wf/strayed', commit }));
  });

  it('makes a branch anew that a stage has deleted', async () => {
    const { path, commit } = await commitOnAnotherBranch('deleted');
    await sandbox.git(root, 'branch', '--quiet', '-D', 'wf/deleted');
    valueOf(await repository.deliverLocally({ worktree: path, branch: 'wf/deleted', commit }));
    assert.equal(await sandbox.git(root, 'rev-parse', 'wf/deleted'), commit);
  });

  it('fails when the branch has commits of its own, which stay', async () => {
    const path = await make('forked');
    const own = await sandbox.commit(path, 'own', 'own');
    await sandbox.git(path, 'checkout', '--quiet', '-b', 'other-forked', base);
    const commit = await sandbox.commit(path, 'else', 'else');
    const failure = failureOf(await repository.deliverLocally({ worktree: path, branch: 'wf/forked', commit }));
    assert.deepEqual(
      [failure.reason, failure.message.split(';')[0]],
      [
        'push_rejected',
        `branch wf/forked is at ${own.slice(0, 12)}, and the stages left ${commit.slice(0, 12)} in ${path}`,
      ],
    );
    assert.equal(await sandbox.git(root, 'rev-parse', 'wf/forked'), own);
  });
});

describe('removing a worktree', () => {
  it('takes it away whole, and its link does not lead to the loss of .wf', async () => {
    const path = await make('done');
    await sandbox.write(path, 'x.log', 'l');
    assert.deepEqual(await repository.removeWorktree(path, base), { removed: true, why: '', ignored: 1 });
    await assert.rejects(lstat(path));
    assert.equal(await readFile(join(root, '.wf', 'precious'), 'utf8'), 'x');
    assert.ok(!(await repository.listWorktrees()).some((each) => each.path === path));
    assert.equal(await sandbox.git(root, 'rev-parse', 'wf/done'), base, 'the branch stays');
  });

  it('says which of its files cannot be removed, and git has forgotten it', async (context) => {
    const path = await make('root-owned');
    await sandbox.write(path, 'build', 'held', '');
    const lock = holdFile(join(path, 'build'));
    if (lock === null) return context.skip('no file can be kept from removal here (chattr is missing)');
    const { removed, why } = await repository.removeWorktree(path, base);
    for (const name of await readdir(join(root, '.worktrees'))) lock.release(join(root, '.worktrees', name, 'build'));
    assert.equal(removed, false);
    assert.match(why, /^some of its files cannot be removed: E[A-Z]+: .*held/);
    assert.ok(!(await repository.listWorktrees()).some((each) => each.path === path));
  });

  it('is refused while anything is uncommitted or the head is another', async () => {
    const path = await make('busy');
    await sandbox.write(path, 'u', 'u');
    assert.match((await repository.removeWorktree(path, base)).why, /uncommitted changes: u/);
    const commit = await sandbox.commit(path, 'u', 'u');
    assert.match((await repository.removeWorktree(path, base)).why, new RegExp(`at ${commit.slice(0, 12)}`));
    assert.equal((await repository.removeWorktree(path, commit)).removed, true);
  });

  it('is refused for links, folders that git does not list, the main worktree and locked ones', async () => {
    const path = await make('real');
    const link = join(root, '.worktrees', 'linkto');
    await symlink(path, link);
    assert.match((await repository.removeWorktree(link, base)).why, /symbolic link/);
    await rename(join(root, '.worktrees'), join(root, '.moved'));
    await symlink(join(root, '.moved'), join(root, '.worktrees'));
    assert.match((await repository.removeWorktree(path, base)).why, /symbolic link/);
    await unlink(join(root, '.worktrees'));
    await rename(join(root, '.moved'), join(root, '.worktrees'));
    await sandbox.write(root, '.worktrees', 'plain', 'f', 'f');
    assert.match((await repository.removeWorktree(join(root, '.worktrees', 'plain'), base)).why, /does not list/);
    assert.match((await repository.removeWorktree(root, base)).why, /does not list/);
    await sandbox.git(root, 'worktree', 'lock', '--reason', 'mine', path);
    assert.match((await repository.removeWorktree(path, base)).why, /locked: mine/);
    assert.ok(await lstat(join(path, 'a.txt')));
  });

  it('is refused outside the repository while the folder around it has no marker of ours', async () => {
    const path = join(sandbox.folder, 'usb stick', 'far');
    valueOf(await repository.prepareWorktree(makeRequest(root, 'far', base, { path })));
    assert.match((await repository.removeWorktree(path, base)).why, /outside the repository, and has no file \.wf-w/);
    await sandbox.write(sandbox.folder, 'usb stick', '.wf-worktrees', '');
    assert.equal((await repository.removeWorktree(path, base)).removed, true);
  });

  it('forgets one whose folder is gone, and only that', async () => {
    const [path, other] = [await make('lost'), await make('lost2')];
    await rm(path, { recursive: true });
    await rm(other, { recursive: true });
    assert.equal((await repository.removeWorktree(path, base)).removed, true);
    const listed = (await repository.listWorktrees()).map((each) => each.path);
    assert.ok(!listed.includes(path) && listed.includes(other));
    assert.match((await repository.removeWorktree(path, base)).why, /not there/);
  });

  it('sweeps up what a removal that was cut short left aside', async () => {
    const path = await make('sweeper');
    const left = join(root, '.worktrees', '.wf0-removed-old-1');
    await sandbox.write(left, 'f', 'f');
    await symlink(join(root, '.wf'), join(left, '.wf'));
    assert.equal((await repository.removeWorktree(path, base)).removed, true);
    await assert.rejects(lstat(left));
    assert.ok(await lstat(join(root, '.wf', 'precious')));
  });
});

describe('worktrees are listed', () => {
  it('with branch and head, detached ones and the main one too', async () => {
    const path = join(sandbox.folder, 'off branch');
    await sandbox.git(root, 'worktree', 'add', '--quiet', '--detach', path);
    const listed = await repository.listWorktrees();
    assert.deepEqual(
      listed.find((each) => each.path === path),
      { path, branch: null, head: base, isGone: false },
    );
    assert.deepEqual(
      listed.find((each) => each.path === root),
      { path: root, branch: 'main', head: base, isGone: false },
    );
  });
});
