/** Repositories as they are: without a remote, bare, nested, with branches of others. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { makeCommandLine, type CommandLine } from '../support/command-line.ts';
import { eventually } from '../support/eventually.ts';
import { eventsOf, expectCode, item, leaveNothing, status } from '../support/running-batch.ts';

let line: CommandLine;
const told = (name: string): string => join(line.folder, name);

/** The same command line at home in another folder of the sandbox. */
const at = (project: string): CommandLine => ({
  ...line,
  project,
  batch: (args, options) => line.batch(args, { cwd: project, ...options }),
  schedule: (args, options) => line.schedule(args, { cwd: project, ...options }),
  task: async (name, frontMatter = '', title = name) => {
    await line.write(project, 'tasks', `${name}.md`, `---\n${frontMatter}\n---\n# ${title}\n`);
  },
  config: async (config) => {
    await line.write(project, '.wf', 'config.json', JSON.stringify(config));
  },
});

const commit = 'echo "$WF_WORK_ID" > "made-$WF_WORK_ID"; git add --all; git commit -qm "$WF_WORK_ID"';
const settings = (more: object = {}): object => ({
  default_workflow: 'make',
  retry: { max_attempts: 1, initial: '50ms' },
  workflows: { make: { stages: [{ name: 'make', run: commit }] } },
  ...more,
});

/** A home with one config and one work each, ready to start. */
const home = async (project: string, ids: readonly string[] = ['one'], more: object = {}): Promise<CommandLine> => {
  const here = at(project);
  await here.config(settings(more));
  for (const id of ids) await here.task(id);
  return here;
};
const follow = (here: CommandLine, ...args: readonly string[]) =>
  here.batch(['run', 'tasks', '--engine', 'process', ...args]);
const rev = (cwd: string, name: string): Promise<string> => line.git(cwd, 'rev-parse', name);

before(async () => {
  line = await makeCommandLine();
});
after(() => leaveNothing(line));

describe('without a remote', () => {
  it('a work is delivered on its local branch, and that is said', async () => {
    const here = await home(await line.makeRepository('lonely'));
    expectCode(await follow(here), 0);
    const { commit: delivered, pushed, branch } = await item(here, 'one');
    assert.deepEqual([pushed, await rev(here.project, branch as string)], [false, delivered]);
    const notes = eventsOf(here, 'work_completed').flatMap((event) => event.notes);
    assert.match(notes.join(), /no remote origin/);
    assert.match((await here.batch(['report'])).out, /no remote origin/);
  });

  it('a branch that a stage left behind is brought to what was delivered', async () => {
    const run = `git checkout -qb elsewhere; ${commit}`;
    const workflows = { make: { stages: [{ name: 'make', run }] } };
    const here = await home(await line.makeRepository('strayed'), ['one'], { workflows });
    expectCode(await follow(here), 0);
    const { commit: delivered, base_commit } = await item(here, 'one');
    assert.equal(await rev(here.project, 'wf/one'), delivered);
    assert.equal(await rev(here.project, 'wf/one~1'), base_commit);
  });

  it('a name of a remote that git does not know is warned of in every plan', async () => {
    const here = await home(await line.makeRepository('misnamed'), ['one'], { push: { remote: 'upstream' } });
    const plan = await here.batch(['run', 'tasks', '--dry-run', '--json']);
    assert.deepEqual((JSON.parse(plan.out) as { warnings: string[] }).warnings, [
      'nothing is pushed: push.remote is upstream, and git knows no such remote (it knows none)',
    ]);
  });

  it('a detached HEAD is a base like any other, and that is said', async () => {
    const project = await line.makeRepository('detached');
    const base = await line.commit(project, 'second', 'second');
    await line.git(project, 'checkout', '-q', '--detach');
    await line.git(project, 'branch', '-q', '-D', 'main');
    const here = await home(project);
    expectCode(await follow(here), 0);
    assert.equal((await item(here, 'one')).base_commit, base);
    assert.match(
      eventsOf(here, 'work_prepared')
        .flatMap(({ notes }) => notes)
        .join(),
      /HEAD is on no branch/,
    );
    assert.equal(await line.git(project, 'rev-parse', '--abbrev-ref', 'HEAD'), 'HEAD');
  });

  it('a repository without a commit is refused, and no batch is made', async () => {
    const project = told('empty');
    await line.git(line.folder, 'init', '-q', project);
    const here = await home(project);
    const { code, err } = await follow(here);
    assert.deepEqual([code, err.split('\n')[0]], [1, 'error: the repository has no commit to start from']);
    assert.equal(existsSync(join(project, '.wf/batches')), false);
  });
});

