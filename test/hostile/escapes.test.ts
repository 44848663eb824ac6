/** Ways out: names, links and planted files that would lead what we read, write or delete to another place. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { makeAttemptFiles } from '../../src/adapters/attempt-files/attempt-files.ts';
import { makeLogFiles } from '../../src/adapters/log-files/log-files.ts';
import { openLogFile } from '../../src/adapters/pty/log-file.ts';
import { makeTrustFile } from '../../src/adapters/trust-file/trust-file.ts';
import type { PlannedWork } from '../../src/core/plan.ts';
import { asWorkId } from '../../src/core/work.ts';
import type { Repository } from '../../src/ports/git.ts';
import { Problem } from '../../src/ports/problem.ts';
import { branchOf, folderOf, isWorkId, makeId } from '../../src/protocol/id.ts';
import { isDropped } from '../../src/protocol/environment.ts';
import { stageEnvironment, stageCommand, type StageFacts } from '../../src/worker/environment.ts';
import type { Attempt, WorkerWorld } from '../../src/worker/world.ts';
import { makeTestPlan, openTestStore } from '../support/file-store.ts';
import { makeSandbox, type Sandbox } from '../support/git.ts';
import { makeRequest, openIn } from '../support/repository.ts';
import { picture } from '../support/running-batch.ts';

let sandbox: Sandbox;
let outside: string;
beforeEach(async () => {
  sandbox = await makeSandbox();
  outside = join(sandbox.folder, 'outside');
  mkdirSync(join(outside, 'sub'), { recursive: true });
  writeFileSync(join(outside, 'precious'), 'keep\n');
});
afterEach(() => sandbox.remove());

/** Runs what must leave the folder outside as it is. */
const sparing = async <T>(body: () => T | Promise<T>): Promise<T> => {
  const before = picture(outside);
  const answer = await body();
  assert.deepEqual(picture(outside), before, 'the folder outside was changed');
  return answer;
};

const makePipe = (path: string): void => void execFileSync('mkfifo', [path]);
/** What may stand where a file should be; each would make a trusting reader wait, grow or read another's file. */
const strange: Readonly<Record<string, (path: string) => void>> = {
  'a pipe': makePipe,
  'a link to a device without end': (path) => symlinkSync('/dev/zero', path),
  'a link to a terminal': (path) => symlinkSync('/dev/ptmx', path),
  'a folder': (path) => void mkdirSync(path),
  'a link to itself': (path) => symlinkSync(path, path),
};

describe('an id', () => {
  const nasty = [
    '../x',
    '-rf',
    '.git',
    'a.lock',
    'A.LOCK',
    'refs/heads/..',
    'a..b',
    'a/b',
    'a\\b',
    'a b',
    'a\nb',
    'a\0b',
    'x.',
    '@{',
    'HEAD',
    '~',
    'a:b',
    'a^',
    'con',
    'ﬁ',
    'İ',
    '\u202eid',
    '',
  ];
  const prefixes = { FEAT: 'feat' };

  it('that is accepted or made stays a folder of its own below the worktrees, and a branch that git accepts', () => {
    const seen = new Set<string>();
    const text = fc.oneof(
      fc.constantFrom(...nasty),
      fc.string({ unit: 'binary', maxLength: 120 }),
      fc
        .array(fc.constantFrom('.', '..', '/', '-', 'a', '.lock', '.git', 'FEAT-1', '_', 'A'), { maxLength: 8 })
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (given) => {
        for (const id of [...(isWorkId(given) ? [given] : []), makeId(given)]) {
          assert.ok(isWorkId(id), JSON.stringify(given));
          const path = join('/r/.worktrees', folderOf(id));
          assert.equal(dirname(path), '/r/.worktrees');
          assert.doesNotMatch(folderOf(id), /^\.|\.lock$|[\p{Cc}\s]/u);
          for (const type of ['markdown', 'local'] as const)
            seen.add(branchOf({ id, source: { type, ref: id } }, prefixes));
        }
      }),
      { numRuns: 1000, seed: 1 },
    );
    for (const branch of [...seen].slice(0, 40))
      execFileSync('git', ['check-ref-format', `refs/heads/${branch}`], { stdio: 'pipe' });
  });

  it('of the kinds that lead out is none', () => {
    for (const id of nasty.filter((each) => !['HEAD', 'con'].includes(each)))
      assert.equal(isWorkId(id), false, JSON.stringify(id));
  });
});

