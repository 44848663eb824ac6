import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import type { RemoteView, Repository } from '../../../src/ports/git.ts';
import { makeSandbox } from '../../support/git.ts';
import type { Sandbox } from '../../support/git.ts';
import { failureOf, makeMutex, openIn, valueOf } from '../../support/repository.ts';

let sandbox: Sandbox;
before(async () => {
  sandbox = await makeSandbox();
});
after(() => sandbox.remove());

const noRemote: RemoteView = { remote: null, fetchedAt: 0, heads: {}, defaultBranch: null, warning: null };

/** A repository with a remote of its own name, and a look that is never re-used. */
async function setUp(name: string) {
  const root = await sandbox.makeRepository(name);
  const remote = await sandbox.makeBareRemote({ name: `${name}.git`, from: root });
  const repository = await openIn(sandbox, root, { networkTimeoutMs: 5000 });
  const file = join(sandbox.folder, `${name}.json`);
  const look = (maxAgeMs = 0) => repository.lookAtRemote({ remote: 'origin', file, maxAgeMs });
  return { root, remote, repository, file, look };
}

/** Another person's clone, who pushes a commit to main. */
async function pushAsEve(remote: string, name: string): Promise<string> {
  const clone = join(sandbox.folder, `eve ${name}`);
  await sandbox.git(sandbox.folder, 'clone', '--quiet', remote, clone);
  const commit = await sandbox.commit(clone, 'eve.txt', `${name}\n`);
  await sandbox.git(clone, 'push', '--quiet', 'origin', 'HEAD');
  return commit;
}

/** Whether a process runs; one that has ended but was not collected yet does not. */
async function lives(pid: number): Promise<boolean> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z');
}

describe('a look at the remote', () => {
  it('tells branches and default branch, and is kept for its owner alone', async () => {
    const { root, look, file } = await setUp('look');
    await sandbox.git(root, 'push', '--quiet', 'origin', 'main:feat/x');
    const commit = await sandbox.git(root, 'rev-parse', 'HEAD');
    const view = await look();
    assert.deepEqual(
      { ...view, fetchedAt: 0 },
      {
        remote: 'origin',
        fetchedAt: 0,
        heads: { main: commit, 'feat/x': commit },
        defaultBranch: 'main',
        warning: null,
      },
    );
    assert.ok(Math.abs(view.fetchedAt - Date.now()) < 60_000);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
  });

  it('is shared by all who look at once, and used again while it is young', async () => {
    const { root, remote, file } = await setUp('share');
    let holding = 0;
    const mutex = makeMutex();
    const seen = join(sandbox.folder, 'looks');
    const script = await sandbox.write(
      sandbox.folder,
      'upload-pack',
      `#!/bin/sh\necho look >> '${seen}'\nexec git upload-pack "$@"\n`,
    );
    await chmod(script, 0o755);
    await sandbox.git(root, 'config', 'remote.origin.uploadpack', `'${script}'`);
    const fetchLock = <T>(body: () => Promise<T>) => mutex(() => ((holding += 1), body()));
    const many = await Promise.all(Array.from({ length: 4 }, () => openIn(sandbox, root, { fetchLock })));
    const views = await Promise.all(
      many.map((each) => each.lookAtRemote({ remote: 'origin', file, maxAgeMs: 60_000 })),
    );
    assert.equal(await readFile(seen, 'utf8'), 'look\n');
    assert.equal(holding, 4);
    assert.equal(new Set(views.map((view) => view.fetchedAt)).size, 1);
    await rename(remote, `${remote} away`);
    assert.equal((await many[0]?.lookAtRemote({ remote: 'origin', file, maxAgeMs: 60_000 }))?.warning, null);
  });

  it('that fails gives the last known state and says so; without any, what local refs remember', async () => {
    const { remote, look, repository, file, root } = await setUp('fails');
    const known = await look();
    await rename(remote, `${remote} away`);
    const failed = await look();
    assert.deepEqual({ ...failed, warning: null }, known);
    assert.match(failed.warning ?? '', /origin cannot be reached/);
    const recalled = await repository.lookAtRemote({ remote: 'origin', file: `${file}2`, maxAgeMs: 0 });
    assert.deepEqual({ ...recalled, warning: null }, { ...known, fetchedAt: 0, defaultBranch: null });
    const base = valueOf(await repository.resolveBase({ branch: null, view: recalled }));
    assert.equal(base.commit, await sandbox.git(root, 'rev-parse', 'main'));
    assert.match(base.notes.join(), /cannot be reached/);
  });

  it('at a remote that hangs is cut off, and nothing of it is left running', async () => {
    const { root, file } = await setUp('hangs');
    const pidFile = join(sandbox.folder, 'hang.pid');
    const script = await sandbox.write(
      sandbox.folder,
      'hang',
      `#!/bin/sh\ntrap '' INT TERM HUP\necho $$ > '${pidFile}'\nexec sleep 600\n`,
    );
    await chmod(script, 0o755);
    await sandbox.git(root, 'config', 'remote.origin.uploadpack', `'${script}'`);
    const repository = await openIn(sandbox, root, { networkTimeoutMs: 300 });
    const began = performance.now();
    const view = await repository.lookAtRemote({ remote: 'origin', file, maxAgeMs: 60_000 });
    assert.ok(performance.now() - began < 5000);
    assert.match(view.warning ?? '', /no answer in 0\.3 s/);
    const pid = Number(await readFile(pidFile, 'utf8'));
    assert.equal(await lives(pid), false);
    assert.match(
      (await repository.lookAtRemote({ remote: 'origin', file, maxAgeMs: 60_000 })).warning ?? '',
      /no answer/,
      'the failure is kept: the next does not wait',
    );
  });

  it('at a remote that is not configured is none, even if a folder has its name', async () => {
    const { repository, file, root } = await setUp('none');
    await sandbox.git(root, 'init', '--quiet', '--bare', 'backup');
    assert.deepEqual(await repository.lookAtRemote({ remote: 'backup', file, maxAgeMs: 0 }), noRemote);
  });

  it('starts over when the file cannot be read as a view', async () => {
    const { look, file } = await setUp('torn');
    for (const text of ['', '{', 'null', '{"version":2}']) {
      await writeFile(file, text);
      assert.equal((await look(60_000)).warning, null);
    }
  });
});