describe('a remote with a relative URL', () => {
  it('means the same in the repository and in every worktree', async () => {
    const project = await line.makeRepository('relative');
    const remote = await line.makeBareRemote({ name: 'relative origin.git', from: project });
    await line.git(project, 'remote', 'set-url', 'origin', '../relative origin.git');
    const here = await home(project);
    const screen = expectCode(await follow(here), 0);
    assert.doesNotMatch(screen.err, /cannot be reached/);
    const { commit: delivered, pushed } = await item(here, 'one');
    assert.deepEqual([pushed, await rev(remote, 'wf/one')], [true, delivered]);
    await line.git(line.folder, 'clone', '-q', remote, told('clone'));
    await line.commit(told('clone'), 'new', 'new');
    await line.git(told('clone'), 'push', '-q');
    await here.task('two');
    expectCode(await follow(here, '--resume'), 0);
    assert.equal((await item(here, 'two')).base_commit, await rev(remote, 'main'));
  });
});

describe('layouts', () => {
  it('a bare repository with worktrees beside it has .wf and worktrees in its folder', async () => {
    const project = await line.makeRepository('seed');
    const remote = await line.makeBareRemote({ name: 'bare-origin.git', from: project });
    const folder = told('bare layout');
    await mkdir(folder);
    await line.git(line.folder, 'clone', '-q', '--bare', remote, join(folder, '.bare'));
    await line.write(folder, '.git', 'gitdir: ./.bare\n');
    await line.git(folder, 'worktree', 'add', '-q', 'main', 'main');
    const here = await home(folder);
    await here.task('one');
    const inside = { ...here, batch: (args: readonly string[]) => line.batch(args, { cwd: join(folder, 'main') }) };
    expectCode(await inside.batch(['run', '../tasks', '--engine', 'process']), 0);
    const { commit: delivered, worktree } = await item(here, 'one');
    assert.equal(await rev(remote, 'wf/one'), delivered);
    assert.equal(worktree ?? join(folder, '.worktrees/one'), join(folder, '.worktrees/one'));
    assert.equal(existsSync(join(folder, 'main/.wf')), false);
  });

  it('a submodule is a repository of its own; a repository with submodules works too', async () => {
    const part = await line.makeRepository('part');
    const remote = await line.makeBareRemote({ name: 'part.git', from: part });
    const whole = await line.makeRepository('whole');
    const wholeRemote = await line.makeBareRemote({ name: 'whole.git', from: whole });
    await line.git(whole, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', remote, 'sub');
    await line.git(whole, 'commit', '-qm', 'with a part');
    await line.git(whole, 'push', '-q');
    const sub = await home(join(whole, 'sub'));
    expectCode(await follow(sub), 0);
    assert.equal(await rev(remote, 'wf/one'), (await item(sub, 'one')).commit);
    assert.equal(await line.git(join(whole, 'sub'), 'status', '--porcelain'), '?? tasks/');
    assert.equal(await line.git(whole, 'for-each-ref', 'refs/wf'), '');
    const here = await home(whole, ['two'], {
      workflows: {
        make: {
          stages: [
            {
              name: 'init',
              run: 'git -c protocol.file.allow=always submodule --quiet update --init && test -e sub/README.md',
            },
            { name: 'make', run: commit },
          ],
        },
      },
    });
    expectCode(await follow(here), 0);
    assert.equal(await rev(wholeRemote, 'wf/two'), (await item(here, 'two')).commit);
    assert.match(await line.git(wholeRemote, 'ls-tree', 'wf/two', 'sub'), /^160000 commit/);
  });

  it('commands work from a subfolder and from inside a worktree of a work', async () => {
    const project = await line.makeRepository('deep');
    const here = await home(project, ['one'], { worktree: {} });
    await line.write(project, 'a/b', 'c.txt', 'c');
    expectCode(await line.batch(['run', '../../tasks', '--engine', 'process'], { cwd: join(project, 'a/b') }), 0);
    const worktree = join(project, '.worktrees/one');
    for (const cwd of [join(project, 'a/b'), worktree, join(project, '.wf/batches')]) {
      const { out } = expectCode(await line.batch(['status', '--json'], { cwd }), 0);
      assert.equal((JSON.parse(out) as { batch_run_id: string }).batch_run_id, (await status(here)).batch_run_id, cwd);
    }
    const again = await line.batch(['start'], { cwd: worktree });
    assert.equal(again.code, 1, 'there is no schedule');
    assert.match(again.err, new RegExp(`at: ${project.replaceAll('.', '\\.')}/\\.wf/schedule\\.json`));
  });

  it('outside a repository, works without a worktree run in the folder, several at once', async () => {
    const folder = told('plain folder');
    await mkdir(folder);
    const here = at(folder);
    await here.config({
      default_workflow: 'q',
      workflows: {
        q: { worktree: false, stages: [{ name: 'q', run: 'pwd > "$WF_WORK_ID.txt"; test -z "$WF_BRANCH$WF_BASE"' }] },
      },
    });
    await here.task('one');
    await here.task('two', 'depends_on: [one]');
    expectCode(await here.schedule(['create', 'md=tasks']), 0);
    expectCode(await here.batch(['start', '--engine', 'process', '--follow']), 0);
    for (const id of ['one', 'two']) {
      assert.equal(readFileSync(join(folder, `${id}.txt`), 'utf8'), `${folder}\n`);
      const { branch, commit: delivered, state, worktree } = await item(here, id);
      assert.deepEqual([branch, delivered, state, worktree], [null, null, 'completed', null]);
    }
    await here.config(settings());
    const refused = await here.batch(['start', '--rerun']);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /not in a git repository, and the workflow works in worktrees/);
  });
});