describe('the environment of a stage', () => {
  const environmentWith = (params: Record<string, string>, more: Partial<PlannedWork> = {}): Record<string, string> => {
    const world = {
      worker: 'worker-1',
      journal: { plan: makeTestPlan('b') },
      environment: { all: { PATH: '/bin', HOME: '/home' }, stages: {} },
    } as unknown as WorkerWorld;
    const work = {
      id: asWorkId('a'),
      title: 't',
      params,
      workflow: 'w',
      group: null,
      ...more,
    } as unknown as PlannedWork;
    const facts = {
      stage: { name: 's', run: ['x', '{evil}', '{group}'] },
      record: { answer: null },
      files: { log: '/b/logs/a/1.log', result: '/b/works/a/result.json', prompt: '/b/works/a/prompt.md' },
    } as unknown as StageFacts;
    const attempt = { token: 'tok', number: 1, work } as unknown as Attempt;
    for (const word of stageCommand(attempt, facts)) assert.ok(!word.includes('\0'), 'an argument cannot hold NUL');
    return stageEnvironment(world, attempt, facts);
  };
  const plain = environmentWith({});

  it('gets of parameters nothing but WF_PARAM_…, whatever their names and values', () => {
    const names = [
      'LD_PRELOAD',
      'PATH',
      'ATTEMPT',
      'ATTEMPT_TOKEN',
      'a-b',
      'a_b',
      '',
      'a=b',
      'a\nb',
      'ß',
      '\0',
      '__proto__',
      'evil',
    ];
    const text = fc.oneof(fc.constantFrom(...names), fc.string({ unit: 'binary', maxLength: 10 }));
    fc.assert(
      fc.property(fc.dictionary(text, text, { maxKeys: 6 }), text, (params, other) => {
        const env = environmentWith(params, { title: other, group: other });
        for (const [name, value] of Object.entries(env)) {
          assert.ok(typeof value !== 'string' || !value.includes('\0'), `${name} holds NUL`);
          if (name === 'WF_WORK_TITLE') continue;
          if (/^WF_PARAM_[A-Z0-9_]*$/.test(name))
            assert.ok(isDropped(name), 'and nothing that we start in turn gets it');
          else assert.equal(value, plain[name], name);
        }
      }),
      { numRuns: 2000, seed: 1 },
    );
  });
});

describe('a result file', () => {
  for (const [name, make] of Object.entries(strange)) {
    it(`that is ${name} is a bad one, at once`, () => {
      const files = makeAttemptFiles(sandbox.folder);
      const { result } = files.openStage({ id: asWorkId('a'), attempt: 1, count: 1, stage: 's' });
      make(result);
      assert.equal(files.readResult(result).kind, 'bad');
    });
  }

  it('that is a link to a good one is a bad one', () => {
    const files = makeAttemptFiles(sandbox.folder);
    const { result } = files.openStage({ id: asWorkId('a'), attempt: 1, count: 1, stage: 's' });
    writeFileSync(join(outside, 'good.json'), '{"outcome":"complete"}');
    symlinkSync(join(outside, 'good.json'), result);
    assert.equal(files.readResult(result).kind, 'bad');
  });
});

describe('a link that a stage left in the folder of its batch', () => {
  const work = { id: asWorkId('a') } as PlannedWork;
  it('for the file of a work is replaced, not written through', async () => {
    const files = makeAttemptFiles(sandbox.folder);
    mkdirSync(join(sandbox.folder, 'works'));
    symlinkSync(join(outside, 'precious'), join(sandbox.folder, 'works/a.json'));
    const written = await sparing(() => files.writeWork(work));
    assert.match(readFileSync(written, 'utf8'), /"id": "a"/);
  });

  for (const folder of ['works', 'logs', 'logs/a', 'pulse'])
    it(`for the folder ${folder} is refused, and nothing is written or removed behind it`, async () => {
      const files = makeAttemptFiles(sandbox.folder);
      writeFileSync(join(outside, 'a.1.01-s-result.json'), 'mine');
      mkdirSync(join(sandbox.folder, 'logs'), { recursive: true });
      rmSync(join(sandbox.folder, folder), { recursive: true, force: true });
      symlinkSync(outside, join(sandbox.folder, folder));
      const pulse = {
        at: 1,
        id: 'a',
        stage: '',
        last_output: [],
        phase: null,
        progress: null,
        pid: null,
        question: null,
      };
      await sparing(() => {
        assert.throws(() => {
          if (folder === 'pulse') files.beat('worker-1', pulse);
          else files.openStage({ id: work.id, attempt: 1, count: 1, stage: 's' });
        }, /is a symbolic link/);
      });
    });

  it('for a log is not written through by the stage, nor shown', async () => {
    const log = join(sandbox.folder, 'logs/a/1.01-s.log');
    mkdirSync(dirname(log), { recursive: true });
    symlinkSync(join(outside, 'precious'), log);
    const problems: string[] = [];
    await sparing(() => {
      const file = openLogFile({ path: log, limitBytes: 100, onProblem: (text) => problems.push(text) });
      file.write(Buffer.from('evil'));
      file.close();
    });
    assert.equal(problems.length, 1);
    assert.deepEqual(await makeLogFiles(sandbox.folder).stages('a'), []);
  });
});

