import assert from 'node:assert/strict';
import {
  access,
  chmod,
  lstat,
  mkdir,
  readFile,
  readlink,
  readdir,
  realpath,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Repository } from '../../../src/ports/git.ts';
import { makeSandbox } from '../../support/git.ts';
import type { Sandbox } from '../../support/git.ts';
import { failureOf, makeRequest, openIn, owning, valueOf } from '../../support/repository.ts';

describe('a worktree', () => {
  let sandbox: Sandbox;
  let root: string;
  let base: string;
  let repository: Repository;
  before(async () => {
    sandbox = await makeSandbox();
    root = await sandbox.makeRepository();
    base = await sandbox.commit(root, 'src/ü b.txt', 'one\n');
    repository = await openIn(sandbox, root);
    await mkdir(join(root, '.wf'));
    await repository.exclude(['.wf', '.worktrees']);
  });
  after(() => sandbox.remove());

  const branches = () => sandbox.git(root, 'for-each-ref', '--format=%(refname:short)', 'refs/heads');

  it('is made from its base, clean, on its branch, without an upstream', async () => {
    const request = makeRequest(root, 'fresh', base, { stateLink: join(root, '.wf') });
    assert.deepEqual(valueOf(await repository.prepareWorktree(request)), {
      worktree: request.path,
      branch: 'wf/fresh',
      base_commit: base,
    });
    assert.deepEqual(await repository.worktreeStatus(request.path), { head: base, changed: [], ignored: 0 });
    assert.equal(await sandbox.git(request.path, 'symbolic-ref', 'HEAD'), 'refs/heads/wf/fresh');
    assert.equal(await sandbox.git(root, 'config', '--get-regexp', '^branch\\.wf').catch(() => 'none'), 'none');
    assert.equal(await readFile(join(request.path, 'src', 'ü b.txt'), 'utf8'), 'one\n');
  });

  it('has a relative .wf link that leads to the repository’s', async () => {
    const path = join(root, '.worktrees', 'fresh');
    assert.equal(await readlink(join(path, '.wf')), '../../.wf');
    assert.equal(await realpath(join(path, '.wf')), join(root, '.wf'));
  });

  it('is taken over as it is, work and commits and all, when the journal says it is ours', async () => {
    const request = makeRequest(root, 'again', base);
    const place = valueOf(await repository.prepareWorktree(request));
    const commit = await sandbox.commit(request.path, 'done.txt', 'x\n');
    await sandbox.write(request.path, 'half.txt', 'y');
    assert.deepEqual(valueOf(await repository.prepareWorktree({ ...request, ...owning(place) })), place);
    assert.deepEqual(await repository.worktreeStatus(request.path), {
      head: commit,
      changed: ['half.txt'],
      ignored: 0,
    });
  });

  it('in which a git was killed can be committed to again: its locks are gone before the next attempt', async () => {
    const request = makeRequest(root, 'killed', base);
    const place = valueOf(await repository.prepareWorktree(request));
    const gitDir = join(root, '.git', 'worktrees', 'killed');
    for (const lock of [join(gitDir, 'index.lock'), join(root, '.git', 'refs', 'heads', 'wf', 'killed.lock')])
      await writeFile(lock, '');
    assert.deepEqual(valueOf(await repository.prepareWorktree({ ...request, ...owning(place) })), place);
    await sandbox.commit(request.path, 'done.txt', 'x\n');
  });

  it('whose folder is gone is made again on its branch, and no commit is lost', async () => {
    const request = makeRequest(root, 'gone', base);
    const place = valueOf(await repository.prepareWorktree(request));
    const commit = await sandbox.commit(request.path, 'done.txt', 'x\n');
    await rm(request.path, { recursive: true });
    assert.deepEqual(valueOf(await repository.prepareWorktree({ ...request, ...owning(place) })), place);
    assert.deepEqual(await repository.worktreeStatus(request.path), { head: commit, changed: [], ignored: 0 });
  });

  it('whose folder is gone does not take the registrations of others with it', async () => {
    const far = join(sandbox.folder, 'usb stick');
    await sandbox.git(root, 'worktree', 'add', '--quiet', '--detach', far);
    await rename(far, `${far} unplugged`);
    const request = makeRequest(root, 'gone2', base);
    const place = valueOf(await repository.prepareWorktree(request));
    await rm(request.path, { recursive: true });
    valueOf(await repository.prepareWorktree({ ...request, ...owning(place) }));
    assert.ok((await repository.listWorktrees()).some(({ path }) => path === far));
  });

  it('that was made but never reported is known by the mark of its owner', async () => {
    const request = makeRequest(root, 'unreported', base);
    const place = valueOf(await repository.prepareWorktree(request));
    assert.deepEqual(valueOf(await repository.prepareWorktree(request)), place);
    const stranger = failureOf(await repository.prepareWorktree({ ...request, owner: 'b2/unreported' }));
    assert.equal(stranger.reason, 'not_ours');
    const later = { ...request, owner: 'b2/unreported', earlierOwners: ['b0/unreported', request.owner] };
    assert.deepEqual(valueOf(await repository.prepareWorktree(later)), place);
  });

  it('of which only the branch was made is finished', async () => {
    const request = makeRequest(root, 'cut1', base);
    await sandbox.git(
      root,
      'update-ref',
      '--create-reflog',
      '-m',
      'wf0-batch: made for b1/cut1',
      'refs/heads/wf/cut1',
      base,
      '',
    );
    valueOf(await repository.prepareWorktree(request));
    assert.deepEqual(await repository.worktreeStatus(request.path), { head: base, changed: [], ignored: 0 });
  });

  it('whose checkout was cut short is finished', async () => {
    const request = makeRequest(root, 'cut2', base);
    await sandbox.git(
      root,
      'update-ref',
      '--create-reflog',
      '-m',
      'wf0-batch: made for b1/cut2',
      'refs/heads/wf/cut2',
      base,
      '',
    );
    await sandbox.git(root, 'worktree', 'add', '--quiet', '--no-checkout', request.path, 'wf/cut2');
    const gitDir = join(root, '.git', 'worktrees', 'cut2');
    await writeFile(join(gitDir, 'index.lock'), '');
    await writeFile(join(gitDir, 'locked'), 'initializing');
    await sandbox.write(request.path, 'README.md', 'hel');
    valueOf(await repository.prepareWorktree(request));
    assert.deepEqual(await repository.worktreeStatus(request.path), { head: base, changed: [], ignored: 0 });
    assert.equal(await access(join(gitDir, 'locked')).catch(() => 'gone'), 'gone');
  });

  it('whose registration was cut short before its folder was there is made', async () => {
    const request = makeRequest(root, 'cut3', base);
    await sandbox.git(
      root,
      'update-ref',
      '--create-reflog',
      '-m',
      'wf0-batch: made for b1/cut3',
      'refs/heads/wf/cut3',
      base,
      '',
    );
    await sandbox.git(root, 'worktree', 'add', '--quiet', '--no-checkout', request.path, 'wf/cut3');
    await writeFile(join(root, '.git', 'worktrees', 'cut3', 'locked'), 'initializing');
    await rm(request.path, { recursive: true });
    valueOf(await repository.prepareWorktree(request));
    assert.deepEqual(await repository.worktreeStatus(request.path), { head: base, changed: [], ignored: 0 });
  });

  it('whose registration was cut short at any file of it is made', async () => {
    const cuts = ['gitdir', 'commondir', 'HEAD', '.git', 'zeros'] as const;
    for (const cut of cuts) {
      const id = `cut-${cut.replace('.', '')}`;
      const request = makeRequest(root, id, base);
      const mark = `wf0-batch: made for b1/${id}`;
      await sandbox.git(root, 'update-ref', '--create-reflog', '-m', mark, `refs/heads/wf/${id}`, base, '');
      await sandbox.git(root, 'worktree', 'add', '--quiet', '--no-checkout', request.path, `wf/${id}`);
      const gitDir = join(root, '.git', 'worktrees', id);
      await writeFile(join(gitDir, 'locked'), 'initializing');
      await writeFile(join(gitDir, 'HEAD.lock'), '');
      if (cut === 'zeros') await writeFile(join(gitDir, 'HEAD'), `${'0'.repeat(40)}\n`);
      else await writeFile(join(cut === '.git' ? request.path : gitDir, cut), '');
      const stranger = failureOf(await repository.prepareWorktree({ ...request, owner: 'b2/other' }));
      assert.equal(stranger.reason, 'not_ours', cut);
      valueOf(await repository.prepareWorktree(request));
      assert.deepEqual(await repository.worktreeStatus(request.path), { head: base, changed: [], ignored: 0 }, cut);
      const listed = (await repository.listWorktrees()).filter(({ path }) => path === request.path);
      assert.equal(listed.length, 1, cut);
    }
  });

  it('is made, listed and removed although another’s registration was cut short', async () => {
    const victim = makeRequest(root, 'victim', base);
    valueOf(await repository.prepareWorktree(victim));
    for (const then of ['add', 'list', 'remove'] as const) {
      const broken = join(root, '.git', 'worktrees', `broken ${then}`);
      await sandbox.write(broken, 'gitdir', `${join(root, 'nowhere', '.git')}\n`);
      await sandbox.write(broken, 'commondir', '');
      await sandbox.write(broken, 'HEAD', `${base}\n`);
      await sandbox.write(broken, 'locked', 'initializing');
      await assert.rejects(sandbox.git(root, 'worktree', 'list'), /commondir/);
      if (then === 'add') valueOf(await repository.prepareWorktree(makeRequest(root, 'beside', base)));
      if (then === 'list') assert.ok((await repository.listWorktrees()).length > 1);
      if (then === 'remove') assert.equal((await repository.removeWorktree(victim.path, base)).removed, true);
      await assert.rejects(lstat(broken), then);
    }
  });

  it('that was never reported moves to the new base when the base has moved meanwhile', async () => {
    const request = makeRequest(root, 'moved', base);
    valueOf(await repository.prepareWorktree(request));
    const newer = await sandbox.git(root, 'commit-tree', `${base}^{tree}`, '-p', base, '-m', 'newer');
    const place = valueOf(await repository.prepareWorktree({ ...request, base: newer }));
    assert.equal(place.base_commit, newer);
    assert.deepEqual(await repository.worktreeStatus(request.path), { head: newer, changed: [], ignored: 0 });
  });

  it('is refused when a branch of that name exists and is not ours; the branch stays', async () => {
    await sandbox.git(root, 'branch', 'wf/theirs');
    const failure = failureOf(await repository.prepareWorktree(makeRequest(root, 'theirs', base)));
    assert.equal(failure.reason, 'not_ours');
    assert.match(failure.message, /git branch -m wf\/theirs/);
    assert.match(await branches(), /wf\/theirs/);
    assert.equal(await access(join(root, '.worktrees', 'theirs')).catch(() => 'gone'), 'gone');
  });

  it('is refused when a branch stands in the way of its name', async () => {
    await sandbox.git(root, 'branch', 'block');
    const failure = failureOf(await repository.prepareWorktree(makeRequest(root, 'x', base, { branch: 'block/x' })));
    assert.equal(failure.reason, 'not_ours');
    assert.match(failure.message, /branch block stands in the way/);
  });

  it('is refused when a folder that git does not list is there, with or without the journal’s word', async () => {
    const request = makeRequest(root, 'folder', base);
    await sandbox.write(request.path, 'precious.txt', 'x');
    const owned = { worktree: request.path, branch: request.branch, base_commit: base };
    for (const asked of [request, { ...request, owned, restart: true }]) {
      assert.equal(failureOf(await repository.prepareWorktree(asked)).reason, 'not_ours');
      assert.equal(await readFile(join(request.path, 'precious.txt'), 'utf8'), 'x');
    }
    assert.doesNotMatch(await branches(), /wf\/folder/);
  });

  it('is refused when the user has a worktree there', async () => {
    const path = join(root, '.worktrees', 'users');
    await sandbox.git(root, 'worktree', 'add', '--quiet', '-b', 'wf/users', path);
    assert.equal(failureOf(await repository.prepareWorktree(makeRequest(root, 'users', base))).reason, 'not_ours');
  });

  it('is refused when its path, or the folder above, is a link; nothing is written through it', async () => {
    const target = join(sandbox.folder, 'target');
    await mkdir(target);
    await symlink(target, join(root, '.worktrees', 'linked'));
    await symlink(target, join(root, 'elsewhere'));
    for (const path of [join(root, '.worktrees', 'linked'), join(root, 'elsewhere', 'w')]) {
      const failure = failureOf(await repository.prepareWorktree(makeRequest(root, 'linked', base, { path })));
      assert.equal(failure.reason, 'not_ours');
      assert.match(failure.message, /symbolic link/);
    }
    assert.deepEqual(await readdir(target), []);
    await rm(join(root, 'elsewhere'));
    assert.doesNotMatch(await branches(), /wf\/linked/);
  });

  it('is refused when the base is not there, and leaves no branch', async () => {
    const failure = failureOf(await repository.prepareWorktree(makeRequest(root, 'nobase', '1'.repeat(40))));
    assert.equal(failure.reason, 'base_missing');
    assert.doesNotMatch(await branches(), /nobase/);
  });

  it('leaves no branch behind when it cannot be registered', async () => {
    const path = join(root, 'README.md', 'w');
    const outcome = await repository
      .prepareWorktree(makeRequest(root, 'stuck', base, { path }))
      .catch((error: Error) => error);
    assert.ok(outcome instanceof Error || !outcome.ok);
    assert.doesNotMatch(await branches(), /wf\/stuck/);
    await mkdir(join(root, '.git', 'worktrees'), { recursive: true });
    const locked = makeRequest(root, 'held', base);
    await sandbox.git(root, 'worktree', 'add', '--quiet', '--detach', locked.path);
    await sandbox.git(root, 'worktree', 'lock', '--reason', 'mine', locked.path);
    await rm(locked.path, { recursive: true });
    assert.equal(failureOf(await repository.prepareWorktree(locked)).reason, 'worktree');
    assert.doesNotMatch(await branches(), /wf\/held/);
    assert.ok((await repository.listWorktrees()).some(({ path: each }) => each === locked.path));
  });

  it('does not get a .wf link where the repository tracks its own', async () => {
    const own = await sandbox.makeRepository('tracks');
    const commit = await sandbox.commit(own, '.wf/config.json', '{}');
    const request = makeRequest(own, 'w', commit, { stateLink: join(own, '.wf') });
    valueOf(await (await openIn(sandbox, own)).prepareWorktree(request));
    assert.deepEqual(await readdir(join(request.path, '.wf')), ['config.json']);
  });

  it('restarted begins at its base, and what was there is kept under a ref', async () => {
    const request = makeRequest(root, 'rerun', base);
    const place = valueOf(await repository.prepareWorktree(request));
    const commit = await sandbox.commit(request.path, 'done.txt', 'x\n');
    await sandbox.write(request.path, 'half.txt', 'half');
    await sandbox.git(request.path, 'checkout', '--quiet', '--detach');
    const again = { ...request, ...owning(place), restart: true };
    assert.deepEqual(valueOf(await repository.prepareWorktree(again)), place);
    assert.deepEqual(await repository.worktreeStatus(request.path), { head: base, changed: [], ignored: 0 });
    assert.equal(await sandbox.git(request.path, 'symbolic-ref', 'HEAD'), 'refs/heads/wf/rerun');
    assert.equal(await sandbox.git(root, 'show', `${request.saveAs}:half.txt`), 'half');
    assert.equal(await sandbox.git(root, 'rev-parse', `${request.saveAs}^`), commit);
  });

  it('restarted twice under the same name keeps both, commits alone too', async () => {
    const request = makeRequest(root, 'rerun2', base);
    const place = valueOf(await repository.prepareWorktree(request));
    const again = { ...request, ...owning(place), restart: true };
    const first = await sandbox.commit(request.path, 'a', '1');
    valueOf(await repository.prepareWorktree(again));
    const second = await sandbox.commit(request.path, 'a', '2');
    valueOf(await repository.prepareWorktree(again));
    assert.equal(await sandbox.git(root, 'rev-parse', request.saveAs), first);
    assert.equal(await sandbox.git(root, 'rev-parse', `${request.saveAs}-2`), second);
  });

  it('restarted in the middle of a rebase is whole again', async () => {
    const request = makeRequest(root, 'rebasing', base);
    const place = valueOf(await repository.prepareWorktree(request));
    await sandbox.commit(request.path, 'README.md', 'mine\n');
    const other = await sandbox.git(root, 'commit-tree', `${base}^{tree}`, '-p', base, '-m', 'other');
    await sandbox.git(request.path, 'checkout', '--quiet', '-b', 'side', other);
    await sandbox.commit(request.path, 'README.md', 'theirs\n');
    await sandbox.git(request.path, 'checkout', '--quiet', 'wf/rebasing');
    await assert.rejects(sandbox.git(request.path, 'rebase', 'side'));
    valueOf(await repository.prepareWorktree({ ...request, ...owning(place), restart: true }));
    assert.deepEqual(await repository.worktreeStatus(request.path), { head: base, changed: [], ignored: 0 });
    assert.match(await sandbox.git(request.path, 'status'), /On branch wf\/rebasing\nnothing to commit/);
  });

  it('runs no hook of the user while it is made', async () => {
    const own = await sandbox.makeRepository('hooks');
    const seen = join(sandbox.folder, 'seen');
    for (const hook of ['post-checkout', 'reference-transaction', 'post-index-change']) {
      await writeFile(join(own, '.git', 'hooks', hook), `#!/bin/sh\necho ${hook} >> '${seen}'\nexit 1\n`);
      await chmod(join(own, '.git', 'hooks', hook), 0o755);
    }
    const hooked = await openIn(sandbox, own);
    const commit = await sandbox.git(own, 'rev-parse', 'HEAD');
    const request = makeRequest(own, 'w', commit);
    const place = valueOf(await hooked.prepareWorktree(request));
    await writeFile(join(request.path, 'x'), 'x');
    valueOf(await hooked.prepareWorktree({ ...request, ...owning(place), restart: true }));
    await hooked.pinDelivered('w', commit);
    assert.equal((await hooked.removeWorktree(request.path, commit)).removed, true);
    assert.equal(await readFile(seen, 'utf8').catch(() => 'none'), 'none');
  });

  it('twelve at once under one lock all stand, and all leave', async () => {
    const requests = Array.from({ length: 12 }, (_, number) =>
      makeRequest(root, `par${number}`, base, { stateLink: join(root, '.wf') }),
    );
    const made = await Promise.all(requests.map((request) => repository.prepareWorktree(request)));
    assert.deepEqual(
      made.filter((each) => !each.ok),
      [],
    );
    const listed = await repository.listWorktrees();
    for (const { path, branch } of requests)
      assert.ok(listed.some((each) => each.path === path && each.branch === branch));
    const removed = await Promise.all(requests.map(({ path }) => repository.removeWorktree(path, base)));
    assert.deepEqual(
      removed.filter((each) => !each.removed),
      [],
    );
    assert.ok((await lstat(join(root, '.wf'))).isDirectory());
    const left = (await readdir(join(root, '.worktrees'))).filter((name) => /^par|^\.wf0/.test(name));
    assert.deepEqual(left, []);
  });

  it('whose checkout fails is taken back whole, with its branch', async () => {
    const own = await sandbox.makeRepository('filters');
    const commit = await sandbox.commit(own, '.gitattributes', '*.md filter=broken\n');
    await sandbox.git(own, 'config', 'filter.broken.smudge', 'false');
    await sandbox.git(own, 'config', 'filter.broken.required', 'true');
    const filtered = await openIn(sandbox, own);
    const request = makeRequest(own, 'w', commit);
    const failure = failureOf(await filtered.prepareWorktree(request));
    assert.equal(failure.reason, 'worktree');
    assert.match(failure.message, /checkout failed: .*filter/);
    await assert.rejects(lstat(request.path));
    assert.equal(await sandbox.git(own, 'for-each-ref', '--format=%(refname)'), 'refs/heads/main');
    assert.equal((await filtered.listWorktrees()).length, 1);
    await sandbox.git(own, 'config', 'filter.broken.smudge', 'cat');
    valueOf(await filtered.prepareWorktree(request));
  });

  it('is made in a repository with SHA-256 ids', async () => {
    const own = join(sandbox.folder, 'long ids');
    await sandbox.git(sandbox.folder, 'init', '--quiet', '-b', 'main', '--object-format=sha256', own);
    const commit = await sandbox.commit(own, 'f', 'f');
    const longer = await openIn(sandbox, own);
    const request = makeRequest(own, 'w', commit);
    const place = valueOf(await longer.prepareWorktree(request));
    await sandbox.write(request.path, 'half', 'h');
    valueOf(await longer.prepareWorktree({ ...request, ...owning(place), restart: true }));
    assert.equal(await sandbox.git(own, 'show', `${request.saveAs}:half`), 'h');
    await longer.pinDelivered('w', commit);
    assert.equal((await longer.removeWorktree(request.path, commit)).removed, true);
  });

  it('is made although a killed git left the lock of its branch', async () => {
    const request = makeRequest(root, 'stale', base);
    await mkdir(join(root, '.git', 'refs', 'heads', 'wf'), { recursive: true });
    await writeFile(join(root, '.git', 'refs', 'heads', 'wf', 'stale.lock'), '');
    valueOf(await repository.prepareWorktree(request));
  });

  it('outlasts a lock file that another git holds for a moment', async () => {
    const request = makeRequest(root, 'contended', base);
    const lock = join(root, '.git', 'refs', 'heads', 'wf', 'contended.lock');
    await mkdir(join(root, '.git', 'refs', 'heads', 'wf'), { recursive: true });
    await writeFile(lock, '');
    const timer = setTimeout(() => void rm(lock), 60);
    valueOf(await repository.prepareWorktree(request));
    clearTimeout(timer);
  });
});
