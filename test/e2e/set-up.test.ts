/** A worktree is made ready before the first stage sees it, or no stage runs. */
import assert from 'node:assert/strict';
import { existsSync, lstatSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { makeCommandLine, type CommandLine } from '../support/command-line.ts';
import { batchFolder, eventsOf, expectCode, happened, item, leaveNothing } from '../support/running-batch.ts';

const commitAll = 'git add --all && git commit -qm "$WF_WORK_ID" --allow-empty';

const makeProject = async (
  worktree: object,
  ids: readonly string[],
  stages: readonly object[],
): Promise<CommandLine> => {
  const line = await makeCommandLine();
  await line.write(line.project, '.gitignore', '*.log\nnode_modules/\n.env*\n!.env.shared\n');
  await line.write(line.project, 'tracked.txt', 'tracked\n');
  await line.write(line.folder, 'outside', 'here', 'x\n');
  symlinkSync('../outside', join(line.project, 'out'));
  await line.git(line.project, 'add', '.');
  await line.git(line.project, 'commit', '-qm', 'ignore');
  await line.makeBareRemote({ from: line.project });
  await line.config({
    batch: { stop_grace: '200ms', default_parallel: 3, cleanup_worktree: false },
    retry: { max_attempts: 2, initial: '50ms', jitter: 0 },
    worktree,
    workflows: { wf: { stages } },
  });
  for (const id of ids) await line.task(id);
  expectCode(await line.schedule(['create', 'md=tasks']), 0);
  return line;
};

const follow = (line: CommandLine): ReturnType<CommandLine['batch']> =>
  line.batch(['start', '--engine', 'process', '--follow']);

describe('set-up', () => {
  let line: CommandLine;
  const worktree = (id: string): string => join(line.project, '.worktrees', id);
  before(async () => {
    line = await makeProject(
      {
        copy: ['.env', 'not-there.txt', 'a dir/[x]*.cfg', 'link-to-file'],
        link: ['node_modules'],
        setup: `echo setting up "$WF_WORK_ID" as "$WF_STAGE"; test -s .env; if [ "$WF_WORK_ID" = bad ] && [ ! -e "$HOME/fixed" ]; then echo no database; exit 3; fi`,
      },
      ['good', 'bad'],
      [{ name: 'one', run: `cat .env node_modules/dep && ${commitAll}`, requires: ['clean'] }],
    );
    await line.write(line.project, '.env', 'KEY=1\n');
    await line.write(line.project, 'node_modules', 'dep', 'dep\n');
    await line.write(line.project, 'a dir', '[x]*.cfg', 'odd\n');
    await line.write(line.project, 'debug.log', 'ignored, and named\n');
    await line.write(line.project, 'other.txt', 'not ignored, and named\n');
    await line.write(line.project, '.worktreeinclude', '# what comes along\n*.log\nother.txt\n');
    expectCode(await line.batch(['doctor'], {}), 0);
    expectCode(await follow(line), 3);
  });
  after(() => leaveNothing(line));

  it('copies, links and brings what .worktreeinclude names and git ignores', () => {
    assert.equal(readFileSync(join(worktree('good'), '.env'), 'utf8'), 'KEY=1\n');
    assert.equal(readFileSync(join(worktree('good'), 'a dir/[x]*.cfg'), 'utf8'), 'odd\n');
    assert.equal(lstatSync(join(worktree('good'), 'node_modules')).isSymbolicLink(), true);
    assert.equal(existsSync(join(worktree('good'), 'debug.log')), true);
    assert.equal(existsSync(join(worktree('good'), 'other.txt')), false);
  });

  it('puts what it brought where no git add of a stage finds it', async () => {
    assert.equal((await item(line, 'good')).state, 'completed');
    assert.equal(
      await line.git(join(line.folder, 'remote.git'), 'ls-tree', '--name-only', 'wf/good'),
      '.gitignore\nREADME.md\nout\ntracked.txt',
    );
    const exclude = readFileSync(join(line.project, '.git/info/exclude'), 'utf8').split('\n');
    for (const pattern of ['/.env', '/node_modules', '/a dir/\\[x\\]\\*.cfg'])
      assert.ok(exclude.includes(pattern), pattern);
  });

  it('says what was not there to be brought', () => {
    const [prepared] = eventsOf(line, 'work_prepared', 'good');
    assert.deepEqual(
      prepared?.notes,
      ['not-there.txt', 'link-to-file'].map((name) => `${name} is not there to be brought into the worktree`),
    );
  });

  it('that fails is tried again and fails the work as stage setup, before any stage; its output is a log', async () => {
    const bad = await item(line, 'bad');
    assert.deepEqual([bad.state, bad.attempts], ['failed', 2]);
    assert.match(bad.last_error ?? '', /set-up.*exited with 3: no database/);
    assert.deepEqual(eventsOf(line, 'stage_started', 'bad'), []);
    const log = readFileSync(join(batchFolder(line), 'logs/bad/2.00-setup.log'), 'utf8');
    assert.equal(log, 'setting up bad as setup\r\nno database\r\n');
  });

  it('is done again by a retry, and once only for a worktree that has been set up', async () => {
    writeFileSync(join(line.env['HOME'] as string, 'fixed'), '');
    expectCode(await line.batch(['retry', 'bad']), 0);
    expectCode(await line.batch(['wait', '--timeout', '20s']), 0);
    assert.equal((await item(line, 'bad')).state, 'completed');
    assert.equal(existsSync(join(batchFolder(line), 'logs/good/1.00-setup.log')), true);
    assert.equal(existsSync(join(batchFolder(line), 'logs/good/2.00-setup.log')), false);
  });
});

describe('a set-up that failed', () => {
  it('does not keep its work from the next batches: the worktree that was made for it is taken up', async () => {
    const line = await makeProject({ setup: 'exit 3' }, ['work'], [{ name: 'one', run: commitAll }]);
    try {
      const config = (setup: string): Promise<void> =>
        line.config({
          retry: { max_attempts: 1 },
          worktree: { setup },
          workflows: { wf: { stages: [{ name: 'one', run: commitAll }] } },
        });
      expectCode(await follow(line), 3);
      await config('exit 4');
      expectCode(await follow(line), 3);
      assert.match((await item(line, 'work')).last_error ?? '', /exited with 4/);
      const base = await line.commit(line.project, 'newer.txt', 'x');
      await line.git(line.project, 'push', '-q');
      await config('true');
      expectCode(await follow(line), 0);
      const work = await item(line, 'work');
      assert.deepEqual([work.state, work.base_commit], ['completed', base]);
    } finally {
      await leaveNothing(line);
    }
  });
});

const refusals: readonly (readonly [what: string, worktree: object, words: RegExp])[] = [
  ['a path that git tracks', { copy: ['tracked.txt'] }, /tracked\.txt cannot be brought.*git tracks it/],
  ['a path that git would add', { copy: ['.env.shared'] }, /\.env\.shared cannot be brought.*git would add it/],
  ['a path out of the repository', { link: ['../elsewhere'] }, /no plain path/],
  ['an absolute path', { copy: ['/etc/hostname'] }, /no path inside/],
  ["git's own folder", { copy: ['.git/config'] }, /not for a worktree/],
  ['a path through a link of the checkout', { copy: ['out/here'] }, /out\/here cannot be brought/],
  ['a set-up that hangs', { setup: 'echo waiting; sleep 60', setup_timeout: '300ms' }, /longer than 0\.3 s: waiting/],
  ['a set-up that does not exist', { setup: ['no-such-set-up'] }, /no-such-set-up.*not found/],
];

describe('set-up refuses', { concurrency: 3 }, () => {
  for (const [what, worktree, words] of refusals)
    it(what, async () => {
      const line = await makeProject(worktree, ['work'], [{ name: 'one', run: 'true', retry: { max_attempts: 1 } }]);
      try {
        await line.write(line.project, '.env.shared', 'x\n');
        expectCode(await follow(line), 3);
        const failed = await item(line, 'work');
        assert.deepEqual([failed.state, eventsOf(line, 'stage_started').length], ['failed', 0]);
        assert.match(failed.last_error ?? '', words);
      } finally {
        await leaveNothing(line);
      }
    });
});

describe('a disk with less free than worktree.min_free_disk', () => {
  it('holds works back, says so, and fails none of them', async () => {
    const line = await makeProject({ min_free_disk: '900000GB' }, ['work'], [{ name: 'one', run: 'true' }]);
    try {
      expectCode(await line.batch(['start', '--engine', 'process']), 0);
      const { reason } = await happened(line, 'work_requeued', 'work');
      assert.deepEqual(reason, { kind: 'waiting', resource: 'machine/disk' });
      const why = await line.batch(['why', 'work']);
      assert.match(
        why.out,
        /only \d+ MB are free at .*, and worktree\.min_free_disk is \d+ MB; looked at again at \d\d:/,
      );
      assert.equal(existsSync(join(line.project, '.worktrees/work')), false);
      assert.deepEqual(eventsOf(line, 'stage_failed'), []);
    } finally {
      await leaveNothing(line);
    }
  });
});