describe('a file of .wf', () => {
  const kinds = Object.entries(strange);
  for (const [name, make] of kinds.slice(0, 3))
    it(`that is ${name} is refused or passed over at once`, async () => {
      const state = join(sandbox.folder, '.wf');
      const store = openTestStore(sandbox.folder);
      const journal = await store.createBatch(makeTestPlan('b'), () => true);
      await journal?.close();
      const replace = (file: string): void => {
        rmSync(join(state, file), { force: true });
        make(join(state, file));
      };
      replace('schedule.json');
      await assert.rejects(store.readSchedule(), isRefusal);
      replace('history.jsonl');
      await assert.rejects(store.readHistory(), isRefusal);
      replace('batches/b/snapshot.json');
      const opened = await store.openBatch('b');
      assert.equal((await opened?.read())?.seq, 1);
      await opened?.close();
      replace('config.json');
      const trust = makeTrustFile({ configHome: sandbox.folder, home: sandbox.folder, now: () => '' });
      await assert.rejects(trust.collect(state, null), isRefusal);
      replace('batches/b/plan.json');
      await assert.rejects(store.openBatch('b'), isRefusal);
    });

  it('or a folder that is swapped for a link after it was looked at is not written through', async () => {
    const store = openTestStore(sandbox.folder);
    const journal = await store.createBatch(makeTestPlan('b1'), () => true);
    await journal?.close();
    const batches = join(sandbox.folder, '.wf/batches');
    renameSync(batches, `${batches}.away`);
    symlinkSync(outside, batches);
    await sparing(() =>
      assert.rejects(
        store.createBatch(makeTestPlan('b2'), () => true),
        isRefusal,
      ),
    );
    rmSync(batches);
    renameSync(join(sandbox.folder, '.wf'), join(sandbox.folder, 'away'));
    symlinkSync(outside, join(sandbox.folder, '.wf'));
    await sparing(async () => {
      await assert.rejects(
        store.createBatch(makeTestPlan('b3'), () => true),
        isRefusal,
      );
      await assert.rejects(store.appendHistory([{ a: 1 }]), isRefusal);
    });
  });
});

const isRefusal = (error: unknown): boolean => error instanceof Problem && error.where !== '' && error.what !== '';

