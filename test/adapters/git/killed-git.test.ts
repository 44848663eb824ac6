/** A git that somebody ends before it answers is no answer: least of all "there is no repository here". */
import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { describe, it } from 'node:test';
import { ownerMessage } from '../../../src/adapters/git/owner.ts';
import { openRepository } from '../../../src/adapters/git/repository.ts';
import { Problem } from '../../../src/ports/problem.ts';
import { makeSandbox, type Sandbox } from '../../support/git.ts';
import { failureOf, makeMutex, makeRequest, openIn, valueOf } from '../../support/repository.ts';

/**
 * A PATH whose git kills itself the first `times` times that it is asked `word`, and counts. `leaving`: what the shell
 * does before, as a git that got so far.
 */
const withKilledGit = async (
  sandbox: Sandbox,
  { word, times, leaving = ':' }: { readonly word: string; readonly times: number; readonly leaving?: string },
): Promise<{ readonly env: Record<string, string>; asked(): Promise<number> }> => {
  const folder = join(sandbox.folder, `bin-${word.replaceAll(' ', '-')}-${times}`);
  const count = join(folder, 'count');
  await mkdir(folder);
  const script = `#!/bin/sh
real() { PATH='${sandbox.env['PATH'] ?? ''}' git "$@"; }
case " $* " in *" ${word} "*)
  echo x >> '${count}'
  if [ "$(wc -l < '${count}')" -le ${times} ]; then ${leaving}; kill -9 $$; fi ;;
esac
PATH='${sandbox.env['PATH'] ?? ''}' exec git "$@"
`;
  await writeFile(join(folder, 'git'), script);
  await chmod(join(folder, 'git'), 0o755);
  const env = { ...sandbox.env, PATH: `${folder}${delimiter}${sandbox.env['PATH'] ?? ''}` };
  return { env, asked: async () => (await readFile(count, 'utf8')).split('\n').length - 1 };
};