describe("others' work", () => {
  let here: CommandLine;
  let remote: string;
  before(async () => {
    const project = await line.makeRepository('shared');
    remote = await line.makeBareRemote({ name: 'shared.git', from: project });
    await line.git(project, 'push', '-q', 'origin', 'main:wf/foreign');
    const clash = 'echo "$WF_WORK_ID" > same; git add --all; git commit -qm "$WF_WORK_ID"';
    here = at(project);
    await here.config({
      ...settings({ push: { when: 'stage' } }),
      workflows: {
        make: { stages: [{ name: 'make', run: commit }] },
        clash: { stages: [{ name: 'clash', run: clash }] },
        twice: {
          stages: [
            { name: 'make', run: commit },
            {
              name: 'hold',
              run: `while [ ! -e "${told('go')}" ]; do sleep 0.02; done; echo more > more; git add --all; git commit -q --amend --no-edit`,
            },
          ],
        },
      },
    });
    await here.task('foreign', 'priority: 1');
    await here.task('left', 'workflow: clash\npriority: 1');
    await here.task('right', 'workflow: clash\npriority: 1');
    await here.task('both', 'depends_on: [left, right]');
    await here.task('twice', 'workflow: twice');
    expectCode(await here.schedule(['create', 'md=tasks']), 0);
    expectCode(await here.batch(['start', '--engine', 'process', '--parallel', '3']), 0);
  });

  it('with push.when stage, each finished stage is on the remote before the next ends', async () => {
    const made = await eventually('the first stage is pushed', async () => {
      const heads = await line.git(remote, 'for-each-ref', '--format=%(objectname)', 'refs/heads/wf/twice');
      return heads === '' ? null : heads;
    });
    assert.equal((await item(here, 'twice')).state, 'running');
    await line.write(told('go'), '');
    expectCode(await here.batch(['wait', '--timeout', '30s']), 3);
    const { commit: delivered, state, pushed } = await item(here, 'twice');
    assert.deepEqual([state, pushed, await rev(remote, 'wf/twice')], ['completed', true, delivered]);
    assert.notEqual(made, delivered);
  });

  it('a branch of somebody else on the remote is refused before any stage, and left as it is', async () => {
    const { state, last_error } = await item(here, 'foreign');
    assert.equal(state, 'failed');
    assert.match(last_error ?? '', /wf\/foreign.*did not push/);
    assert.equal(eventsOf(here, 'stage_started', 'foreign').length, 0);
    assert.equal(await rev(remote, 'wf/foreign'), await rev(remote, 'main'));
  });

  it('once it is removed there, a retry goes on at once', async () => {
    await line.git(remote, 'update-ref', '-d', 'refs/heads/wf/foreign');
    expectCode(await here.batch(['retry', 'foreign']), 0);
    expectCode(await here.batch(['wait', '--timeout', '60s']), 3);
    const { state, last_error, commit } = await item(here, 'foreign');
    assert.equal(state, 'completed', last_error ?? '');
    assert.equal(await rev(remote, 'wf/foreign'), commit);
  });

  it('dependencies that cannot be merged fail the work before any stage, with the files named', async () => {
    const { state, last_error } = await item(here, 'both');
    assert.equal(state, 'failed');
    assert.match(last_error ?? '', /same/);
    assert.equal(eventsOf(here, 'stage_started', 'both').length, 0);
  });

  it('a branch that somebody moved after our push is not overwritten: the rerun fails, says who, and keeps its commit', async () => {
    await line.git(line.folder, 'clone', '-q', '-b', 'wf/left', remote, told('colleague'));
    const theirs = await line.commit(told('colleague'), 'theirs', 'of a colleague');
    await line.git(told('colleague'), 'push', '-q');
    expectCode(await here.batch(['retry', 'left', '--rerun']), 0);
    expectCode(await here.batch(['wait', '--timeout', '30s']), 3);
    const { state, last_error, commit: ours } = await item(here, 'left');
    assert.equal(state, 'failed');
    assert.match(last_error ?? '', /wf\/left/);
    assert.equal(await rev(remote, 'wf/left'), theirs);
    if (ours !== null) assert.equal(await line.git(here.project, 'cat-file', '-t', ours), 'commit');
  });
});