describe('the base of a work', () => {
  it('is the remote’s default branch as it is now, fetched into a private ref; no other ref moves', async () => {
    const { root, remote, repository, look } = await setUp('base');
    const local = await sandbox.git(root, 'rev-parse', 'main');
    const newer = await pushAsEve(remote, 'base');
    const base = valueOf(await repository.resolveBase({ branch: null, view: await look() }));
    assert.deepEqual(base, { commit: newer, notes: [] });
    assert.equal(await sandbox.git(root, 'rev-parse', 'refs/wf/remote/origin/main'), newer);
    assert.equal(await sandbox.git(root, 'rev-parse', 'refs/remotes/origin/main'), local);
    await assert.rejects(stat(join(root, '.git', 'FETCH_HEAD')));
  });

  it('is the remote’s even when the local branch is ahead, which is said', async () => {
    const { root, repository, look } = await setUp('ahead');
    const remote = await sandbox.git(root, 'rev-parse', 'main');
    await sandbox.commit(root, 'l', 'local');
    const base = valueOf(await repository.resolveBase({ branch: 'main', view: await look() }));
    assert.equal(base.commit, remote);
    assert.match(base.notes.join(), /local branch main has a commit that origin\/main lacks/);
  });

  it('is found where refs are packed', async () => {
    const { root, repository, look } = await setUp('packed');
    await sandbox.git(root, 'pack-refs', '--all', '--prune');
    const commit = await sandbox.git(root, 'rev-parse', 'main');
    assert.deepEqual(valueOf(await repository.resolveBase({ branch: null, view: await look() })), {
      commit,
      notes: [],
    });
  });

  it('is the local branch if the remote has none of that name', async () => {
    const { root, repository, look } = await setUp('local');
    await sandbox.git(root, 'checkout', '--quiet', '-b', 'dev');
    const commit = await sandbox.commit(root, 'd', 'dev');
    assert.deepEqual(valueOf(await repository.resolveBase({ branch: 'dev', view: await look() })), {
      commit,
      notes: [],
    });
  });

  it('without a remote is the current branch, or HEAD’s commit off any branch', async () => {
    const root = await sandbox.makeRepository('alone');
    const repository = await openIn(sandbox, root);
    await sandbox.git(root, 'checkout', '--quiet', '-b', 'topic');
    const commit = await sandbox.commit(root, 't', 't');
    assert.deepEqual(valueOf(await repository.resolveBase({ branch: null, view: noRemote })), { commit, notes: [] });
    await sandbox.git(root, 'checkout', '--quiet', '--detach', 'main');
    const base = valueOf(await repository.resolveBase({ branch: null, view: noRemote }));
    assert.equal(base.commit, await sandbox.git(root, 'rev-parse', 'main'));
    assert.match(base.notes.join(), /HEAD is on no branch/);
  });

  it('may be named by a tag', async () => {
    const root = await sandbox.makeRepository('tagged');
    await sandbox.git(root, 'tag', '-a', '-m', 'one', 'v1');
    const base = valueOf(await (await openIn(sandbox, root)).resolveBase({ branch: 'v1', view: noRemote }));
    assert.equal(base.commit, await sandbox.git(root, 'rev-parse', 'main'));
  });

  it('is missing in a repository without commits, and when its branch is nowhere', async () => {
    const root = join(sandbox.folder, 'unborn');
    await sandbox.git(sandbox.folder, 'init', '--quiet', '-b', 'main', root);
    const unborn = failureOf(await (await openIn(sandbox, root)).resolveBase({ branch: null, view: noRemote }));
    assert.equal(unborn.reason, 'base_missing');
    assert.match(unborn.message, /no commit/);
    const { repository, look } = await setUp('nowhere');
    const nowhere = failureOf(await repository.resolveBase({ branch: 'no-such', view: await look() }));
    assert.equal(nowhere.reason, 'base_missing');
    assert.match(nowhere.message, /no-such does not exist here or at origin/);
    assert.equal(
      failureOf(await repository.resolveBase({ branch: 'constructor', view: await look() })).reason,
      'base_missing',
    );
  });

  it('that cannot be fetched is the last known commit, which is said', async () => {
    const { root, remote, repository, look } = await setUp('cut');
    const known = await sandbox.git(root, 'rev-parse', 'main');
    await pushAsEve(remote, 'cut');
    const view = await look();
    await rename(remote, `${remote} away`);
    const base = valueOf(await repository.resolveBase({ branch: null, view }));
    assert.equal(base.commit, known);
    assert.match(base.notes.join(), /cannot be fetched/);
  });
});