describe('a worktree', () => {
  let root: string;
  let repository: Repository;
  let base: string;
  let worktree: string;
  beforeEach(async () => {
    root = await sandbox.makeRepository();
    mkdirSync(join(root, '.wf'));
    base = await sandbox.git(root, 'rev-parse', 'HEAD');
    repository = await openIn(sandbox, root);
    await repository.exclude(['.wf', '.worktrees']);
    const request = makeRequest(root, 'a', base, { stateLink: join(root, '.wf') });
    worktree = request.path;
  });
  const prepare = async (id = 'a'): Promise<void> => {
    const made = await repository.prepareWorktree(makeRequest(root, id, base, { stateLink: join(root, '.wf') }));
    assert.ok(made.ok, JSON.stringify(made));
  };
  const stays = async (why: RegExp): Promise<void> => {
    const { removed, why: said } = await sparing(() => repository.removeWorktree(worktree, base));
    assert.equal(removed, false);
    assert.match(said, why);
  };

  it('whose folder was moved away for a link to another is not removed, nor is the other', async () => {
    await prepare();
    renameSync(worktree, `${worktree}-moved`);
    symlinkSync(outside, worktree);
    await stays(/is a symbolic link/);
    const again = await repository.prepareWorktree(makeRequest(root, 'a', base));
    assert.ok(!again.ok && again.failure.reason === 'not_ours');
  });

  it('below a folder that was swapped for a link is neither made nor removed', async () => {
    await prepare();
    renameSync(join(root, '.worktrees'), join(root, 'moved'));
    symlinkSync(outside, join(root, '.worktrees'));
    await stays(/is a symbolic link/);
    const made = await sparing(() => repository.prepareWorktree(makeRequest(root, 'b', base)));
    assert.ok(!made.ok && made.failure.reason === 'not_ours');
  });

  it('whose .wf link a stage has turned elsewhere is removed without what that leads to', async () => {
    await prepare();
    rmSync(join(worktree, '.wf'));
    symlinkSync(outside, join(worktree, '.wf'));
    const { removed } = await sparing(() => repository.removeWorktree(worktree, base));
    assert.equal(removed, true);
  });

  it('whose .wf link a stage has made a folder keeps the real .wf out of harm', async () => {
    await prepare();
    rmSync(join(worktree, '.wf'));
    mkdirSync(join(worktree, '.wf'));
    writeFileSync(join(worktree, '.wf/config.json'), '{}');
    writeFileSync(join(root, '.wf/real'), '');
    assert.equal((await repository.removeWorktree(worktree, base)).removed, true);
    assert.ok(existsSync(join(root, '.wf/real')));
  });

  const planted: Readonly<Record<string, (other: string) => void>> = {
    'file points to another repository': (other) => writeFileSync(join(worktree, '.git'), `gitdir: ${other}/.git\n`),
    'file was replaced by a repository': (other) => {
      rmSync(join(worktree, '.git'));
      renameSync(join(other, '.git'), join(worktree, '.git'));
    },
    'file is a link to another one': (other) => {
      rmSync(join(worktree, '.git'));
      symlinkSync(join(other, '.git'), join(worktree, '.git'));
    },
  };
  for (const [name, plant] of Object.entries(planted))
    it(`whose .git ${name} is neither asked, saved, reset, pushed nor removed, and runs nothing of that`, async () => {
      await prepare();
      await sandbox.makeBareRemote({ from: root });
      const other = await sandbox.makeRepository('other');
      const mark = join(sandbox.folder, 'ran');
      await sandbox.git(other, 'config', 'filter.evil.clean', `touch '${mark}'; cat`);
      await sandbox.git(other, 'config', 'core.sshCommand', `touch '${mark}'`);
      writeFileSync(join(worktree, '.gitattributes'), '* filter=evil\n');
      writeFileSync(join(worktree, 'README.md'), 'changed\n');
      await sandbox.commit(other, 'secret', 'of the other repository\n');
      plant(other);
      const refs = await sandbox.git(root, 'for-each-ref');
      await assert.rejects(repository.worktreeStatus(worktree), /does not list/);
      await assert.rejects(repository.headOf(worktree), /does not list/);
      await assert.rejects(repository.saveUncommitted(worktree, 'refs/wf/saved/b/a/1'), /does not list/);
      assert.equal((await repository.resetWorktree(worktree, base)).ok, false);
      const options = { worktree, remote: 'origin', branch: 'wf/a', commit: base, seen: null, timeoutMs: 10_000 };
      assert.equal((await repository.push(options)).kind, 'refused');
      await stays(/does not list/);
      assert.equal(existsSync(mark), false, 'a filter of the planted repository has run');
      assert.equal(await sandbox.git(root, 'for-each-ref'), refs);
    });

  it('is made, asked, saved and removed without a hook or file monitor of the repository; its filters run as under git', async () => {
    const mark = (name: string): string => join(sandbox.folder, `ran-${name}`);
    const hooks = join(root, '.git/hooks');
    for (const hook of [
      'post-checkout',
      'reference-transaction',
      'post-index-change',
      'pre-commit',
      'fsmonitor-watchman',
    ])
      writeFileSync(join(hooks, hook), `#!/bin/sh\ntouch '${mark(hook)}'\n`, { mode: 0o755 });
    await sandbox.commit(root, '.gitattributes', '*.txt filter=mine\n');
    base = await sandbox.commit(root, 'a.txt', 'text\n');
    for (const hook of ['reference-transaction', 'post-index-change', 'pre-commit'])
      rmSync(mark(hook), { force: true });
    await sandbox.git(root, 'config', 'core.fsmonitor', join(hooks, 'fsmonitor-watchman'));
    await sandbox.git(root, 'config', 'filter.mine.smudge', `touch '${mark('smudge')}'; cat`);
    await prepare();
    writeFileSync(join(worktree, 'new'), '');
    await repository.worktreeStatus(worktree);
    await repository.saveUncommitted(worktree, 'refs/wf/saved/b/a/1');
    assert.ok((await repository.resetWorktree(worktree, base)).ok);
    assert.equal((await repository.removeWorktree(worktree, base)).removed, true);
    for (const hook of [
      'post-checkout',
      'reference-transaction',
      'post-index-change',
      'pre-commit',
      'fsmonitor-watchman',
    ])
      assert.equal(existsSync(mark(hook)), false, `${hook} has run`);
    assert.equal(existsSync(mark('smudge')), true, 'a filter belongs to the content, and git is asked for that');
  });
});
