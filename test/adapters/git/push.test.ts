import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import type { Repository } from '../../../src/ports/git.ts';
import { makeSandbox } from '../../support/git.ts';
import type { Sandbox } from '../../support/git.ts';
import { makeRequest, openIn, valueOf } from '../../support/repository.ts';

let sandbox: Sandbox;
let root: string;
let remote: string;
let base: string;
let repository: Repository;
before(async () => {
  sandbox = await makeSandbox();
  root = await sandbox.makeRepository();
  remote = await sandbox.makeBareRemote({ from: root });
  base = await sandbox.git(root, 'rev-parse', 'HEAD');
  repository = await openIn(sandbox, root, { networkTimeoutMs: 5000 });
});
after(() => sandbox.remove());

/** A worktree with one commit, and a push of it. */
async function makeWork(id: string) {
  const { worktree, branch } = valueOf(await repository.prepareWorktree(makeRequest(root, id, base)));
  const commit = await sandbox.commit(worktree, `${id}.txt`, id);
  const push = (seen: string | null, over: { commit?: string; timeoutMs?: number; by?: Repository } = {}) =>
    (over.by ?? repository).push({
      worktree,
      remote: 'origin',
      branch,
      seen,
      commit: over.commit ?? commit,
      timeoutMs: over.timeoutMs ?? 20_000,
    });
  const there = () => sandbox.git(remote, 'rev-parse', `refs/heads/${branch}`);
  return { worktree, branch, commit, push, there };
}

/** Another person moves the branch on the remote. */
async function intrude(branch: string): Promise<string> {
  const clone = join(sandbox.folder, `eve ${branch.replaceAll('/', ' ')}`);
  await sandbox.git(sandbox.folder, 'clone', '--quiet', remote, clone);
  await sandbox.git(clone, 'config', 'user.name', 'Eve');
  await sandbox.write(clone, 'eve.txt', 'eve');
  await sandbox.git(clone, 'add', '.');
  await sandbox.git(clone, 'commit', '--quiet', '--author', 'Eve <eve@example.com>', '-m', 'I was first');
  await sandbox.git(clone, 'push', '--quiet', '--force', 'origin', `HEAD:refs/heads/${branch}`);
  return sandbox.git(clone, 'rev-parse', 'HEAD');
}

async function hook(folder: string, name: string, script: string): Promise<() => Promise<void>> {
  const path = await sandbox.write(folder, 'hooks', name, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return () => rm(path);
}

/** Whether a process runs; one that has ended but was not collected yet does not. */
async function lives(pid: number): Promise<boolean> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z');
}