describe('several bases', () => {
  let root: string;
  let repository: Repository;
  let start: string;
  const branch = async (name: string, file: string, text: string): Promise<string> => {
    await sandbox.git(root, 'checkout', '--quiet', '-b', name, start);
    return sandbox.commit(root, file, text);
  };
  before(async () => {
    root = await sandbox.makeRepository('merging');
    start = await sandbox.git(root, 'rev-parse', 'HEAD');
    repository = await openIn(sandbox, root);
  });

  it('are merged to the same commit each time, whoever and wherever', async () => {
    const commits = [
      await branch('m1', 'one', '1\n'),
      await branch('m2', 'two', '2\n'),
      await branch('m3', 'three', '3\n'),
    ];
    const first = valueOf(await repository.mergeBases(commits)).commit;
    const other = await openIn(sandbox, root, {
      env: { ...sandbox.env, GIT_AUTHOR_NAME: 'Bob', TZ: 'Asia/Tokyo', LC_ALL: 'C.UTF-8' },
    });
    assert.equal(valueOf(await other.mergeBases(commits)).commit, first);
    const files = await sandbox.git(root, 'ls-tree', '--name-only', first);
    assert.deepEqual(files.split('\n'), ['README.md', 'one', 'three', 'two']);
    assert.equal(
      await sandbox.git(root, 'show', '-s', '--format=%an <%ae> %cn %cI', first),
      'wf0-batch <wf0-batch@localhost> wf0-batch 2026-01-02T03:04:05+00:00',
    );
    assert.equal(await sandbox.git(root, 'status', '--porcelain'), '');
  });

  it('that hold each other need no merge', async () => {
    const one = await sandbox.git(root, 'rev-parse', 'm1');
    for (const commits of [[one], [one, start], [start, one], [one, one, start]])
      assert.equal(valueOf(await repository.mergeBases(commits)).commit, one);
  });

  it('that conflict are a failure that names each file', async () => {
    const commits = [await branch('c1', 'same ü.txt', 'left\n'), await branch('c2', 'same ü.txt', 'right\n')];
    const result = await repository.mergeBases(commits);
    assert.ok(!result.ok && result.failure.reason === 'base_conflict');
    assert.deepEqual(result.failure.files, ['same ü.txt']);
    assert.match(result.failure.message, /same ü\.txt/);
  });

  it('of which one is not here are missing', async () => {
    assert.equal(failureOf(await repository.mergeBases([start, '1'.repeat(40)])).reason, 'base_missing');
  });
});