describe('a git that is killed before it answers', () => {
  it('is asked again: the repository is there, and so is its remote', async () => {
    const sandbox = await makeSandbox();
    const root = await sandbox.makeRepository('there');
    await sandbox.git(root, 'remote', 'add', 'origin', '/somewhere/else');
    const locks = { lock: makeMutex(), fetchLock: makeMutex() };
    const opening = await withKilledGit(sandbox, { word: '--show-toplevel', times: 2 });
    const repository = await openRepository({ from: root, env: opening.env, ...locks });
    assert.equal(repository?.root, root);
    assert.equal(await opening.asked(), 3);
    const remote = await withKilledGit(sandbox, { word: 'get-url', times: 1 });
    const other = await openRepository({ from: root, env: remote.env, ...locks });
    assert.equal(await other?.remoteUrl('origin'), '/somewhere/else');
    await sandbox.remove();
  });

  it('is told after three times, as what it is', async () => {
    const sandbox = await makeSandbox();
    const root = await sandbox.makeRepository('there');
    const { env, asked } = await withKilledGit(sandbox, { word: '--show-toplevel', times: 9 });
    await assert.rejects(openRepository({ from: root, env, lock: makeMutex(), fetchLock: makeMutex() }), (error) => {
      assert.ok(error instanceof Problem);
      assert.match(error.what, /^git was ended by a signal before it could answer: git rev-parse /);
      assert.equal(error.where, root);
      return true;
    });
    assert.equal(await asked(), 3);
    await sandbox.remove();
  });

  it('leaves a config that cannot be read no reason to believe that there is no remote', async () => {
    const sandbox = await makeSandbox();
    const root = await sandbox.makeRepository('there');
    await sandbox.git(root, 'remote', 'add', 'origin', '/somewhere/else');
    const repository = await openIn(sandbox, root);
    assert.equal(await repository.remoteUrl('other'), null);
    await sandbox.write(root, '.git', 'config', '[core\n');
    await assert.rejects(repository.remoteUrl('origin'), /bad config line 1/);
    const look = { remote: 'origin', file: join(sandbox.folder, 'remote.json'), maxAgeMs: 0 };
    await assert.rejects(repository.lookAtRemote(look), /bad config line 1/);
    await sandbox.remove();
  });

  it('while it registers a worktree leaves nothing in the way of the next attempt', async () => {
    const sandbox = await makeSandbox();
    const root = await sandbox.makeRepository('there');
    const base = await sandbox.git(root, 'rev-parse', 'HEAD');
    const request = makeRequest(root, 'cut', base);
    const gitDir = join(root, '.git', 'worktrees', 'cut');
    // Registered, its HEAD not yet on the branch: between the writing of its files and the end.
    const leaving = `real "$@"; echo initializing > '${gitDir}/locked'; echo ${'0'.repeat(40)} > '${gitDir}/HEAD'`;
    const { env } = await withKilledGit(sandbox, { word: 'worktree add', times: 1, leaving });
    const repository = await openIn(sandbox, root, { env });
    assert.equal(failureOf(await repository.prepareWorktree(request)).reason, 'worktree');
    assert.equal(
      await sandbox.git(root, 'worktree', 'list', '--porcelain', '-z').then((all) => all.includes('cut')),
      false,
    );
    valueOf(await repository.prepareWorktree(request));
    assert.deepEqual(await repository.worktreeStatus(request.path), { head: base, changed: [], ignored: 0 });
    await sandbox.remove();
  });

  it('with the whole machine while it registers a worktree leaves nothing in the way of other works', async () => {
    const sandbox = await makeSandbox();
    const root = await sandbox.makeRepository('there');
    const base = await sandbox.git(root, 'rev-parse', 'HEAD');
    const remote = await sandbox.makeBareRemote({ name: 'there.git', from: root });
    const request = makeRequest(root, 'cut', base);
    const [ref, gitDir] = [`refs/heads/${request.branch}`, join(root, '.git', 'worktrees', 'cut')];
    await sandbox.git(root, 'update-ref', '--create-reflog', '-m', ownerMessage(request.owner), ref, base);
    await sandbox.git(root, 'worktree', 'add', '--quiet', '--no-checkout', request.path, request.branch);
    await writeFile(join(gitDir, 'HEAD'), `${'0'.repeat(40)}\n`);
    await writeFile(join(gitDir, 'locked'), 'initializing');
    const newer = await sandbox.git(remote, 'commit-tree', `${base}^{tree}`, '-p', base, '-m', 'newer');
    await sandbox.git(remote, 'update-ref', 'refs/heads/main', newer);
    await assert.rejects(sandbox.git(root, 'fetch', 'origin'), /bad object worktrees\/cut\/HEAD/);

    const repository = await openIn(sandbox, root);
    assert.equal(await repository.hasCommits(), true);
    const look = { remote: 'origin', file: join(sandbox.folder, 'remote.json'), maxAgeMs: 0 };
    const view = await repository.lookAtRemote(look);
    assert.equal(valueOf(await repository.resolveBase({ branch: null, view })).commit, newer);
    valueOf(await repository.prepareWorktree(request));
    assert.deepEqual(await repository.worktreeStatus(request.path), { head: base, changed: [], ignored: 0 });
    await sandbox.remove();
  });

  it('while it checks out, and again while that is undone, keeps the branch that says whose the worktree is', async () => {
    const sandbox = await makeSandbox();
    const root = await sandbox.makeRepository('there');
    const base = await sandbox.git(root, 'rev-parse', 'HEAD');
    const request = makeRequest(root, 'cut', base);
    const checkout = await withKilledGit(sandbox, { word: 'reset --hard', times: 1 });
    const both = await withKilledGit({ ...sandbox, env: checkout.env }, { word: 'worktree remove', times: 1 });
    const repository = await openIn(sandbox, root, { env: both.env });
    assert.equal(failureOf(await repository.prepareWorktree(request)).reason, 'worktree');
    valueOf(await repository.prepareWorktree(request));
    assert.deepEqual(await repository.worktreeStatus(request.path), { head: base, changed: [], ignored: 0 });
    await sandbox.remove();
  });
});