describe('a push', () => {
  it('makes the branch, moves it from where it was left, and repeats without harm', async () => {
    const { push, worktree, commit, there } = await makeWork('one');
    assert.deepEqual(await push(null), { kind: 'pushed' });
    assert.deepEqual(await push(null), { kind: 'pushed' }, 'the remote holds it already');
    const next = await sandbox.commit(worktree, 'more', 'm');
    assert.deepEqual(await push(commit, { commit: next }), { kind: 'pushed' });
    assert.equal(await there(), next);
    assert.deepEqual(
      await push(next, { commit }),
      { kind: 'pushed' },
      'a rerun may go back, from where this work left it',
    );
    assert.equal(await there(), commit);
    assert.equal(await sandbox.git(root, 'config', '--get-regexp', '^branch\\.wf').catch(() => 'none'), 'none');
  });

  it('is rejected where it expected nothing, names who is ahead, and leaves the other’s commit', async () => {
    const { push, branch, there } = await makeWork('intruded');
    const eve = await intrude(branch);
    const outcome = await push(null);
    assert.equal(outcome.kind, 'rejected');
    assert.match(
      outcome.kind === 'rejected' ? outcome.message : '',
      new RegExp(`origin/${branch} is at ${eve.slice(0, 12)} by Eve: "I was first"; it was not expected to exist`),
    );
    assert.equal(await there(), eve);
  });

  it('is rejected after another moved or deleted the branch, even if our tracking ref was refreshed', async () => {
    const { push, branch, commit, worktree, there } = await makeWork('moved');
    await push(null);
    const next = await sandbox.commit(worktree, 'n', 'n');
    const eve = await intrude(branch);
    await sandbox.git(root, 'fetch', '--quiet', 'origin');
    const outcome = await push(commit, { commit: next });
    assert.match(
      outcome.kind === 'rejected' ? outcome.message : outcome.kind,
      new RegExp(`this work left it at ${commit.slice(0, 12)}`),
    );
    assert.equal(await there(), eve);
    await sandbox.git(remote, 'update-ref', '-d', `refs/heads/${branch}`);
    const deleted = await push(commit, { commit: next });
    assert.match(deleted.kind === 'rejected' ? deleted.message : deleted.kind, /was deleted/);
  });

  it('runs the user’s pre-push hook in the worktree with the user’s variables', async () => {
    const { push, worktree, commit, branch } = await makeWork('hooked');
    const seen = join(sandbox.folder, 'hook seen');
    const undo = await hook(
      join(root, '.git'),
      'pre-push',
      `echo "$PWD|$GIT_SSH_COMMAND|$MY_OWN|$WF_ATTEMPT_TOKEN" > '${seen}'; cat >> '${seen}'`,
    );
    const by = await openIn(sandbox, root, {
      env: { ...sandbox.env, MY_OWN: 'mine', GIT_SSH_COMMAND: 'ssh -x', EDITOR: 'vi', GIT_ASKPASS: 'true' },
    });
    assert.deepEqual(await push(null, { by: by.forAttempt('token 7') }), { kind: 'pushed' });
    const [heading, refs] = (await readFile(seen, 'utf8')).split('\n');
    assert.equal(heading, `${worktree}|ssh -x|mine|token 7`);
    assert.match(refs ?? '', new RegExp(`^${commit} ${commit} refs/heads/${branch} 0+$`));
    await undo();
  });

  it('is refused by a hook here or there, with its words', async () => {
    const { push, branch } = await makeWork('refused');
    const undoLocal = await hook(join(root, '.git'), 'pre-push', 'echo 3 failed; echo tests are red >&2; exit 1');
    const local = await push(null);
    assert.deepEqual(local, { kind: 'refused', message: '3 failed\ntests are red' });
    await undoLocal();
    const undoRemote = await hook(remote, 'pre-receive', 'echo no ticket number; exit 1');
    const there = await push(null);
    assert.match(there.kind === 'refused' ? there.message : there.kind, /no ticket number/);
    await undoRemote();
    assert.equal((await repository.remoteHead('origin', branch)).reached, true);
    assert.deepEqual(await push(null), { kind: 'pushed' });
  });

  it('whose hook leaves a program running ends all the same', async () => {
    const { push } = await makeWork('lingers');
    const pidFile = join(sandbox.folder, 'linger.pid');
    const undo = await hook(join(root, '.git'), 'pre-push', `sleep 600 & echo $! > '${pidFile}'`);
    assert.deepEqual(await push(null), { kind: 'pushed' });
    process.kill(Number(await readFile(pidFile, 'utf8')));
    await undo();
  });

  it('past its time is cut off with all that it started', async () => {
    const { push } = await makeWork('slow');
    const pidFile = join(sandbox.folder, 'slow.pid');
    const undo = await hook(
      join(root, '.git'),
      'pre-push',
      `trap '' INT TERM; echo $$ > '${pidFile}'; sleep 600; sleep 600`,
    );
    const outcome = await push(null, { timeoutMs: 400 });
    assert.match(outcome.kind === 'unreachable' ? outcome.message : outcome.kind, /no answer in 0\.4 s/);
    const pid = Number(await readFile(pidFile, 'utf8'));
    assert.equal(await lives(pid), false);
    await undo();
  });

  it('to a remote that is gone is unreachable, and so is its head', async () => {
    const { push, branch } = await makeWork('away');
    await rename(remote, `${remote} away`);
    assert.equal((await push(null)).kind, 'unreachable');
    assert.equal((await repository.remoteHead('origin', branch)).reached, false);
    await rename(`${remote} away`, remote);
    assert.deepEqual(await repository.remoteHead('origin', branch), { reached: true, commit: null });
    await push(null);
    assert.equal((await repository.remoteHead('origin', 'main')).reached, true);
  });

  it('asks nobody for a password', async () => {
    const { push } = await makeWork('asks');
    const by = await openIn(sandbox, root);
    const seen = join(sandbox.folder, 'asked');
    const undo = await hook(
      join(root, '.git'),
      'pre-push',
      `echo "$GIT_TERMINAL_PROMPT $SSH_ASKPASS_REQUIRE" > '${seen}'`,
    );
    await push(null, { by });
    assert.equal(await readFile(seen, 'utf8'), '0 force\n');
    await undo();
  });
});

describe('what was delivered', () => {
  it('is pinned, told, and kept when a rerun delivers another', async () => {
    const { commit } = await makeWork('pinned');
    await repository.pinDelivered('pinned', commit);
    await repository.pinDelivered('pinned', commit);
    assert.deepEqual([...(await repository.delivered())], [['pinned', commit]]);
    await repository.pinDelivered('pinned', base);
    await repository.pinDelivered('pinned', commit);
    assert.deepEqual([...(await repository.delivered())], [['pinned', commit]]);
    for (const old of [commit, base])
      assert.equal(await sandbox.git(root, 'rev-parse', `refs/wf/delivered-before/pinned/${old}`), old);
  });

  it('is the only kind of ref that can be deleted through us', async () => {
    await assert.rejects(repository.deleteRef('refs/heads/main'), /not a ref of ours/);
    await repository.deleteRef('refs/wf/delivered/pinned');
    assert.equal((await repository.delivered()).size, 0);
  });
});