describe('what is pushed', () => {
  let here: CommandLine;
  let remote: string;
  before(async () => {
    const project = await line.makeRepository('pushed');
    remote = await line.makeBareRemote({ name: 'pushed.git', from: project });
    const hook = '#!/bin/sh\ngrep -q wf/refused && { echo "no pushing on fridays" >&2; exit 1; }\nexit 0\n';
    await chmod(await line.write(project, '.git/hooks/pre-push', hook), 0o755);
    const ways = {
      refused: commit,
      none: 'true',
      dirty: `${commit}; echo rest > rest`,
      elsewhere: `git checkout -q -b elsewhere; ${commit}`,
      removes: 'cd ..; rm -rf "$OLDPWD"',
      after: commit,
    };
    here = at(project);
    await here.config({
      retry: { max_attempts: 1 },
      workflows: Object.fromEntries(
        Object.entries(ways).map(([name, run]) => [name, { stages: [{ name: 'make', run }] }]),
      ),
    });
    for (const id of Object.keys(ways)) await here.task(id, `workflow: ${id}`);
    expectCode(await follow(here, '--parallel', '1'), 3);
  });

  it('nothing that a hook of the repository refuses; its words are the reason, the commit stays', async () => {
    const { state, last_error, commit: made, worktree } = await item(here, 'refused');
    assert.equal(state, 'failed');
    assert.match(last_error ?? '', /hook.*no pushing on fridays/);
    assert.equal(await rev(worktree as string, 'HEAD'), made);
    assert.equal(await line.git(remote, 'for-each-ref', 'refs/heads/wf/refused'), '');
  });

  it('the base, if no stage made a commit', async () => {
    const { state, commit: delivered } = await item(here, 'none');
    assert.deepEqual([state, delivered], ['completed', await rev(remote, 'main')]);
    assert.equal(await rev(remote, 'wf/none'), delivered);
  });

  it('what is committed; a worktree with more in it stays, and that is said', async () => {
    const { state, worktree } = await item(here, 'dirty');
    assert.equal(state, 'completed');
    assert.equal(readFileSync(join(worktree as string, 'rest'), 'utf8'), 'rest\n');
    assert.match((await here.batch(['report'])).out, /the worktree stays: it has uncommitted changes: rest/);
  });

  it("the worktree's head, whatever branch the stages put it on", async () => {
    const { commit: delivered } = await item(here, 'elsewhere');
    assert.equal(await rev(remote, 'wf/elsewhere'), delivered);
    assert.equal(await rev(here.project, 'elsewhere'), delivered);
    assert.equal(await line.git(remote, 'for-each-ref', 'refs/heads/elsewhere'), '');
  });

  it('a stage that removes its own worktree fails its work, not the worker', async () => {
    const { state, last_error } = await item(here, 'removes');
    assert.equal(state, 'failed');
    assert.match(last_error ?? '', /worktree/);
    assert.doesNotMatch(last_error ?? '', /died/);
    assert.equal(eventsOf(here, 'worker_started').length, 1);
    assert.equal((await item(here, 'after')).state, 'completed');
  });
});

describe('a remote that is away for a while', () => {
  it('is pushed to again later, without running a stage again', async () => {
    const project = await line.makeRepository('away');
    const remote = await line.makeBareRemote({ name: 'away.git', from: project });
    const run = `${commit}; mv '${remote}' '${remote}.gone'`;
    const here = await home(project, ['one'], {
      retry: { max_attempts: 9, initial: '200ms', max: '200ms' },
      workflows: { make: { stages: [{ name: 'make', run }] } },
    });
    const running = follow(here);
    await eventually('a push failed', () => eventsOf(here, 'stage_failed').length > 0);
    await rename(`${remote}.gone`, remote);
    expectCode(await running, 0);
    assert.equal(eventsOf(here, 'stage_started').length, 1);
    assert.match(JSON.stringify(eventsOf(here, 'stage_failed')), /unreachable/);
    assert.equal(await rev(remote, 'wf/one'), (await item(here, 'one')).commit);
  });
});
